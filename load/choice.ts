// Who asks which meter for what. Each SRV walks over all devices in an order without pattern, every
// device once before any comes twice; SRV and Party are drawn by chance, all of it from one seed.

import type { ReadSrv } from '../gateway/protocol/service-reference.ts';

/** Share of one SRV in what is sent; shares need not add up to anything. */
export interface MixPart {
  readonly srv: ReadSrv;
  readonly share: number;
}

/** One of the kinds of request that a run sends: an SRV as asked by a Party. */
export interface RequestKind {
  readonly srv: ReadSrv;
  readonly partyId: string;
  /** Connections of one group may speak for the same Parties. */
  readonly group: number;
}

/** What is asked next; read before the next call of `draw`. */
export interface Choice {
  /** Index into the run's kinds. */
  kind: number;
  /** Place of the device among those asked, from 0. */
  device: number;
}

/** Says who asks what next. */
export interface Chooses {
  /** Of which group the next frame is. */
  drawGroup(): number;
  draw(group: number): Choice;
}

interface Drawn {
  readonly srv: ReadSrv;
  /** Sum of the shares up to and including this one. */
  readonly until: number;
  readonly kinds: readonly number[];
}

/** What the Parties of a group ask. */
interface GroupDrawn {
  /** Sum of the groups' shares up to and including this one. */
  readonly until: number;
  readonly drawn: readonly Drawn[];
}

export class Chooser implements Chooses {
  readonly choice: Choice = { kind: 0, device: 0 };
  readonly #chance: () => number;
  readonly #groups: readonly GroupDrawn[];
  readonly #walks = new Map<ReadSrv, Walk>();

  /**
   * `chance` gives numbers in [0, 1). Throws a RangeError for an SRV that nobody may ask.
   */
  constructor(options: {
    readonly kinds: readonly RequestKind[];
    readonly mix: readonly MixPart[];
    readonly devices: number;
    readonly chance: () => number;
  }) {
    const { kinds, mix, devices, chance } = options;
    this.#chance = chance;
    const groups = 1 + Math.max(...kinds.map(({ group }) => group));
    let until = 0;
    this.#groups = Array.from({ length: groups }, (_, group) => {
      const drawn = drawnBy(group, kinds, mix);
      until += drawn.at(-1)?.until ?? 0;
      return { until, drawn };
    });
    for (const { srv } of mix) {
      if (!kinds.some((kind) => kind.srv === srv)) throw new RangeError(`nobody may ask ${srv}`);
      this.#walks.set(srv, new Walk(devices, chance));
    }
  }

  /** A group by its share of the mix: connections of its own do not make a Party ask more. */
  drawGroup(): number {
    if (this.#groups.length === 1) return 0;
    const point = this.#chance() * (this.#groups.at(-1)?.until ?? 0);
    return this.#groups.findIndex(({ until }) => point < until);
  }

  /** Draws what a connection of `group` asks next. */
  draw(group: number): Choice {
    const table = this.#groups[group]?.drawn ?? [];
    const point = this.#chance() * (table.at(-1)?.until ?? 0);
    const drawn = table.find(({ until }) => point < until) ?? table[0];
    if (drawn === undefined) throw new RangeError(`no Party of group ${group} may ask anything`);
    const place = Math.floor(this.#chance() * drawn.kinds.length);
    this.choice.kind = drawn.kinds[place] ?? 0;
    this.choice.device = this.#walks.get(drawn.srv)?.next() ?? 0;
    return this.choice;
  }
}

/** Of each SRV a group has as large a part as it has of the Parties that may ask it. */
function drawnBy(group: number, kinds: readonly RequestKind[], mix: readonly MixPart[]): Drawn[] {
  let until = 0;
  return mix.flatMap(({ srv, share }) => {
    const all = kinds.flatMap((kind, at) => (kind.srv === srv ? at : []));
    const mine = all.filter((at) => kinds[at]?.group === group);
    if (mine.length === 0) return [];
    until += (share * mine.length) / all.length;
    return [{ srv, until, kinds: mine }];
  });
}

/** A walk over 0..count−1 with a stride that shares no factor with the count. */
export class Walk {
  readonly #count: number;
  readonly #stride: number;
  #at: number;

  constructor(count: number, chance: () => number) {
    this.#count = count;
    this.#at = Math.floor(chance() * count);
    let stride = 1 + Math.floor(chance() * (count - 1));
    while (commonFactor(stride, count) !== 1) stride = (stride % count) + 1;
    this.#stride = stride;
  }

  next(): number {
    const at = this.#at;
    this.#at = (at + this.#stride) % this.#count;
    return at;
  }
}

function commonFactor(a: number, b: number): number {
  return b === 0 ? a : commonFactor(b, a % b);
}

/** Reads `4.8.1=60,4.6.1=20`, without SRVs whose share is 0; undefined for anything else. */
export function parseMix(text: string, srvs: readonly ReadSrv[]): readonly MixPart[] | undefined {
  const parts = text.split(',').map((part) => {
    const [, name, share] = /^\s*([\d.]+)\s*=\s*(\d{1,9}(?:\.\d{1,9})?)\s*$/.exec(part) ?? [];
    const srv = srvs.find((known) => known === name);
    return srv === undefined ? undefined : { srv, share: Number(share) };
  });
  const mix = parts.filter((part) => part !== undefined);
  const names = new Set(mix.map(({ srv }) => srv));
  const total = mix.reduce((sum, { share }) => sum + share, 0);
  const whole = mix.length === parts.length && names.size === mix.length;
  return whole && total > 0 ? mix.filter(({ share }) => share > 0) : undefined;
}
