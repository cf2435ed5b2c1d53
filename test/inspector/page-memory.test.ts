// What the page makes of bytes, without a browser: the same regions, fields and values as the
// monitor's, out of a picture that went through JSON; and what of a ring holds something.

import { describe, expect, test } from 'vitest';
import { instantiateCore } from '../../gateway/s1sp/core.ts';
import { memoryOf, pictureOf } from '../../inspector/device-memory.ts';
import { dumpLines, dumpText } from '../../inspector/hex-dump.ts';
import { parseAddress } from '../../inspector/memory-address.ts';
import { fieldsOf } from '../../inspector/memory-fields.ts';
import type { DeviceMemory } from '../../inspector/memory-map.ts';
import { memoryInPicture } from '../../inspector/memory-picture.ts';
import { decodeAt, spokenText, valueText } from '../../inspector/page/decoding.ts';
import { ringStateOf } from '../../inspector/page/ring-state.ts';
import { type Inspected, METER, openInspected, stateOf } from './inspected.ts';

/** As the page gets it: through JSON, read with a memory core of its own. */
function pictured({ world }: Inspected, device: number): DeviceMemory {
  const sent: ReturnType<typeof pictureOf> = JSON.parse(JSON.stringify(pictureOf(world, device)));
  return memoryInPicture(sent, instantiateCore());
}

function regionOf(memory: DeviceMemory, name: string) {
  const region = memory.regions.find((each) => each.name === name);
  if (region === undefined) throw new Error(`no region ${name}`);
  return region;
}

describe('a picture of a memory', () => {
  test.each([
    ['of one that nobody has touched', 7, []],
    ['of one made real', 7, [`real ${METER}`]],
    ['of a twin-element meter', 10, []],
    ['of a gas meter', 12, []],
  ])('%s is read as the monitor reads the meter', async (_, device, lines) => {
    const inspected = openInspected();
    for (const line of lines) await inspected.tell(line);
    const read = device === 12 ? [] : (['4.8.1', '4.6.1', '4.8.3'] as const);
    for (const srv of read) await inspected.ask(device, srv);
    const before = stateOf(inspected);
    const page = pictured(inspected, device);
    const monitor = memoryOf(inspected.world, device);
    expect(page.regions).toEqual(monitor.regions);
    expect([page.isReal, page.isCached]).toEqual([monitor.isReal, monitor.isCached]);
    expect(page.isCached).toBe(device !== 12);
    for (const region of page.regions) {
      const bytes = (memory: DeviceMemory) => Buffer.from(memory.bytesOf(region)).toString('hex');
      expect(bytes(page), region.name).toBe(bytes(memoryOf(inspected.world, device)));
    }
    const text = (memory: DeviceMemory) => dumpLines(memory, 0, 0x1000).map(dumpText);
    expect(text(page)).toEqual(text(memoryOf(inspected.world, device)));
    expect(stateOf(inspected)).toBe(before);
  });

  test('moves on with the clock', async () => {
    const inspected = openInspected();
    const newest = () => {
      const memory = pictured(inspected, 7);
      return ringStateOf(memory, regionOf(memory, 'import'))?.newest;
    };
    const before = newest();
    await inspected.tell('step 1');
    expect(newest()).toEqual({
      place: (before?.place ?? 0) + 1,
      seconds: Date.parse('2026-11-23T09:30:00Z') / 1000,
    });
  });

  test('gives no bytes that it does not hold', () => {
    const page = pictured(openInspected(), 7);
    const [header] = page.regions;
    if (header === undefined) throw new Error('no region');
    expect(() => page.bytesOf({ ...header, bankAddress: 0, size: 4 })).toThrow(RangeError);
    expect(() => page.bytesOf({ ...header, store: 'cache' })).toThrow(RangeError);
  });
});

