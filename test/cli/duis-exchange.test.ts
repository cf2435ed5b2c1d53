// Which of the documents on a connection is the answer to the one that was sent.

import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { exchangeDuis } from '../../cli/duis-exchange.ts';
import { GATEWAY_ADDRESS } from '../../cli/gateway-address.ts';
import { openWire, requestXml } from '../gateway/wire/duis/documents.ts';
import { PROFILE_ANSWER } from '../gateway/wire/messages.ts';

let server: WebSocketServer | undefined;

afterEach(() => {
  for (const client of server?.clients ?? []) client.terminate();
  server?.close();
});

/** Sends `document` to a gateway that answers with `frames`. */
async function exchange(document: string, frames: readonly (string | Buffer)[], timeout = 5000) {
  const listening = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server = listening;
  listening.on('connection', (socket) => {
    socket.on('message', () => {
      for (const frame of frames) socket.send(String(frame));
    });
  });
  await once(listening, 'listening');
  const address = listening.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const url = GATEWAY_ADDRESS.read(`ws://127.0.0.1:${port}`, '');
  if (url === undefined) throw new Error('not an address');
  return await exchangeDuis(document, { url, format: 'duis', token: undefined, timeout });
}

const wire = openWire();
const { requestId, ...UNASKED } = PROFILE_ANSWER;
const REQUEST = requestXml('4.8.1', { requestId: requestId ?? '' });
const ANSWER = wire.encode(PROFILE_ANSWER).toString();
const ACKNOWLEDGED = wire
  .encode({ ...PROFILE_ANSWER, kind: 'code', responseCode: 'I99' })
  .toString();
/** What a schedule of the same Party had read. */
const SCHEDULED = wire
  .encode({ ...UNASKED, responseId: requestId ?? '', dspScheduleId: 7 })
  .toString();

describe('the answer', () => {
  test('comes behind its acknowledgement', async () => {
    expect(await exchange(REQUEST, [ACKNOWLEDGED, ANSWER])).toEqual({
      text: ANSWER,
      refused: false,
      unasked: 0,
    });
  });

  test('is not what schedules have read for the same Party', async () => {
    const frames = [SCHEDULED, ACKNOWLEDGED, SCHEDULED, ANSWER];
    expect(await exchange(REQUEST, frames)).toEqual({ text: ANSWER, refused: false, unasked: 2 });
  });

  test('is the acknowledgement when time is up', async () => {
    const { text } = await exchange(REQUEST, [SCHEDULED, ACKNOWLEDGED, SCHEDULED], 100);
    expect(text).toBe(ACKNOWLEDGED);
  });

  test('may be the JSON error object', async () => {
    const error = '{"requestId":null,"responseCode":null,"error":{"code":"BUSY"}}';
    expect(await exchange(REQUEST, [SCHEDULED, error])).toMatchObject({
      text: error,
      refused: true,
    });
  });
});
