// The door for an inspector, which is no part of the gateway: a WebSocket on `/inspect` and pages
// under `/api/v1`, on the same port [contract §4]. Whoever may look inside may change the emulated
// world, so it opens to this machine only unless the user says otherwise.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { GOING_AWAY } from './connection.ts';
import type { HttpRefusal } from './http-error.ts';
import { isLoopback, judgeSite, refuseUpgrade } from './upgrade.ts';

export const INSPECT_PATH = '/inspect';

/** One line of the monitor. */
const LINE_BYTES_MAX = 64 * 1024;
/** People and pages that look at one gateway at a time. */
const INSPECTORS_MAX = 32;

/** An inspector as the server sees it. */
export interface Inspector {
  /** Whether others than this machine may come in. */
  readonly isPublic: boolean;
  addPages(http: FastifyInstance): void;
  /** A WebSocket has opened, from this machine or not; it is the inspector's until it closes. */
  connected(webSocket: WebSocket, isLocal: boolean): void;
}

/** Pages of the inspector, as their routes are written: {@link judgeVisitor} stands before them. */
export const INSPECTOR_PAGES =
  /^\/(?:$|assets\/|api\/v1\/(?:fleet|meters|faults|fault-presets|parties|live)\b)/;

/** Why somebody at `remoteAddress` may not look inside; undefined: they may. */
export function judgeVisitor(
  remoteAddress: string,
  inspector: Inspector | undefined,
): HttpRefusal | undefined {
  if (inspector?.isPublic === true || isLoopback(remoteAddress)) return undefined;
  const message = 'meters are looked into from this machine only (see serve --inspector)';
  return { code: 'FORBIDDEN', message };
}

export interface InspectorDoor {
  /** Takes an upgrade of `/inspect`; false for any other. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Closes what is open, at once: nobody is owed an answer. */
  close(): void;
}

/** A door on a server that listens on `host`. */
export function openInspectorDoor(host: string, inspector: Inspector | undefined): InspectorDoor {
  const open = new Set<WebSocket>();
  let closing = false;
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LINE_BYTES_MAX,
  });
  webSockets.on('wsClientError', (error, socket) => {
    refuseUpgrade(socket, { code: 'INVALID_REQUEST', message: error.message });
  });

  function judge(request: IncomingMessage): HttpRefusal | undefined {
    const stranger = judgeSite(request.headers, host);
    if (stranger !== undefined) return stranger.refusal;
    const visitor = judgeVisitor(request.socket.remoteAddress ?? '', inspector);
    if (visitor !== undefined) return visitor;
    if (closing) return { code: 'SHUTTING_DOWN', message: 'the gateway is shutting down' };
    if (open.size < INSPECTORS_MAX) return undefined;
    return { code: 'BUSY', message: `${INSPECTORS_MAX} inspectors are connected already` };
  }

  return {
    upgrade(request, socket, head) {
      if (inspector === undefined || request.url?.split('?')[0] !== INSPECT_PATH) return false;
      const refusal = judge(request);
      if (refusal !== undefined) {
        refuseUpgrade(socket, refusal);
        return true;
      }
      webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        open.add(webSocket);
        webSocket.once('close', () => open.delete(webSocket));
        inspector.connected(webSocket, isLoopback(request.socket.remoteAddress ?? ''));
      });
      return true;
    },
    close() {
      closing = true;
      for (const webSocket of open) {
        webSocket.close(GOING_AWAY, 'the gateway is shutting down');
        webSocket.terminate();
      }
    },
  };
}
