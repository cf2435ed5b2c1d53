// The fields of a region of memory: their names, as docs/memory.md has them, from the names of the
// constants that the core exports, and their values as numbers. A ring's places say their time too.

import { formatSeconds } from '../gateway/protocol/half-hours.ts';
import type { Core } from '../gateway/s1sp/core.ts';
import type { DeviceMemory, Region } from './memory-map.ts';

export interface Field {
  /** `header.block`, `import[9312]`, `daily[3].primaryWh`. */
  readonly name: string;
  readonly address: number;
  readonly size: number;
  /** u64s as hexadecimal text, since a number cannot hold them. */
  readonly value: number | string;
  /** The time that a place of a ring stands for now; absent where it stands for none. */
  readonly stamp?: string;
}

interface Member {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

const members = new Map<string, readonly Member[]>();

/** The fields of a struct in order, from the exported `OFF_STRUCT_FIELD`. */
function membersOf(core: Core, struct: string, size: number): readonly Member[] {
  const known = members.get(struct);
  if (known !== undefined) return known;
  const prefix = `OFF_${struct}_`;
  const offsets = Object.entries(core)
    .flatMap(([name, value]) => {
      if (!name.startsWith(prefix) || !(value instanceof WebAssembly.Global)) return [];
      return [{ name: camelCase(name.slice(prefix.length)), offset: Number(value.value) }];
    })
    .sort((a, b) => a.offset - b.offset);
  const found = offsets.map((member, place) => {
    return { ...member, size: (offsets[place + 1]?.offset ?? size) - member.offset };
  });
  members.set(struct, found);
  return found;
}

/** `NEWEST_HALF_HOUR` is `newestHalfHour`. */
function camelCase(constant: string): string {
  return constant.toLowerCase().replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Structs whose fields of eight bytes are f64; the others' are u64. */
const F64_STRUCTS = ['DAILY_READ'];

/** The fields of a region that begin in [from, to), addresses of the device. */
export function fieldsOf(
  memory: DeviceMemory,
  region: Region,
  from = region.address,
  to = region.address + region.size,
): Field[] {
  const { form } = region;
  const size = 'struct' in form ? form.size : form.wordSize;
  const first = Math.max(Math.floor((from - region.address) / size), 0);
  const last = Math.min(Math.ceil((to - region.address) / size), region.size / size) - 1;
  const fields: Field[] = [];
  for (let place = first; place <= last; place++) {
    fields.push(...fieldsAt(memory, region, place, size));
  }
  return fields.filter(({ address }) => address >= from && address < to);
}

function fieldsAt(memory: DeviceMemory, region: Region, place: number, size: number): Field[] {
  const { form, name, ring } = region;
  const address = region.address + place * size;
  const isMany = region.size > size;
  const label = isMany ? `${name}[${place}]` : name;
  const seconds = ring && stampAt(ring, place);
  const stamp = seconds === undefined ? {} : { stamp: formatSeconds(seconds) };
  const bytes = memory.bytesOf(region);
  if ('wordSize' in form) {
    const value = numberAt(bytes, place * size, size, false);
    return [{ name: label, address, size, value, ...stamp }];
  }
  const core = memory.cores[region.store];
  if (core === undefined) return [];
  const isF64 = F64_STRUCTS.includes(form.struct);
  return membersOf(core, form.struct, size).map((member) => ({
    name: `${label}.${member.name}`,
    address: address + member.offset,
    size: member.size,
    value: numberAt(bytes, place * size + member.offset, member.size, isF64),
    ...stamp,
  }));
}

/** The time that a place of a ring stands for, UTC seconds; undefined: for none yet. */
export function stampAt(ring: Region['ring'] & {}, place: number): number | undefined {
  const { capacity, newest, oldest, seconds } = ring;
  const behind = (((newest - place) % capacity) + capacity) % capacity;
  const at = newest - behind;
  return at < oldest || at <= 0 ? undefined : at * seconds;
}

/** A little-endian number of 1, 2, 4 or 8 bytes. */
export function numberAt(
  bytes: Uint8Array,
  offset: number,
  size: number,
  isF64: boolean,
): number | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 1) return view.getUint8(offset);
  if (size === 2) return view.getUint16(offset, true);
  if (size === 4) return view.getUint32(offset, true);
  if (isF64) return view.getFloat64(offset, true);
  return `0x${view.getBigUint64(offset, true).toString(16).padStart(16, '0')}`;
}
