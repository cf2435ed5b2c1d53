// What of a ring by time holds something: of a meter's log every place that it has reached, of the
// cache's window only those of which something is known, as the bits of the slot's header say.

import { fieldsOf, stampAt } from '../memory-fields.ts';
import type { DeviceMemory, Region } from '../memory-map.ts';

export type Ring = Region['ring'] & {};

export interface RingPlace {
  /** From 0. */
  readonly place: number;
  /** UTC second that the place stands for now; undefined: for none yet. */
  readonly seconds: number | undefined;
}

/** Places one after the other, both ends included. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

export interface RingState {
  readonly ring: Ring;
  /** Bytes of one place. */
  readonly size: number;
  isHeld(place: number): boolean;
  readonly held: number;
  readonly runs: readonly Run[];
  readonly newest: RingPlace | undefined;
  readonly oldest: RingPlace | undefined;
  /** The first place, with which a ring that has reached its last one goes on. */
  readonly wrap: RingPlace;
}

/** The state of a region that is a ring; undefined for another. */
export function ringStateOf(memory: DeviceMemory, region: Region): RingState | undefined {
  const { ring, form } = region;
  if (ring === undefined) return undefined;
  const known = knownPlaces(memory, region);
  const isHeld = (place: number): boolean => {
    return stampAt(ring, place) !== undefined && (known === undefined || known(place));
  };
  const placed = (place: number): RingPlace => ({ place, seconds: stampAt(ring, place) });
  const runs: Run[] = [];
  let held = 0;
  let newest: RingPlace | undefined;
  let oldest: RingPlace | undefined;
  for (let place = 0; place < ring.capacity; place++) {
    if (!isHeld(place)) continue;
    held++;
    const last = runs.at(-1);
    if (last?.to === place - 1) runs[runs.length - 1] = { from: last.from, to: place };
    else runs.push({ from: place, to: place });
    const here = placed(place);
    if (Number(here.seconds) > (newest?.seconds ?? Number.NEGATIVE_INFINITY)) newest = here;
    if (Number(here.seconds) < (oldest?.seconds ?? Number.POSITIVE_INFINITY)) oldest = here;
  }
  const size = 'struct' in form ? form.size : form.wordSize;
  return { ring, size, isHeld, held, runs, newest, oldest, wrap: placed(0) };
}

/** Of a ring of the cache, the places of which something is known; undefined of a meter's. */
function knownPlaces(
  memory: DeviceMemory,
  { name, store }: Region,
): ((place: number) => boolean) | undefined {
  if (store === 'meter') return undefined;
  const [, ring] = name.split('.');
  const header = memory.regions.find((region) => region.name === `cache.${ring}`);
  const fields = header === undefined ? [] : fieldsOf(memory, header);
  const bits = (field: string): bigint => {
    return BigInt(fields.find((each) => each.name.endsWith(`.${field}`))?.value ?? 0);
  };
  const known = ring === 'daily' ? bits('known') : bits('knownLow') | (bits('knownHigh') << 64n);
  return (place) => ((known >> BigInt(place)) & 1n) === 1n;
}
