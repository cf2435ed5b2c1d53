// Addresses as people give them: a number, a region or a field by name, a place of a ring by its
// number or by the time it stands for, and an offset behind any of them.

import { formatSeconds, HALF_HOUR_SECONDS } from '../gateway/protocol/half-hours.ts';
import { shown } from './device-prefix.ts';
import { hex } from './hex-dump.ts';
import { fieldsOf } from './memory-fields.ts';
import { CACHE_ADDRESS, type DeviceMemory, type Region } from './memory-map.ts';
import { readTime } from './value-words.ts';

export const ADDRESS_FORMS =
  '0x10, import, import[9312], import[2026-11-22T00:30:00Z], daily[3].primaryWh, import+0x40';

export const ADDRESS_NOTES = `ADDRESS is such as ${ADDRESS_FORMS}`;

/** The region that an address lies in. */
export function regionAt({ regions }: DeviceMemory, address: number): Region | undefined {
  return regions.find((each) => address >= each.address && address < each.address + each.size);
}

/** The address that a word names; undefined where it names none of this device. */
export function parseAddress(memory: DeviceMemory, word: string): number | undefined {
  const address = sumOf(memory, word);
  return address !== undefined && regionAt(memory, address) !== undefined ? address : undefined;
}

/** The address that a word comes to, whether or not anything lies there. */
function sumOf(memory: DeviceMemory, word: string): number | undefined {
  const [, start = '', offset] = /^(.+?)(?:\+(\d+|0x[0-9a-f]+))?$/i.exec(word) ?? [];
  const base = baseAddress(memory, start);
  return base === undefined ? undefined : base + Number(offset ?? 0);
}

function baseAddress(memory: DeviceMemory, word: string): number | undefined {
  if (/^(\d+|0x[0-9a-f]+)$/i.test(word)) return Number(word);
  const region = memory.regions.find(({ name }) => name === word);
  if (region !== undefined) return region.address;
  const [, name, place, member] = /^([\w.]+)\[([^\]]+)\](?:\.(\w+))?$/.exec(word) ?? [];
  const ring = memory.regions.find((each) => each.name === name);
  if (ring === undefined || place === undefined) return fieldAddress(memory, word);
  const at = placeOf(ring, place);
  if (at === undefined) return undefined;
  const size = 'struct' in ring.form ? ring.form.size : ring.form.wordSize;
  if (at * size >= ring.size) return undefined;
  const address = ring.address + at * size;
  return member === undefined ? address : fieldAddress(memory, `${name}[${at}].${member}`);
}

/** A place by its number, or by the time for which a ring has it. */
function placeOf({ ring }: Region, place: string): number | undefined {
  if (/^\d+$/.test(place)) return Number(place);
  const seconds = readTime(place);
  if (seconds === undefined || ring === undefined) return undefined;
  const at = seconds / ring.seconds;
  const isHeld = Number.isInteger(at) && at >= ring.oldest && at <= ring.newest;
  return isHeld ? at % ring.capacity : undefined;
}

function fieldAddress(memory: DeviceMemory, name: string): number | undefined {
  const region = memory.regions.find((each) => name.startsWith(each.name) && 'struct' in each.form);
  if (region === undefined) return undefined;
  return memory.regions
    .filter((each) => name.startsWith(each.name) && 'struct' in each.form)
    .flatMap((each) => fieldsOf(memory, each))
    .find((field) => field.name === name)?.address;
}

