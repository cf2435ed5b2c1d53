// One Service Request over the WebSocket that every other client uses: /sr, subprotocol
// s1sp.v1.json [contract §3]. The connection stays open for the next one of the same token.

import { after, nowMs } from './real-time.ts';

/** An answer with how long it took, real time; or why there is none. */
export type Exchange =
  | {
      readonly ok: true;
      readonly answer: Readonly<Record<string, unknown>>;
      readonly tookMs: number;
    }
  | { readonly ok: false; readonly message: string };

/** As long as a meter may take, and some. */
const LONGEST_MS = 120_000;

/** A sealed answer, with what it answers. */
type Heard = (answer: Readonly<Record<string, unknown>>) => void;

export class SrLine {
  #socket: WebSocket | undefined;
  #token = '';
  #heard: Heard | undefined;
  #cut: ((reason: string) => void) | undefined;

  /** Sends one frame, and waits for the answer to it. */
  async send(frame: string, requestId: string, token: string): Promise<Exchange> {
    const socket = await this.#open(token);
    if (typeof socket === 'string') return { ok: false, message: socket };
    const startMs = nowMs();
    return new Promise((resolve) => {
      const end = (exchange: Exchange): void => {
        cancel();
        this.#heard = undefined;
        this.#cut = undefined;
        resolve(exchange);
      };
      const cancel = after(LONGEST_MS, () => {
        end({ ok: false, message: 'no answer within two minutes; virtual time may stand still' });
      });
      this.#heard = (answer) => {
        // What cannot be read has no requestId to be known by. Schedules may deliver here as well.
        const { requestId: own } = answer;
        if (own === requestId || own === null) {
          end({ ok: true, answer, tookMs: nowMs() - startMs });
        }
      };
      this.#cut = (message) => end({ ok: false, message });
      socket.send(frame);
    });
  }

  close(): void {
    this.#socket?.close();
  }

  /** An open socket, or why there is none. */
  #open(token: string): Promise<WebSocket | string> {
    const open = this.#socket;
    if (open?.readyState === WebSocket.OPEN && token === this.#token) return Promise.resolve(open);
    open?.close();
    const { protocol, host } = location;
    const query = token === '' ? '' : `?${new URLSearchParams({ token })}`;
    const url = `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/sr${query}`;
    const socket = new WebSocket(url, 's1sp.v1.json');
    this.#socket = socket;
    this.#token = token;
    socket.addEventListener('message', ({ data }) => {
      const answer: Readonly<Record<string, unknown>> = JSON.parse(String(data));
      this.#heard?.(answer);
    });
    return new Promise((resolve) => {
      socket.addEventListener('open', () => resolve(socket));
      socket.addEventListener('close', ({ code, reason }) => {
        const ask = token === '' ? 'is the gateway running?' : 'is the token right?';
        const why = reason === '' ? `the connection was refused (${code}): ${ask}` : reason;
        resolve(why);
        if (this.#socket === socket) this.#cut?.(why);
      });
    });
  }
}
