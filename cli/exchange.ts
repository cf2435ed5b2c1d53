// One connection, one frame out, its answers in. Real time is only waited for, by an AbortSignal;
// it is never read here.

import { pack, Unpackr } from 'msgpackr';
import { type ClientOptions, type RawData, WebSocket } from 'ws';
import { Answers, type Outgoing } from './answers.ts';
import { CommandError, systemCode } from './exit-codes.ts';
import { refusalOf } from './refusal.ts';
import type { SendSettings } from './settings.ts';

/** A thousand full logs of 13 months in one frame come to about 80 MB of JSON. */
const ANSWER_BYTES_MAX = 128 * 1024 * 1024;

/** How long a gateway may take to say goodbye; the answers are here already. */
const GOODBYE_MS = 1000;

const unpackr = new Unpackr({ useRecords: false });

/** How to go on when nobody listens at an address. */
export function unreachable(address: string, cause: unknown): CommandError {
  const reason = systemCode(cause) ?? (cause instanceof Error ? cause.message : String(cause));
  return new CommandError(
    'unreachable',
    `no gateway at ${address} (${reason}); start one with \`npm start\`, or name another by --url`,
    cause,
  );
}

/** The header by which a Party shows its token; empty without one. */
export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

function closedEarly(code: number, reason: Buffer): CommandError {
  const why = reason.length > 0 ? `: ${reason.toString()}` : '';
  return new CommandError('failed', `the gateway closed the connection (${code}${why})`);
}

function brokenOff(error: Error): CommandError {
  return new CommandError('failed', `the connection broke: ${error.message}`, error);
}

function decode(data: RawData, binary: boolean): unknown {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
  try {
    return binary ? unpackr.unpack(bytes) : JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new CommandError('failed', 'the gateway sent a frame that cannot be read', cause);
  }
}

/** Whether the network, and not the gateway, said no. */
function isOutside(error: Error): boolean {
  return /^E(?!RR_)/.test(systemCode(error) ?? '');
}

/** A connection that speaks `subprotocol`. */
export function connect({ url, token }: SendSettings, subprotocol: string): WebSocket {
  // `closeTimeout` is newer than the published types of ws.
  const options: ClientOptions & { closeTimeout: number } = {
    closeTimeout: GOODBYE_MS,
    headers: authorization(token),
    maxPayload: ANSWER_BYTES_MAX,
    perMessageDeflate: false,
  };
  return new WebSocket(url.ws, subprotocol, options);
}

/**
 * Sends `outgoing` and gives what came back when every message has its answer, or when time is up
 * and what is missing was at least accepted for later. Anything less is a CommandError.
 */
export async function exchange(outgoing: Outgoing, settings: SendSettings): Promise<Answers> {
  const signal = AbortSignal.timeout(settings.timeout);
  const socket = connect(settings, `s1sp.v1.${settings.format}`);
  try {
    return await converse(socket, outgoing, settings, signal);
  } finally {
    socket.close();
  }
}

function converse(
  socket: WebSocket,
  outgoing: Outgoing,
  settings: SendSettings,
  signal: AbortSignal,
): Promise<Answers> {
  const answers = new Answers(outgoing);
  const frame = settings.format === 'json' ? outgoing.text : pack(JSON.parse(outgoing.text));
  return converseWith(socket, frame, settings, signal, {
    take(data, binary) {
      answers.take(decode(data, binary));
      return answers.complete ? answers : undefined;
    },
    late() {
      if (answers.missing === 0) return answers;
      return `${answers.missing} of ${outgoing.messages.length} answers did not come`;
    },
  });
}

/** What to do with what comes back. */
export interface Listener<T> {
  /** Takes one frame; gives the outcome once it is there. */
  take(data: RawData, binary: boolean): T | undefined;
  /** Time is up: the outcome as far as it got, or what is missing. */
  late(): T | string;
}

/** Sends one frame and listens until the outcome is there, or time is up. */
export function converseWith<T extends object>(
  socket: WebSocket,
  frame: string | Buffer,
  { url, timeout }: SendSettings,
  signal: AbortSignal,
  listener: Listener<T>,
): Promise<T> {
  let open = false;
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => {
      if (!open) return reject(unreachable(url.ws, new Error('it did not accept in time')));
      const outcome = listener.late();
      if (typeof outcome !== 'string') return resolve(outcome);
      reject(new CommandError('failed', `${outcome} within ${timeout} ms`));
    });
    socket.on('open', () => {
      open = true;
      socket.send(frame);
    });
    socket.on('message', (data, binary) => {
      try {
        const outcome = listener.take(data, binary);
        if (outcome !== undefined) resolve(outcome);
      } catch (error) {
        reject(error);
      }
    });
    socket.on('unexpected-response', (request, response) => {
      void refusalOf(response).then((refusal) => {
        request.destroy();
        reject(new CommandError('failed', `the gateway refused the connection: ${refusal}`));
      });
    });
    socket.on('error', (error) => {
      const unheard = !open && isOutside(error);
      reject(unheard ? unreachable(url.ws, error) : brokenOff(error));
    });
    socket.on('close', (code, reason) => reject(closedEarly(code, reason)));
  });
}
