// What a profile answer says between its requestId and its columns. Thousands of answers to an SRV
// share their millisecond, their day and where they were served from: it is spelled once for them.

import type { ProfileSrv } from '../protocol/log-entries.ts';
import type { ProfileResponse } from './response.ts';

interface Head {
  readonly responseMs: number;
  readonly served: string;
  readonly firstHalfHour: number;
  readonly columnCount: number;
  readonly bytes: Buffer;
}

export class ProfileHeads {
  readonly #spell: (response: ProfileResponse) => Buffer;
  /** The latest of each SRV. */
  readonly #heads: Partial<Record<ProfileSrv, Head>> = {};

  /** `spell` makes the bytes out of nothing but what a {@link Head} remembers, and the SRV. */
  constructor(spell: (response: ProfileResponse) => Buffer) {
    this.#spell = spell;
  }

  of(response: ProfileResponse): Buffer {
    const { srv, responseMs, served, profile } = response;
    const { firstHalfHour, columns } = profile;
    const head = this.#heads[srv];
    if (
      head !== undefined &&
      head.responseMs === responseMs &&
      head.served === served &&
      head.firstHalfHour === firstHalfHour &&
      head.columnCount === columns.length
    ) {
      return head.bytes;
    }
    const bytes = this.#spell(response);
    const columnCount = columns.length;
    this.#heads[srv] = { responseMs, served, firstHalfHour, columnCount, bytes };
    return bytes;
  }
}
