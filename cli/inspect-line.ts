// The connection of `s1sp inspect` to the monitor of a gateway: commands go out, answers and events
// come in.

import { WebSocket } from 'ws';
import { unreachable } from './exchange.ts';
import { CommandError, systemCode } from './exit-codes.ts';
import { refusalOf } from './refusal.ts';
import type { InspectSettings } from './settings.ts';

/** What a command comes to. */
export interface Answer {
  readonly id: number | null;
  readonly ok: boolean;
  readonly text?: string;
  readonly value?: unknown;
  readonly error?: { readonly code: string; readonly message: string; readonly next: string };
}

/** Answers go to stdout; refusals as text to stderr, as JSON to stdout like every answer. */
export function print({ ok, text = '', value, error }: Answer, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(ok ? { ok, value } : { ok, error })}\n`);
  else if (ok) process.stdout.write(`${text}\n`);
  else process.stderr.write(`s1sp: ${error?.message ?? 'refused'}\n  ${error?.next ?? ''}\n`);
}

/** Events go to stdout between the answers, marked so that they are not taken for one. */
export function printEvent(text: string, event: unknown, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify({ event })}\n` : `* ${text}\n`);
}

/** Words that the monitor never sees: they end whoever types them. */
export function isGoodbye(command: string): boolean {
  return /^\s*(quit|exit)\s*$/.test(command);
}

/** A connection to the monitor of a gateway. */
export interface Line {
  /** Rejects when the gateway has gone. */
  run(command: string): Promise<Answer>;
  /** Tells of breaks, watches and traces. */
  onEvent(told: (text: string, event: unknown) => void): void;
  /** Fulfilled when the connection has closed. */
  readonly closed: Promise<void>;
  close(): void;
}

/** A full log of 13 months as JSON and as text comes to a few megabytes. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** Connects; nobody there, or a refusal, is a CommandError. */
export async function openLine({ url, timeout }: InspectSettings): Promise<Line> {
  const address = `${url.http.replace(/^http/, 'ws')}/inspect`;
  const socket = new WebSocket(address, {
    handshakeTimeout: timeout,
    maxPayload: ANSWER_BYTES_MAX,
    perMessageDeflate: false,
  });
  await opened(socket, address);
  const waiting = new Map<number, { done(answer: Answer): void; failed(fault: Error): void }>();
  let listener: (text: string, event: unknown) => void = () => {};
  let lastId = 0;
  const gone = () => new CommandError('failed', 'the gateway has closed the connection');
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      for (const { failed } of waiting.values()) failed(gone());
      waiting.clear();
      resolve();
    });
  });
  // Every failure closes the connection, which is what ends a command that waits.
  socket.on('error', () => {});
  socket.on('message', (data) => {
    const message: Answer & { event?: unknown } = JSON.parse(String(data));
    if (message.event !== undefined) {
      listener(message.text ?? '', message.event);
      return;
    }
    const asked = waiting.get(message.id ?? 0);
    waiting.delete(message.id ?? 0);
    asked?.done(message);
  });
  return {
    closed,
    run: (command) =>
      new Promise((done, failed) => {
        if (socket.readyState !== WebSocket.OPEN) return failed(gone());
        waiting.set(++lastId, { done, failed });
        socket.send(JSON.stringify({ id: lastId, command }));
      }),
    onEvent(told) {
      listener = told;
    },
    close: () => socket.close(),
  };
}

/** Fulfilled when a WebSocket is open; nobody there is exit 3, a refusal exit 1. */
function opened(socket: WebSocket, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.removeAllListeners();
      resolve();
    });
    socket.once('unexpected-response', (request, response) => {
      void refusalOf(response).then((refusal) => {
        request.destroy();
        const hint = response.statusCode === 404 ? '; it was started with --inspector off' : '';
        const message = `the gateway refused the inspector: ${refusal}${hint}`;
        reject(new CommandError('failed', message));
      });
    });
    socket.once('error', (error) => {
      const isOutside =
        /^E(?!RR_)/.test(systemCode(error) ?? '') || /timed out/.test(error.message);
      reject(isOutside ? unreachable(address, error) : new CommandError('failed', error.message));
    });
  });
}
