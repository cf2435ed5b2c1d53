// A picture of one device's memory: its bytes, and where they lie. Taken by the gateway, read by
// whoever has the memory core at hand, such as the page in a browser.

import type { Core } from '../gateway/s1sp/core.ts';
import { type BankBytes, type DeviceMemory, type MemoryPlace, memoryAt } from './memory-map.ts';

/** Bytes of a bank, one after the other. */
export interface PictureStretch {
  readonly store: 'meter' | 'cache';
  readonly address: number;
  readonly base64: string;
}

/** Plain JSON. */
export interface MemoryPicture {
  readonly place: MemoryPlace;
  readonly stretches: readonly PictureStretch[];
}

/** The memory that a picture shows; `core` is any instance, for its constants. */
export function memoryInPicture({ place, stretches }: MemoryPicture, core: Core): DeviceMemory {
  const held = stretches.map(({ store, address, base64 }) => {
    return { store, address, bytes: bytesOfBase64(base64) };
  });
  const bytesAt: BankBytes = (store, address, size) => {
    for (const stretch of held) {
      const start = address - stretch.address;
      const isThere = start >= 0 && start + size <= stretch.bytes.length;
      if (stretch.store === store && isThere) return stretch.bytes.subarray(start, start + size);
    }
    throw new RangeError(`the picture has no ${size} bytes at ${address} of the ${store} bank`);
  };
  return memoryAt(place, { meter: core, cache: core }, bytesAt);
}

function bytesOfBase64(base64: string): Uint8Array {
  const binary = atob(base64);
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
