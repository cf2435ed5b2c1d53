// The monitor behind /inspect, for what the page does rather than shows: the same commands as
// `s1sp inspect`. It connects with the first command, and again after it was cut.

import type { InspectorEvent } from '../observatory.ts';
import type { Outcome } from '../outcome.ts';

/** What has come unasked, with its line of text. */
export type EventListener = (event: InspectorEvent, text: string) => void;

interface Waiting {
  settle(outcome: Outcome): void;
}

const CUT: Outcome = {
  ok: false,
  error: { code: 'UNAVAILABLE', message: 'the gateway does not answer', next: 'is it running?' },
};

export class MonitorLine {
  #socket: WebSocket | undefined;
  #opened: Promise<boolean> = Promise.resolve(false);
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<EventListener>();

  /** Runs one command; its outcome, also where the gateway has gone. */
  async run(command: string): Promise<Outcome> {
    const socket = this.#connect();
    if (!(await this.#opened)) return CUT;
    const id = ++this.#lastId;
    return new Promise((settle) => {
      this.#waiting.set(id, { settle });
      socket.send(JSON.stringify({ id, command }));
    });
  }

  /** Tells `listener` of every break, watch and trace until the result is called. */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    this.#connect();
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Connects again where the connection was cut, so that listeners go on to be told. */
  stayOpen(): void {
    this.#connect();
  }

  #connect(): WebSocket {
    const open = this.#socket;
    if (open !== undefined && open.readyState <= WebSocket.OPEN) return open;
    const { protocol, host } = location;
    const socket = new WebSocket(`${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/inspect`);
    this.#socket = socket;
    this.#opened = new Promise((resolve) => {
      socket.addEventListener('open', () => resolve(true));
      socket.addEventListener('close', () => resolve(false));
    });
    socket.addEventListener('message', ({ data }) => this.#heard(String(data)));
    socket.addEventListener('close', () => {
      for (const { settle } of this.#waiting.values()) settle(CUT);
      this.#waiting.clear();
    });
    return socket;
  }

  #heard(text: string): void {
    const message: { id?: number; event?: InspectorEvent; text?: string } & Outcome =
      JSON.parse(text);
    if (message.event !== undefined) {
      for (const listener of this.#listeners) listener(message.event, message.text ?? '');
      return;
    }
    const waiting = this.#waiting.get(message.id ?? 0);
    this.#waiting.delete(message.id ?? 0);
    waiting?.settle(message);
  }
}
