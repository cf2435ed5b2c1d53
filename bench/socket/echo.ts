// The yardstick of the benches over a socket, a process of its own: a bare `ws` server, its sockets
// corked for the tick, that answers the n-th message of a connection with the n-th answer it was
// given. It reads as many bytes and writes as many as the gateway, and does nothing else.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type RawData, WebSocketServer } from 'ws';
import { LIMITS } from '../../gateway/server/limits.ts';
import { answerQuestions } from '../child.ts';
import type { Format } from './requests.ts';

export interface EchoAsked {
  readonly format: Format;
  /** For each connection (`?line=N`) its answers, in order; a batch is one answer. */
  readonly answers: Uint8Array[][];
  readonly requestBytes: number;
}

async function serve({ format, answers, requestBytes }: EchoAsked): Promise<{ port: number }> {
  const frames = answers.map((line) => line.map((answer) => Buffer.from(answer)));
  const options = { binary: format === 'msgpack' };
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: false,
    clientTracking: false,
    maxPayload: LIMITS.frameBytes,
    handleProtocols: () => `s1sp.v1.${format}`,
  });
  server.on('connection', (webSocket, request) => {
    const { searchParams } = new URL(request.url ?? '', 'ws://127.0.0.1');
    const mine = frames[Number(searchParams.get('line'))] ?? [];
    const { socket } = request;
    let next = 0;
    let corked = false;
    const uncork = () => {
      corked = false;
      socket.uncork();
    };
    webSocket.on('message', (data: RawData) => {
      if (!(data instanceof Buffer) || data.length !== requestBytes) {
        webSocket.close(1008, 'not the request that was announced');
        return;
      }
      if (!corked) {
        corked = true;
        socket.cork();
        process.nextTick(uncork);
      }
      const answer = mine[next];
      if (answer !== undefined) webSocket.send(answer, options);
      if (++next === mine.length) next = 0;
    });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port };
}

answerQuestions(serve);