/** FROM..TO, FROM+SIZE as two addresses, or one place; both ends inclusive. */
export function parseRange(
  memory: DeviceMemory,
  word: string,
): { readonly from: number; readonly to: number } | undefined {
  const [first = '', last, ...rest] = word.split('..');
  const from = parseAddress(memory, first);
  if (from === undefined || rest.length > 0) return undefined;
  const region = regionAt(memory, from);
  if (region === undefined) return undefined;
  if (last === undefined) return { from, to: wholeOf(memory, region, first, from) };
  const end = parseAddress(memory, last);
  const endRegion = end === undefined ? undefined : regionAt(memory, end);
  if (end === undefined || endRegion === undefined) return undefined;
  // A number is a byte; a name is all of what it names.
  const isByte = /^\d/.test(last) || last.includes('+');
  const to = isByte ? end : wholeOf(memory, endRegion, last, end);
  return to < from ? undefined : { from, to };
}

/** Last byte of what a word names: a region, or the field that begins there. */
function wholeOf(memory: DeviceMemory, region: Region, word: string, from: number): number {
  if (word === region.name) return region.address + region.size - 1;
  const [field] = fieldsOf(memory, region, from, from + 1);
  return from + (field?.size ?? 1) - 1;
}

/** What is wrong with a place of a ring or a range; undefined where the word is no address. */
export function addressFault(memory: DeviceMemory, word: string): string | undefined {
  const { regions } = memory;
  for (const each of word.split('..')) {
    const absent = absence(memory, each);
    if (absent !== undefined) return absent;
    const [, name, place = ''] = /^([\w.]+)\[([^\]]+)\]/.exec(each) ?? [];
    const region = regions.find((known) => known.name === name);
    if (region === undefined) continue;
    const last = (region.ring?.capacity ?? 0) - 1;
    if (/^\d+$/.test(place) && Number(place) > last && last >= 0) {
      return `${name} has the places 0 to ${last}, and no ${place}`;
    }
    if (placeOf(region, place) !== undefined) continue;
    const { ring } = region;
    const seconds = readTime(place);
    if (ring === undefined || seconds === undefined) continue;
    const { oldest, newest } = ring;
    if (newest <= 0) return `${name} holds nothing yet`;
    if (!Number.isInteger(seconds / ring.seconds)) {
      const what = ring.seconds === HALF_HOUR_SECONDS ? 'half hour' : 'midnight';
      return `${place} is no ${what}, so ${name} has no place for it`;
    }
    const from = formatSeconds(oldest * ring.seconds);
    return `${name} holds ${from} to ${formatSeconds(newest * ring.seconds)}, not ${place}`;
  }
  const [from, to] = word.split('..').map((each) => parseAddress(memory, each));
  return from !== undefined && to !== undefined && to < from
    ? `${word} ends before it begins`
    : undefined;
}

/** Why nothing lies at what would be an address: the meter is not cached, or ends before it. */
function absence(memory: DeviceMemory, word: string): string | undefined {
  const { regions, isCached } = memory;
  const address = sumOf(memory, word);
  const isOfSlot = (address ?? 0) >= CACHE_ADDRESS && (address ?? 0) < 2 * CACHE_ADDRESS;
  if (!isCached && (isOfSlot || /^cache\b/.test(word))) {
    return `${shown(word)} is of a slot in the cache, and nothing of this meter is cached`;
  }
  if (address === undefined || regionAt(memory, address) !== undefined) return undefined;
  const last = regions.filter(({ store }) => store === 'meter').at(-1);
  const end = last === undefined ? 0 : last.address + last.size - 1;
  const slot = isCached ? `, its slot in the cache from ${hex(CACHE_ADDRESS)} on` : '';
  return `nothing lies at ${shown(word)}: the meter is 0x0 to ${hex(end)}${slot}`;
}

/** Half hour or day of a place of a ring; undefined where it stands for none. */
export function entryOf(region: Region, address: number): number | undefined {
  const { ring, form } = region;
  if (ring === undefined) return undefined;
  const size = 'struct' in form ? form.size : form.wordSize;
  const place = Math.floor((address - region.address) / size);
  const behind = (((ring.newest - place) % ring.capacity) + ring.capacity) % ring.capacity;
  const at = ring.newest - behind;
  return at >= ring.oldest && at > 0 ? at : undefined;
}
