import { describe, expect, test } from 'vitest';
import { memoryOf } from '../../inspector/device-memory.ts';
import { fieldsOf } from '../../inspector/memory-fields.ts';
import { GAS, openInspected, TWIN } from './inspected.ts';

const STAMP = '2026-11-22T00:30:00Z';

describe('the map of memory', () => {
  test('lays the regions of a meter out without a gap or an overlap', async () => {
    const { world } = openInspected();
    for (const device of [0, 10, 12]) {
      let end = 0;
      for (const { address, size, name } of memoryOf(world, device).regions) {
        expect(address, name).toBe(end);
        end = address + size;
      }
    }
  });

  test('has the regions that a model has', async () => {
    const { tell } = openInspected();
    const names = async (meter: string) => {
      const { value } = await tell(`mem map ${meter}`);
      return (value as { regions: { name: string }[] }).regions.map(({ name }) => name);
    };
    const single = ['header', 'daily', 'import', 'reactive', 'export', 'export.reactive'];
    expect(await names('#0')).toEqual(single);
    expect(await names(TWIN)).toEqual([
      ...single.slice(0, 3),
      'import.secondary',
      ...single.slice(3),
    ]);
    expect(await names(GAS)).toEqual(['header', 'daily', 'import']);
  });

  test('has the slot of a meter that is cached', async () => {
    const { tell, ask, world } = openInspected();
    await ask(10);
    const { text } = await tell(`mem map ${TWIN}`);
    expect(text).toContain('cache: has a slot');
    const core = world.gateway.cache.banks()[0]?.core;
    const slot = memoryOf(world, 10).regions.filter(({ name, address }) => {
      return name.startsWith('cache.') && address < 0x10_1000;
    });
    const last = Math.max(...slot.map(({ address, size }) => address + size));
    expect(last - 0x10_0000).toBeLessThanOrEqual(core?.TWIN_SLOT_SIZE.value ?? 0);
    expect(slot.map(({ name }) => name)).toContain('cache.daily.secondary');
  });

  test('names every field of the core structs, once each', async () => {
    const { world, ask } = openInspected();
    await ask(7);
    const memory = memoryOf(world, 7);
    const names = memory.regions
      .filter(({ form }) => 'struct' in form)
      .flatMap((region) => fieldsOf(memory, region).map(({ name }) => name));
    expect(names).toContain('header.newestHalfHour');
    expect(names).toContain('daily[30].secondaryEveningWh');
    expect(names).toContain('cache.import.knownHigh');
    expect(names).toContain('cache.daily.entries[3].tou3Wh');
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('mem dump', () => {
  test('shows bytes, ASCII and fields', async () => {
    const { tell } = openInspected();
    await tell('real #7');
    const { text, value } = await tell('mem dump #7');
    expect(text.split('\n')[1]).toBe(
      '0x000000  01 00 00 00 52 38 0f 00  2c 51 00 00 00 00 00 00  |....R8..,Q......|' +
        '  header.block=1 header.newestHalfHour=997458 header.newestDay=20780 header.reserved=0',
    );
    expect(value).toMatchObject({
      isReal: true,
      from: 0,
      to: 15,
      lines: [{ address: 0, bytes: '0100000052380f002c51000000000000', region: 'header' }],
    });
  });

  test('names places of a ring by time, gaps too', async () => {
    const { tell } = openInspected();
    await tell(`poke #7 import[${STAMP}] gap`);
    const { text } = await tell(`mem dump #7 import[${STAMP}]`);
    expect(text.split('\n')[1]).toMatch(
      /^0x006ff0 +ff ff ff ff {2}\| {12}\.{4}\| {2}import\[6481\] 2026-11-22T00:30:00Z: gap$/,
    );
  });

  test('tells apart the newest of a ring and the oldest behind it', async () => {
    const { tell } = openInspected();
    const { text } = await tell('mem dump #7 import[6546]..import[6547]');
    expect(text.split('\n')[1]).toMatch(
      /import\[6546\] 2026-11-23T09:00:00Z: \d+ {2}import\[6547\] 2025-10-22T09:30:00Z: \d+$/,
    );
    expect((await tell('mem map #7')).text).toMatch(
      /import .*ring by time {2,}\[6547\] 2025-10-22T09:30:00Z {2}\[6546\] 2026-11-23T09:00:00Z/,
    );
  });

  test('shows of a region as much as one dump holds, and of a range all or nothing', async () => {
    const { tell, refuse } = openInspected();
    const { text } = await tell('mem dump #7 import');
    expect(text.split('\n').at(-1)).toBe('… 72128 bytes more, from 0x001ab8');
    expect((await refuse('mem dump #7 0x10..0x1010')).message).toBe('that is 4097 bytes');
    expect((await tell('mem dump #7 0x10..0x100f')).value).toMatchObject({ from: 16, to: 4111 });
  });

  test('of a range by names ends with all of the last one', async () => {
    const { value } = await openInspected().tell(`mem dump #7 import[${STAMP}]..import[6482]`);
    expect(value).toMatchObject({ from: 0x6ffc, to: 0x7003 });
  });

  test('shows the bytes of a slot', async () => {
    const { tell, ask } = openInspected();
    await ask(7);
    const { text } = await tell('mem dump #7 cache.header');
    expect(text).toContain('07 00 00 40 1f d5 b3 90');
    expect((await tell(`x/1uh #7 cache.import.values[${STAMP}]`)).value).toMatchObject({
      values: [345],
    });
  });

  test.each([
    ['mem', 'map or dump is wanted'],
    ['mem dump', 'a METER is wanted'],
    ['mem map #1 #2', 'one METER is wanted, or none'],
    ['mem dump #7 gas', '"gas" is no address of this meter'],
    ['mem dump #7 0xffffff', 'nothing lies at 0xffffff: the meter is 0x0 to 0x0205b7'],
    [
      'mem dump #7 0x100000',
      '0x100000 is of a slot in the cache, and nothing of this meter is cached',
    ],
    ['mem dump #7 import+0x90000', 'nothing lies at import+0x90000: the meter is 0x0 to'],
    ['mem keep #7', 'map or dump is wanted, not "keep"'],
    ['mem dump #7 0x20..0x10', '0x20..0x10 ends before it begins'],
    ['mem dump #7 import[99999]', 'import has the places 0 to 19055, and no 99999'],
    ['mem dump #7 header[5]', '"header[5]" is no address of this meter'],
    ['mem dump #7 import[2030-01-01T00:00:00Z]', 'Z to 2026-11-23T09:00:00Z, not 2030-01-01T'],
    ['mem dump #7 import[2026-11-22T00:10:00Z]', '2026-11-22T00:10:00Z is no half hour'],
    ['mem dump #7 daily[2026-11-22T00:30:00Z]', '2026-11-22T00:30:00Z is no midnight'],
    ['mem dump #7 header..import[2030-01-01]', 'not 2030-01-01'],
    ['mem dump #7 header.colour', '"header.colour" is no address of this meter'],
    ['mem dump #7 cache.header', 'cache.header is of a slot in the cache'],
    ['mem dump #7 -1', '"-1" is no address of this meter'],
  ])('refuses %s', async (line, message) => {
    expect((await openInspected().refuse(line)).message).toContain(message);
  });
});

describe('x', () => {
  test.each([
    ['x/4xb #7 header', ['0x01', '0x00', '0x00', '0x00']],
    ['x/2uw #7 header', [1, 997_458]],
    ['x #7 header', ['0x00000001']],
    ['x/1xg #7 header', ['0x000f385200000001']],
    ['x/1ug #7 header', [String(997_458n * 2n ** 32n + 1n)]],
    ['x/2ch #7 header.newestDay', [',Q', '..']],
    ['x/1fg #7 daily[2026-11-22T00:00:00Z]', [1_795_305_600]],
    ['x/1uw #7 header+4', [997_458]],
  ])('%s', async (line, values) => {
    expect((await openInspected().tell(line)).value).toMatchObject({ values });
  });

  test('reads signed numbers, and ends with its region', async () => {
    const { tell } = openInspected();
    await tell(`poke #7 import[${STAMP}] gap`);
    expect((await tell(`x/1dw #7 import[${STAMP}]`)).value).toMatchObject({ values: [-1] });
    const { text, value } = await tell('x/8xw #7 header');
    expect(value).toMatchObject({ values: [{}, {}, {}, {}].map(() => expect.any(String)) });
    expect(text).toContain('header ends here');
  });

  test.each(['x', 'x/0xb #7 header', 'x/1025xb #7 0', 'x/4q #7 0', 'x/4fb #7 0', 'x/4xb #7'])(
    'refuses %s',
    async (line) => {
      expect((await openInspected().refuse(line)).code).toBe('USAGE');
    },
  );

  test('refuses an address that is none', async () => {
    expect((await openInspected().refuse('x/4xb #7 nowhere')).code).toBe('NOT_FOUND');
  });
});

describe('find', () => {
  test('finds values with their fields and times', async () => {
    const { tell } = openInspected();
    await tell(`poke #7 import[${STAMP}] 123456789`);
    const places = [{ address: 0x6ffc, name: 'import[6481]', stamp: STAMP }];
    expect((await tell('find #7 123456789')).value).toEqual({ places });
    expect((await tell('find #7 hex:15cd5b07')).value).toEqual({ places });
    expect((await tell('find #7 123456788')).text).toBe('not found');
    await tell(`poke #7 import[${STAMP}] gap`);
    expect((await tell('find #7 gap')).value).toEqual({ places });
  });

  test('stops at as many as are worth showing', async () => {
    expect((await openInspected().tell('find #1 hex:00')).text).toContain('only the first 256');
  });

  test.each(['find #7', 'find #7 hex:1', 'find #7 hex:zz', 'find #7 much', 'find #7 1 2'])(
    'refuses %s',
    async (line) => {
      expect((await openInspected().refuse(line)).code).toBe('USAGE');
    },
  );
});

describe('poke', () => {
  test('makes the meter real and changes one entry', async () => {
    const { tell, world } = openInspected();
    expect(world.meters.isReal(7)).toBe(false);
    const { text, value } = await tell(`poke #7 import[${STAMP}] 4711`);
    expect(text).toBe(`0x006ffc  import[6481]  ${STAMP}: 345 → 4711`);
    expect(value).toMatchObject({ field: 'import[6481]', before: 345, after: '4711' });
    expect(world.meters.isReal(7)).toBe(true);
    const log = await tell('log import #7 2026-11-22T00:00:00Z..2026-11-22T01:00:00Z');
    expect(log.value).toMatchObject({ entries: [{ values: [339] }, { values: [4711] }, {}] });
  });

  test('changes what the meter answers from then on', async () => {
    const { tell, fleet } = openInspected();
    await tell(`poke #7 export[${STAMP}] 55`);
    const [start, now] = [997_393 * 1800, 997_458 * 1800];
    const read = { device: 7, srv: '4.8.3', startSeconds: start, endSeconds: start } as const;
    expect(fleet.readMeter(read, now)).toMatchObject({
      profile: { columns: [new Uint32Array([55]), new Uint32Array([0])] },
    });
  });

  test('changes a register of a daily read, and takes one out', async () => {
    const { tell } = openInspected();
    const [day, next] = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'];
    await tell(`poke #7 daily[${day}]+16 77`);
    await tell(`poke #7 daily[${next}] gap`);
    const { value } = await tell(`log daily #7 ${day}..${next}`);
    expect(value).toMatchObject({ entries: [{ timestamp: day }] });
    const { entries } = value as { entries: { values: number[] }[] };
    expect(entries).toHaveLength(1);
    expect(entries[0]?.values[1]).toBe(77);
  });

  test.each([
    ['poke', 'USAGE', 'are wanted'],
    ['poke #7 import[6481]', 'USAGE', 'are wanted'],
    ['poke #7 import[6481] 1 2', 'USAGE', 'are wanted'],
    ['poke #7 import[6481] -1', 'USAGE', 'whole number'],
    ['poke #7 import[6481] 4294967295', 'USAGE', 'whole number'],
    ['poke #7 import+1 7', 'USAGE', 'no field begins at 0x000ab9'],
    ['poke #7 daily[5] 7', 'USAGE', 'a stamp cannot be moved'],
    ['poke #7 daily[5]+8 x', 'USAGE', 'a register is a whole number'],
    ['poke #7 header 7', 'CONFLICT', 'header is only looked at'],
    ['poke #7 nowhere 7', 'NOT_FOUND', 'no address'],
  ])('refuses %s', async (line, code, message) => {
    const { refuse, world } = openInspected();
    const error = await refuse(line);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(world.meters.isReal(7)).toBe(false);
  });

  test('is not for the cache', async () => {
    const { refuse, ask } = openInspected();
    await ask(7);
    expect((await refuse('poke #7 cache.import.values 7')).code).toBe('CONFLICT');
  });

  test('real makes a meter real once', async () => {
    const { tell, refuse } = openInspected();
    expect((await tell('real #7')).text).toBe('90-B3-D5-1F-40-00-00-07 is real now');
    expect((await tell('real #7')).text).toContain('was real already');
    expect((await refuse('real')).code).toBe('USAGE');
  });
});
