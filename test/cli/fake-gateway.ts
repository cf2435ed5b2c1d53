// A gateway of a few lines on a free port, for the command line to talk to: what it answers is
// whatever a test says.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { pack, unpack } from 'msgpackr';
import { type WebSocket, WebSocketServer } from 'ws';

export interface FakeGateway {
  readonly url: string;
  /** What arrived, decoded, one for each frame. */
  readonly frames: unknown[];
  /** The same as text, word for word. */
  readonly texts: string[];
  /** `authorization` of every upgrade and GET. */
  readonly tokens: (string | undefined)[];
  close(): Promise<void>;
}

export type Answer = (frame: unknown, send: (answer: unknown) => void, socket: WebSocket) => void;

/** The virtual time it gives, half a day into 23 November 2026. */
const NOW = '2026-11-23T12:00:00.000Z';

/** Starts a gateway that answers each frame by `answer`. */
export async function fakeGateway(answer: Answer): Promise<FakeGateway> {
  const frames: unknown[] = [];
  const texts: string[] = [];
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    tokens.push(request.headers.authorization);
    response.writeHead(request.url === '/api/v1/gateway' ? 200 : 404);
    response.end(JSON.stringify({ ready: true, now: NOW }));
  });
  const sockets = new WebSocketServer({ server, path: '/sr' });
  sockets.on('connection', (socket, request) => {
    tokens.push(request.headers.authorization);
    socket.on('message', (data: Buffer, binary) => {
      const frame: unknown = binary ? unpack(data) : JSON.parse(data.toString());
      frames.push(frame);
      texts.push(data.toString());
      const send = (value: unknown) => socket.send(binary ? pack(value) : JSON.stringify(value));
      answer(frame, send, socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `ws://127.0.0.1:${port}`,
    frames,
    texts,
    tokens,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
