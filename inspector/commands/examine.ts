// `x/NFu`: N units of memory in a format, as debuggers have it: x hexadecimal, u unsigned, d signed
// decimal, f floating, c characters; b 1, h 2, w 4, g 8 bytes.

import { type Command, misused } from '../command.ts';
import { memoryOf } from '../device-memory.ts';
import { shown, withDevice } from '../device-prefix.ts';
import { hex } from '../hex-dump.ts';
import { ADDRESS_NOTES, parseAddress, regionAt } from '../memory-address.ts';
import { said } from '../outcome.ts';
import { noAddress } from './memory.ts';

const UNIT_BYTES: Readonly<Record<string, 1 | 2 | 4 | 8>> = { b: 1, h: 2, w: 4, g: 8 };
const UNITS_MAX = 1024;
/** Bytes of one line of units. */
const LINE_BYTES = 16;

export const examine: Command = {
  name: 'x',
  usage: ['x/NFU METER ADDRESS'],
  does: 'examines memory: N units (1 to 1024) in format F (x u d f c) of size U (b h w g)',
  example: 'x/8uw 90-B3-D5-1F-40-00-00-07 import[2026-11-22T00:30:00Z]',
  notes: ADDRESS_NOTES,
  looks: true,
  run({ world }, words) {
    const [form = '', word, place, ...rest] = words[0]?.startsWith('/') ? words : ['', ...words];
    const [, countWord, format = 'x', unit = 'w'] =
      /^\/?(\d*)([xudfc])?([bhwg])?$/.exec(form) ?? [];
    const count = countWord === '' ? 1 : Number(countWord);
    const size = UNIT_BYTES[unit] ?? 4;
    if (countWord === undefined || !(count >= 1 && count <= UNITS_MAX)) {
      const words = `a count of 1 to ${UNITS_MAX}, a format (x u d f c), a size (b h w g)`;
      return misused(examine, `"${shown(form)}" is not ${words}`);
    }
    if (format === 'f' && size < 4) return misused(examine, 'a floating number has size w or g');
    if (word === undefined || place === undefined || rest.length > 0) {
      return misused(examine, 'a METER and an ADDRESS are wanted');
    }
    return withDevice(world, word, (device) => {
      const memory = memoryOf(world, device);
      const address = parseAddress(memory, place);
      const region = address === undefined ? undefined : regionAt(memory, address);
      if (address === undefined || region === undefined) return noAddress(memory, place);
      const start = address - region.address;
      const fit = Math.min(count, Math.floor((region.size - start) / size));
      const bytes = memory.bytesOf(region).slice(start, start + fit * size);
      const values = Array.from({ length: fit }, (_, at) => unitAt(bytes, at * size, size, format));
      const perLine = LINE_BYTES / size;
      const lines: string[] = [];
      for (let at = 0; at < fit; at += perLine) {
        const cells = values.slice(at, at + perLine).join('  ');
        lines.push(`${hex(address + at * size)} <${region.name}+${start + at * size}>:  ${cells}`);
      }
      if (fit < count) lines.push(`${region.name} ends here`);
      return said(lines.join('\n'), { address, region: region.name, unitSize: size, values });
    });
  },
};

/** One unit, little-endian, as JSON can say it: numbers, or text of what is no plain number. */
function unitAt(bytes: Uint8Array, offset: number, size: 1 | 2 | 4 | 8, format: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, size);
  if (format === 'f') return size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  if (format === 'c') return printable(bytes.subarray(offset, offset + size));
  const unsigned = BigInt.asUintN(8 * size, bigAt(view, size));
  if (format === 'x') return `0x${unsigned.toString(16).padStart(2 * size, '0')}`;
  const value = format === 'd' ? BigInt.asIntN(8 * size, unsigned) : unsigned;
  return size === 8 ? value.toString() : Number(value);
}

function bigAt(view: DataView, size: 1 | 2 | 4 | 8): bigint {
  if (size === 8) return view.getBigUint64(0, true);
  if (size === 4) return BigInt(view.getUint32(0, true));
  return BigInt(size === 2 ? view.getUint16(0, true) : view.getUint8(0));
}

function printable(bytes: Uint8Array): string {
  return [...bytes]
    .map((byte) => (byte >= 0x20 && byte <= 0x7e ? String.fromCharCode(byte) : '.'))
    .join('');
}
