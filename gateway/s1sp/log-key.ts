// One number for each log of each device that the cache may hold. A Map finds a number sooner than
// a string that is made to ask for it, and no string is left behind.

import type { CachedSrv } from '../protocol/service-reference.ts';

const PLACES = { '4.6.1': 0, '4.8.1': 1, '4.8.3': 2 } as const satisfies Record<CachedSrv, number>;

/** Logs of a device, and room for one more: a power of two. */
const PLACES_A_DEVICE = 4;

export function logKey(device: number, srv: CachedSrv): number {
  return device * PLACES_A_DEVICE + PLACES[srv];
}
