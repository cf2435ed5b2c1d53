// What one byte of a meter's memory is: the field it belongs to, the field's value, and of a ring
// the time it stands for. Fields and their values come from memory-fields.ts, as everywhere.

import { hex } from '../hex-dump.ts';
import { regionAt } from '../memory-address.ts';
import { type Field, fieldsOf } from '../memory-fields.ts';
import type { DeviceMemory, Region } from '../memory-map.ts';

export interface Decoded {
  readonly address: number;
  readonly byte: number;
  readonly region: Region;
  readonly field: Field;
  /** Of the bytes of the field, from 0. */
  readonly byteOfField: number;
  /** In the region's array of words or structs. */
  readonly place: number;
  /** Of a gas meter: energy is litres. */
  readonly isGas?: boolean;
}

/** No field is longer than a u64. */
const FIELD_BYTES_MAX = 8;

/** What lies at an address; undefined between regions. */
export function decodeAt(
  memory: DeviceMemory,
  address: number,
  isGas = false,
): Decoded | undefined {
  const region = regionAt(memory, address);
  if (region === undefined) return undefined;
  const from = Math.max(address - FIELD_BYTES_MAX + 1, region.address);
  const field = fieldsOf(memory, region, from, address + 1).findLast((each) => {
    return each.address <= address && address < each.address + each.size;
  });
  const byte = memory.bytesOf(region)[address - region.address];
  if (field === undefined || byte === undefined) return undefined;
  const { form } = region;
  const size = 'struct' in form ? form.size : form.wordSize;
  const place = Math.floor((address - region.address) / size);
  return { address, byte, region, field, byteOfField: address - field.address, place, isGas };
}

/** Words that mark a place without an entry, by size. */
const MARKS: Readonly<Record<number, readonly [number, string]>> = {
  4: [0xffff_ffff, 'gap: the meter has no entry'],
  2: [0xffff, 'absent: the meter is known to have no entry'],
};

/** Units by the end of a field's name, and of the rings of words. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/reactive/i, 'VArh'],
  [/Wh$|^import|^export|values/i, 'Wh'],
  [/seconds$/i, 's'],
];

/** Fields that are seconds, days or half hours since the epoch. */
const TIMES: readonly (readonly [RegExp, number])[] = [
  [/(?:^header\.|cache\.(?:import|export)\.)newest(?:HalfHour|Known|Retrieved)$/, 1800],
  [/(?:header\.newestDay|cache\.daily\.newest\w+)$/, 86_400],
  [/(?:timestamp|storedAt|oldestStored|batches\[\d+\]|exactAges\[\d+\])$/, 1],
];

/** A field's value in words: its number, what it stands for, its unit. */
export function valueText({ field, region, isGas }: Decoded): string {
  const { value, size, name } = field;
  if (typeof value === 'string') return value;
  const isWord = 'wordSize' in region.form;
  const [mark, words] = MARKS[size] ?? [];
  if (isWord && region.ring !== undefined && value === mark) return words ?? '';
  const shown = value.toLocaleString('en-GB');
  const time = TIMES.find(([pattern]) => pattern.test(name));
  if (time !== undefined) {
    return value === 0 ? '0: none' : `${shown} = ${isoOf(value * time[1])}`;
  }
  const unit = UNITS.find(([pattern]) => pattern.test(isWord ? region.name : name))?.[1];
  const isAge = /exactAges|batches|entryBatch/.test(region.name);
  if (unit === undefined || isAge) return shown;
  return `${shown} ${isGas && unit === 'Wh' ? 'l' : unit}`;
}

function isoOf(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** Where a byte lies in one line, for a label: `0x000ab8 import[9312]`. */
export function addressText({ address, field }: Decoded): string {
  return `${hex(address)} ${field.name}`;
}

/** What a cell says to somebody who hears it. */
export function spokenText(decoded: Decoded): string {
  const { byte, field } = decoded;
  const stamp = field.stamp === undefined ? '' : `, ${field.stamp}`;
  const digits = byte.toString(16).padStart(2, '0');
  return `${digits}, ${addressText(decoded)}${stamp}: ${valueText(decoded)}`;
}
