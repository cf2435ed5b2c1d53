// `find`: where in a meter's memory some bytes, or the fields of some value, are.

import { type Command, misused } from '../command.ts';
import { memoryOf } from '../device-memory.ts';
import { withDevice } from '../device-prefix.ts';
import { hex } from '../hex-dump.ts';
import { regionAt } from '../memory-address.ts';
import { type Field, fieldsOf } from '../memory-fields.ts';
import type { DeviceMemory } from '../memory-map.ts';
import { said } from '../outcome.ts';
import { counted } from '../table.ts';

/** Places that one search gives. */
const FOUND_MAX = 256;
const BYTES_MAX = 64;

export const find: Command = {
  name: 'find',
  usage: ['find METER VALUE', 'find METER hex:BYTES'],
  does: 'finds the fields that hold VALUE (a number, or gap), or a run of bytes in hexadecimal',
  example: 'find 90-B3-D5-1F-40-00-00-07 gap',
  looks: true,
  run({ world }, [word, wanted, ...rest]) {
    if (word === undefined || wanted === undefined || rest.length > 0) {
      return misused(find, 'a METER and a VALUE are wanted');
    }
    const bytes = bytesOf(wanted);
    const value = wanted === 'gap' ? 0xffff_ffff : Number(wanted);
    if (bytes === undefined && !(/^[\d.x]/i.test(wanted) || wanted === 'gap')) {
      return misused(find, 'VALUE is a number, gap, or hex: and whole bytes');
    }
    if (bytes === undefined && !Number.isFinite(value)) {
      return misused(find, `"${wanted}" is no number`);
    }
    return withDevice(world, word, (device) => {
      const memory = memoryOf(world, device);
      const found = bytes === undefined ? byValue(memory, value) : byBytes(memory, bytes);
      const rows = found.map(({ address, name, stamp }) => {
        return `${hex(address)}  ${name}${stamp === undefined ? '' : `  ${stamp}`}`;
      });
      const more = found.length === FOUND_MAX ? `\nonly the first ${FOUND_MAX} are shown` : '';
      const text =
        found.length === 0
          ? 'not found'
          : `${counted(found.length, 'place')}\n${rows.join('\n')}${more}`;
      return said(text, { places: found });
    });
  },
};

type Place = Pick<Field, 'address' | 'name' | 'stamp'>;

/** The bytes of `hex:00ff`; undefined for anything else. */
function bytesOf(word: string): Uint8Array | undefined {
  const [, digits = ''] = /^hex:((?:[0-9a-f]{2})+)$/i.exec(word) ?? [];
  return digits === '' || digits.length > 2 * BYTES_MAX ? undefined : Buffer.from(digits, 'hex');
}

function byValue(memory: DeviceMemory, value: number): Place[] {
  const found: Place[] = [];
  for (const region of memory.regions) {
    for (const field of fieldsOf(memory, region)) {
      // A place of a ring that stands for no time yet holds nothing.
      const isEmpty = region.ring !== undefined && field.stamp === undefined;
      if (field.value === value && !isEmpty) found.push(placeOf(field));
      if (found.length === FOUND_MAX) return found;
    }
  }
  return found;
}

function placeOf({ address, name, stamp }: Field): Place {
  return { address, name, ...(stamp !== undefined && { stamp }) };
}

function byBytes(memory: DeviceMemory, wanted: Uint8Array): Place[] {
  const found: Place[] = [];
  for (const region of memory.regions) {
    const bytes = Buffer.from(memory.bytesOf(region));
    for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) {
      found.push(named(memory, region.address + at));
      if (found.length === FOUND_MAX) return found;
    }
  }
  return found;
}

/** The field that an address lies in. */
function named(memory: DeviceMemory, address: number): Place {
  const region = regionAt(memory, address);
  if (region === undefined) return { address, name: '' };
  const { form } = region;
  const size = 'struct' in form ? form.size : form.wordSize;
  const start = address - ((address - region.address) % size);
  const field = fieldsOf(memory, region, start, address + 1).at(-1);
  return field === undefined ? { address, name: region.name } : { ...placeOf(field), address };
}
