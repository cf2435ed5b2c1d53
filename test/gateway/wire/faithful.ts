// The one thing that every answer must be, whatever wrote its bytes.

import { unpack } from 'msgpackr';
import { expect } from 'vitest';
import type { ServiceResponse } from '../../../gateway/protocol/service-response.ts';
import { jsonWire } from '../../../gateway/wire/json.ts';
import { msgpackWire } from '../../../gateway/wire/msgpack.ts';
import { readMsgpack } from '../../../gateway/wire/msgpack-reader.ts';
import { plainResponse } from '../../../gateway/wire/response.ts';

/** Both formats, decoded by us and by others, hold the plain object and the keys in its order. */
export function expectFaithful(response: ServiceResponse): void {
  const plain = plainResponse(response);
  const json = jsonWire.encode(response);
  const msgpack = msgpackWire.encode(response);
  expect(json.toString()).toBe(JSON.stringify(plain));
  expect(unpack(msgpack)).toEqual(plain);
  expect(JSON.stringify(readMsgpack(msgpack))).toBe(JSON.stringify(plain));
}