describe('a byte that is looked at', () => {
  test('is decoded to its field, whichever byte of the field it is', () => {
    const page = pictured(openInspected(), 7);
    const address = parseAddress(page, 'import[2026-11-22T00:30:00Z]') ?? -1;
    const [field] = fieldsOf(page, regionOf(page, 'import'), address, address + 1);
    for (const byteOfField of [0, 1, 2, 3]) {
      const decoded = decodeAt(page, address + byteOfField);
      expect(decoded).toMatchObject({ field, byteOfField });
      expect(decoded && valueText(decoded)).toBe(`${field?.value} Wh`);
    }
    expect(decodeAt(page, address + 4)?.field.stamp).toBe('2026-11-22T01:00:00Z');
    expect(decodeAt(page, address - 1)?.field.stamp).toBe('2026-11-22T00:00:00Z');
    const spoken = decodeAt(page, address);
    expect(spoken && spokenText(spoken)).toMatch(
      /^[0-9a-f]{2}, 0x[0-9a-f]{6} import\[\d+\], 2026-11-22T00:30:00Z: \d+ Wh$/,
    );
  });

  test('of a gas meter counts litres, and its times stay times', () => {
    const page = pictured(openInspected(), 7);
    const said = (word: string, isGas: boolean) => {
      const decoded = decodeAt(page, parseAddress(page, word) ?? -1, isGas);
      return decoded && valueText(decoded);
    };
    expect(said('import[2026-11-22T00:30:00Z]', true)).toMatch(/^\d+ l$/);
    expect(said('import[2026-11-22T00:30:00Z]', false)).toMatch(/^\d+ Wh$/);
    expect(said('header.newestHalfHour', true)).toMatch(/ = 2026-11-23T09:00:00Z$/);
  });

  test('of a f64 is one of its eight', () => {
    const page = pictured(openInspected(), 7);
    const address = parseAddress(page, 'daily[3].primaryWh') ?? -1;
    expect(decodeAt(page, address + 7)).toMatchObject({
      byteOfField: 7,
      field: { name: 'daily[3].primaryWh', size: 8 },
    });
  });

  test('between regions is nothing', () => {
    const page = pictured(openInspected(), 7);
    const last = page.regions.at(-1);
    expect(decodeAt(page, (last?.address ?? 0) + (last?.size ?? 0))).toBeUndefined();
    expect(decodeAt(page, 0x0f_0000)).toBeUndefined();
  });

  test('says times, gaps and what is known to be absent in words', async () => {
    const inspected = openInspected();
    await inspected.tell(`real ${METER}`);
    await inspected.tell(`poke ${METER} import[2026-11-22T00:30:00Z] gap`);
    await inspected.ask(7);
    const page = pictured(inspected, 7);
    const said = (word: string) => {
      const decoded = decodeAt(page, parseAddress(page, word) ?? -1);
      return decoded && valueText(decoded);
    };
    expect(said('import[2026-11-22T00:30:00Z]')).toBe('gap: the meter has no entry');
    expect(said('cache.import.values[2026-11-22T00:30:00Z]')).toBe(
      'absent: the meter is known to have no entry',
    );
    expect(said('header.newestHalfHour')).toMatch(/ = 2026-11-23T09:00:00Z$/);
    expect(said('header.newestDay')).toMatch(/ = 2026-11-23T00:00:00Z$/);
    expect(said('cache.import.oldestStored')).toMatch(/ = 2026-11-23T09:00:00Z$/);
    expect(said('cache.import.knownLow')).toMatch(/^0x[0-9a-f]{16}$/);
  });
});

describe('a ring', () => {
  test('of a full log has its oldest entry behind its newest', () => {
    const page = pictured(openInspected(), 7);
    const state = ringStateOf(page, regionOf(page, 'import'));
    const { capacity = 0 } = state?.ring ?? {};
    expect(state?.held).toBe(capacity);
    expect(state?.runs).toEqual([{ from: 0, to: capacity - 1 }]);
    expect(state?.oldest?.place).toBe(((state?.newest?.place ?? 0) + 1) % capacity);
    expect(state?.newest?.seconds).toBe(Date.parse('2026-11-23T09:00:00Z') / 1000);
    expect(state?.wrap.place).toBe(0);
  });

  test('of the cache holds what is known, and no more', async () => {
    const inspected = openInspected();
    await inspected.ask(7);
    const page = pictured(inspected, 7);
    const state = ringStateOf(page, regionOf(page, 'cache.import.values'));
    expect(state?.held).toBe(49);
    expect(state?.oldest?.seconds).toBe(Date.parse('2026-11-22T00:00:00Z') / 1000);
    expect(state?.newest?.seconds).toBe(Date.parse('2026-11-23T00:00:00Z') / 1000);
    const all = state?.runs.reduce((sum, { from, to }) => sum + to - from + 1, 0);
    expect(all).toBe(49);
    const place = state?.newest?.place ?? 0;
    expect([state?.isHeld(place), state?.isHeld((place + 1) % 97)]).toEqual([true, false]);
    const daily = ringStateOf(page, regionOf(page, 'cache.daily.entries'));
    expect([daily?.held, daily?.newest, daily?.runs]).toEqual([0, undefined, []]);
    expect(ringStateOf(page, regionOf(page, 'header'))).toBeUndefined();
  });
});
