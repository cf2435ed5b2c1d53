// The memory of one device of a world, and a picture of it that a browser can read by itself: the
// bytes as they lie in the banks, and where. What they mean is memory-map.ts's business on both
// sides.

import type { Core } from '../gateway/s1sp/core.ts';
import { slotOf } from './cache-slot.ts';
import { type DeviceMemory, METER_RINGS, type MemoryPlace, memoryAt } from './memory-map.ts';
import type { MemoryPicture, PictureStretch } from './memory-picture.ts';
import { type MeterImage, nowSecondsOf, type World } from './world.ts';

/** Where the memory of a device lies, and in which instances. */
interface Located {
  readonly place: MemoryPlace;
  readonly cores: DeviceMemory['cores'];
}

/** The memory of one device as it is now; valid until the next look. */
export function memoryOf(world: World, device: number): DeviceMemory {
  const { place, cores } = locate(world, device);
  return memoryAt(place, cores, bankBytes(cores));
}

function locate(world: World, device: number): Located {
  const image = world.meters.image(device, nowSecondsOf(world));
  const slot = slotOf(world, device);
  const { commissionedDay } = world.gateway.devices.cohortOf(device);
  const { isReal, headerAddress, blockAddress, blockSize, dailyReadCapacity } = image;
  return {
    place: {
      ...{ isReal, commissionedDay, headerAddress, blockAddress, blockSize, dailyReadCapacity },
      rings: ringsOf(image),
      ...(slot !== undefined && {
        slot: {
          address: slot.address,
          exactAgesAddress: slot.exactAgesAddress,
          twinElement: slot.twinElement,
        },
      }),
    },
    cores: { meter: image.core, cache: slot?.core },
  };
}

function ringsOf({ core, meter }: MeterImage): MemoryPlace['rings'] {
  return METER_RINGS.map(([name, log, column]) => {
    return { name, address: core.meterRingAddress(meter, core[log].value, column) };
  }).filter(({ address }) => address > 0);
}

function bankBytes(cores: DeviceMemory['cores']) {
  return (store: 'meter' | 'cache', address: number, size: number): Uint8Array => {
    const core = cores[store];
    if (core === undefined) throw new RangeError('the device has no slot in the cache');
    return new Uint8Array(core.memory.buffer, address, size);
  };
}

/** All bytes of a device, to be read elsewhere. */
export function pictureOf(world: World, device: number): MemoryPicture {
  const { place, cores } = locate(world, device);
  const bytesAt = bankBytes(cores);
  const stretches: PictureStretch[] = [];
  const add = (store: 'meter' | 'cache', address: number, size: number): void => {
    const base64 = Buffer.from(bytesAt(store, address, size)).toString('base64');
    stretches.push({ store, address, base64 });
  };
  const { meter, cache } = cores;
  if (meter !== undefined) {
    add('meter', place.headerAddress, meter.METER_HEADER_SIZE.value);
    add('meter', place.blockAddress, place.blockSize);
  }
  if (cache !== undefined && place.slot !== undefined) {
    add('cache', place.slot.address, slotSize(cache, place.slot.twinElement));
    add('cache', place.slot.exactAgesAddress, cache.EXACT_AGES_SIZE.value);
  }
  return { place, stretches };
}

function slotSize(core: Core, twinElement: boolean): number {
  return twinElement ? core.TWIN_SLOT_SIZE.value : core.SLOT_SIZE.value;
}
