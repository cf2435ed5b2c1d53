// DUIS XML frames [contract §5]: one document each, read by saxes and written as text. What DUIS
// has no code for goes out as JSON's error object. Device requests are acknowledged before they are
// answered.

import { DuisDocument } from './duis/document.ts';
import { DuisReader } from './duis/reader.ts';
import { readDuisRequest } from './duis/request.ts';
import { developmentSigner, type Signer } from './duis/signature.ts';
import { DuisWriter, type WriterParts } from './duis/writer.ts';
import { jsonWire } from './json.ts';
import type { Wire } from './wire.ts';

export interface DuisParts extends Pick<WriterParts, 'nextTurn'> {
  /** Who signs; by default a key made for the occasion. */
  readonly signer?: Signer;
  /** Whether the whole Response is signed as well as the SMETS1 part in it. */
  readonly outerSignature?: boolean;
  /** Told at `debug` whether a request was signed; its signature is not verified. */
  readonly log: {
    debug(fields: object, message: string): void;
    isLevelEnabled(level: 'debug'): boolean;
  };
}

export function openDuisWire(parts: DuisParts): Wire {
  const { log, nextTurn, signer = developmentSigner(), outerSignature = false } = parts;
  const reader = new DuisReader();
  const writer = new DuisWriter({ signer, outerSignature, nextTurn });
  /** Long answers are written one after another, or their stretches would add up to a stop. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    format: 'duis',
    binary: false,
    acknowledges: true,
    decode: (frame) => reader.read(frame),
    read(value) {
      if (!(value instanceof DuisDocument)) throw new Error('not a document of this reader');
      const { requestId, signed } = value;
      if (log.isLevelEnabled('debug')) log.debug({ requestId, signed }, 'a DUIS request');
      return readDuisRequest(value);
    },
    encode(response) {
      return response.kind === 'error' ? jsonWire.encode(response) : writer.write(response);
    },
    isLong: (response) => writer.isLong(response),
    encodeInTurns(response) {
      if (response.kind === 'error') return Promise.resolve(jsonWire.encode(response));
      const written = last.then(() => writer.writeInTurns(response));
      last = written.catch(() => {});
      return written;
    },
    join() {
      throw new Error('a frame holds one document, so there is no batch to join');
    },
  };
}
