// `mem`: a meter's memory as it lies there. A meter that nobody has touched has no logs in memory;
// then the bytes are those that making it real would write, and the text says so.

import { formatSeconds } from '../../gateway/protocol/half-hours.ts';
import { type Command, type Desk, misused } from '../command.ts';
import { memoryOf } from '../device-memory.ts';
import { shown, withDevice } from '../device-prefix.ts';
import { dumpLines, dumpText, hex } from '../hex-dump.ts';
import { ADDRESS_FORMS, ADDRESS_NOTES, addressFault, parseRange } from '../memory-address.ts';
import type { DeviceMemory, Region } from '../memory-map.ts';
import { type Outcome, refused, said } from '../outcome.ts';
import { table } from '../table.ts';

/** Bytes that one dump shows at most: 256 lines. */
export const DUMP_BYTES_MAX = 4096;

export const mem: Command = {
  name: 'mem',
  usage: ['mem map [METER]', 'mem dump METER [ADDRESS]', 'mem dump METER ADDRESS..ADDRESS'],
  does: "shows how a meter's memory is laid out, or its bytes with the fields they are",
  notes: ADDRESS_NOTES,
  example:
    'mem dump 90-B3-D5-1F-40-00-00-07 import[2026-11-22T00:30:00Z]..import[2026-11-22T06:00:00Z]',
  looks: true,
  run(desk, [form, ...words]) {
    if (form === 'map') return map(desk, words);
    if (form === 'dump') return dump(desk, words);
    return misused(
      mem,
      `map or dump is wanted${form === undefined ? '' : `, not "${shown(form)}"`}`,
    );
  },
};

function map({ world }: Desk, words: readonly string[]): Outcome {
  if (words.length > 1) return misused(mem, 'one METER is wanted, or none');
  return withDevice(world, words[0] ?? '#0', (device) => {
    const memory = memoryOf(world, device);
    const deviceId = world.gateway.devices.deviceId(device);
    const regions = memory.regions.map((region) => ({ ...region, what: whatIs(region) }));
    const rows = regions.map((region) => [
      hex(region.address),
      region.size,
      region.name,
      region.what,
      ...endsText(region),
      `${region.store} ${hex(region.bankAddress)}`,
    ]);
    const head = ['address', 'size', 'region', 'what', 'oldest', 'newest', 'in bank'];
    const text = `${deviceId}  ${stateText(memory)}\n${table(head, rows)}`;
    const { isReal, isCached } = memory;
    return said(text, { deviceId, isReal, isCached, regions });
  });
}

function stateText({ isReal, isCached }: DeviceMemory): string {
  const meter = isReal
    ? 'meter: real'
    : 'meter: computed, its bytes are what `real` or `poke` would write';
  return `${meter}; cache: ${isCached ? 'has a slot' : 'no slot'}`;
}

function whatIs({ form, size, ring }: Region): string {
  const each = 'struct' in form ? form.size : form.wordSize;
  const kind = 'struct' in form ? form.struct : `u${8 * each}`;
  const count = size / each;
  return `${count > 1 ? `${count} × ` : ''}${kind}${ring === undefined ? '' : ', ring by time'}`;
}

/** The oldest and the newest place of a ring, with their times. */
function endsText({ ring }: Region): readonly [string, string] {
  if (ring === undefined || ring.newest <= 0) return ['', ''];
  const { capacity, oldest, newest, seconds } = ring;
  const text = (entry: number) => `[${entry % capacity}] ${formatSeconds(entry * seconds)}`;
  return [text(Math.max(oldest, 1)), text(newest)];
}

function dump({ world }: Desk, words: readonly string[]): Outcome {
  const [word, rangeWord = 'header'] = words;
  if (word === undefined || words.length > 2) return misused(mem, 'a METER is wanted');
  return withDevice(world, word, (device) => {
    const memory = memoryOf(world, device);
    const range = parseRange(memory, rangeWord);
    if (range === undefined) return noAddress(memory, rangeWord);
    // A region is shown from its beginning as far as one dump goes; a range is refused instead.
    const isNamed = !rangeWord.includes('..');
    if (!isNamed && range.to - range.from >= DUMP_BYTES_MAX) {
      const size = range.to - range.from + 1;
      const next = `dump at most ${DUMP_BYTES_MAX} bytes at a time`;
      return refused('USAGE', `that is ${size} bytes`, next);
    }
    const to = Math.min(range.to, range.from + DUMP_BYTES_MAX - 1);
    const lines = dumpLines(memory, range.from, to);
    const rest = range.to > to ? [`… ${range.to - to} bytes more, from ${hex(to + 1)}`] : [];
    const deviceId = world.gateway.devices.deviceId(device);
    const head = `${deviceId}  ${stateText(memory)}`;
    return said([head, ...lines.map(dumpText), ...rest].join('\n'), {
      deviceId,
      isReal: memory.isReal,
      from: range.from,
      to,
      lines: lines.map((line) => ({ ...line, bytes: Buffer.from(line.bytes).toString('hex') })),
    });
  });
}

/** The refusal of a word that is no address of the device. */
export function noAddress(memory: DeviceMemory, word: string): Outcome {
  const reason = addressFault(memory, word);
  if (reason !== undefined)
    return refused('NOT_FOUND', reason, '`mem map METER` shows what there is');
  const message = `"${shown(word)}" is no address of this meter`;
  return refused(
    'NOT_FOUND',
    message,
    `write it as ${ADDRESS_FORMS}; \`mem map METER\` lists them`,
  );
}
