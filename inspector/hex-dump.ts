// Bytes as hexadecimal and ASCII with an address column, and beside them the fields they are.

import type { Field } from './memory-fields.ts';
import { fieldsOf } from './memory-fields.ts';
import type { DeviceMemory, Region } from './memory-map.ts';

export const LINE_BYTES = 16;

/** An address as the monitor writes it. */
export function hex(address: number): string {
  return `0x${address.toString(16).padStart(6, '0')}`;
}

export interface DumpLine {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly region: string;
  readonly isRing: boolean;
  readonly fields: readonly Field[];
}

/** The bytes in [from, to], line by line; what lies between regions has none. */
export function dumpLines(memory: DeviceMemory, from: number, to: number): DumpLine[] {
  return memory.regions.flatMap((region) => {
    const first = Math.max(from, region.address);
    const last = Math.min(to, region.address + region.size - 1);
    return first > last ? [] : regionLines(memory, region, first, last);
  });
}

function regionLines(memory: DeviceMemory, region: Region, first: number, last: number) {
  const lines: DumpLine[] = [];
  const bytes = memory.bytesOf(region);
  for (let address = first; address <= last; ) {
    const end = Math.min((Math.floor(address / LINE_BYTES) + 1) * LINE_BYTES - 1, last);
    const start = address - region.address;
    lines.push({
      address,
      bytes: bytes.slice(start, start + end - address + 1),
      region: region.name,
      isRing: region.ring !== undefined,
      fields: fieldsOf(memory, region, address, end + 1),
    });
    address = end + 1;
  }
  return lines;
}

const PRINTABLE_FIRST = 0x20;
const PRINTABLE_LAST = 0x7e;

/** `0x000010  00 80 … |.…|  daily[0].timestamp=…` */
export function dumpText({ address, bytes, fields, isRing }: DumpLine): string {
  const indent = address % LINE_BYTES;
  const cells = Array.from({ length: LINE_BYTES }, (_, at) => bytes[at - indent]);
  const digits = cells.map((byte) => byte?.toString(16).padStart(2, '0') ?? '  ');
  const half = LINE_BYTES / 2;
  const left = digits.slice(0, half).join(' ');
  const right = digits.slice(half).join(' ');
  const ascii = cells.map((byte) => (byte === undefined ? ' ' : printable(byte))).join('');
  const row = `${hex(address - indent)}  ${left}  ${right}  |${ascii}|`;
  return `${row}  ${fieldsText(fields, isRing)}`.trimEnd();
}

function printable(byte: number): string {
  const isPrintable = byte >= PRINTABLE_FIRST && byte <= PRINTABLE_LAST;
  return isPrintable ? String.fromCharCode(byte) : '.';
}

/** What marks a place without an entry: in a meter's ring a gap, in the cache's known absence. */
const MARKS = new Map([
  [4, [0xffff_ffff, 'gap']],
  [2, [0xffff, 'absent']],
]);

/** Words one after the other are named once, with the first one's time where they are of a ring. */
function fieldsText(fields: readonly Field[], isRing: boolean): string {
  const [first] = fields;
  if (first === undefined) return '';
  if (!first.name.endsWith(']'))
    return fields.map(({ name, value }) => `${name}=${value}`).join(' ');
  if (!isRing) return wordsText(first, '', fields);
  return runsOf(fields)
    .map((run) => {
      const [head = first] = run;
      return wordsText(head, ` ${head.stamp ?? 'not reached'}`, run);
    })
    .join('  ');
}

/** Fields whose times rise together; behind the newest place of a ring lies the oldest. */
function runsOf(fields: readonly Field[]): Field[][] {
  const runs: Field[][] = [];
  let before: string | undefined;
  for (const field of fields) {
    const run = runs.at(-1);
    const goesOn = (field.stamp === undefined) === (before === undefined);
    const rises = goesOn && (field.stamp ?? '') >= (before ?? '');
    if (run === undefined || !rises) runs.push([field]);
    else run.push(field);
    before = field.stamp;
  }
  return runs;
}

function wordsText({ name }: Field, stamp: string, fields: readonly Field[]): string {
  const values = fields.map(({ value, size }) => {
    const [mark, word] = MARKS.get(size) ?? [];
    return value === mark ? word : value;
  });
  return `${name}${stamp}: ${values.join(' ')}`;
}
