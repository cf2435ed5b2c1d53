// `--sign-responses`: which documents of a gateway carry which signatures.

import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Assembled, assemble } from '../../cli/assemble.ts';
import { SERVE_SETTINGS } from '../../cli/settings.ts';
import { resolveSettings } from '../../cli/sources.ts';
import { requestXml } from '../gateway/wire/duis/documents.ts';
import { expectValid } from '../gateway/wire/duis/schemas.ts';

let gateway: Assembled | undefined;
let socket: WebSocket | undefined;

afterEach(async () => {
  socket?.terminate();
  await gateway?.drain();
});

/** The acknowledgement of a read and its answer, from a gateway started with `flags`. */
async function documents(flags: Record<string, unknown>): Promise<string[]> {
  const small = { port: '0', meters: '10', wan: 'none', logLevel: 'silent' };
  const given = { flags: { ...small, ...flags }, environment: {}, directory: '.' };
  gateway = await assemble(resolveSettings(SERVE_SETTINGS, given).values);
  const { ws } = gateway.ready as { ws: string };
  const open = new WebSocket(ws, 'duis');
  socket = open;
  const frames: string[] = [];
  const both = new Promise<void>((resolve) => {
    open.on('message', (data) => {
      frames.push(String(data));
      if (frames.length === 2) resolve();
    });
  });
  await once(open, 'open');
  open.send(requestXml('4.8.1'));
  await both;
  for (const frame of frames) expectValid(frame);
  return frames;
}

const signatures = (xml: string) => xml.split('<ds:Signature ').length - 1;

describe('signatures', () => {
  test('are on what a SMETS1 device answers, and on nothing else', async () => {
    expect((await documents({})).map(signatures)).toEqual([0, 1]);
  });

  test('with --sign-responses are on every Response as well', async () => {
    const signed = await documents({ signResponses: true });
    expect(signed.map(signatures)).toEqual([1, 2]);
    for (const xml of signed) expect(xml).toMatch(/<\/ds:Signature><\/sr:Response>$/);
  });
});
