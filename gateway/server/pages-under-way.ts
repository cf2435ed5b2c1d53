// HTTP requests that have been read and not been answered yet: a gateway that stops answers them
// first [contract §2].

import type { FastifyInstance } from 'fastify';
import { nextTurn } from './real-time.ts';

export class PagesUnderWay {
  #count = 0;
  #ended = () => {};

  /** Before any page is added. */
  constructor(http: FastifyInstance) {
    http.addHook('onRequest', async () => {
      this.#count++;
    });
    http.addHook('onResponse', async () => {
      this.#count--;
      this.#ended();
    });
  }

  /** Fulfilled when none is under way, of those too that have come and not been read yet. */
  async whenNone(): Promise<void> {
    await nextTurn();
    while (this.#count > 0) {
      await new Promise<void>((resolve) => {
        this.#ended = resolve;
      });
    }
  }
}
