// The memory core's cache bank against a naive one, under random sequences of operations, and its
// limits one by one. Both builds pass the same suite.
// Over 300 lines because both builds run through one suite.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BATCH_MAX } from '../../gateway/handle.ts';
import { ANY_PARTY } from '../../gateway/hits/bank.ts';
import { type DailyRead, NO_ENTRY, type Profile } from '../../gateway/protocol/log-entries.ts';
import { CacheBank, type CacheRing, type HalfHourRing } from '../../gateway/s1sp/cache-bank.ts';
import type { CoreBuild } from '../../gateway/s1sp/core.ts';
import { CACHE_SECONDS_MAX, DataCache } from '../../gateway/s1sp/data-cache.ts';
import { LIMITS } from '../../gateway/server/limits.ts';
import { OracleRing } from '../oracle/cache.ts';

const DAY = 86_400;
const HALF_HOUR = 1800;
const HIGH = 0x90b3d51f;
/** 2026-11-22T00:00:00Z. */
const START = 1_795_305_600;
const builds: CoreBuild[] = ['release', 'debug'];

function profileOf(first: number, rows: (number[] | undefined)[], columns: number): Profile {
  const table = Array.from({ length: columns }, (_, c) =>
    Uint32Array.from(rows, (row) => row?.[c] ?? NO_ENTRY),
  );
  return { firstHalfHour: first, count: rows.length, columns: table };
}

function slotWords(bank: CacheBank, low: number): Uint32Array {
  const address = bank.core.slotAddress(HIGH, low);
  return new Uint32Array(bank.core.memory.buffer, address, bank.core.SLOT_SIZE.value / 4);
}

/** A bank of devices that follow one another from low half `first` on, each with a slot. */
function bankOf(
  count: number,
  { first = 7, twin = false, build = 'release' as CoreBuild } = {},
): CacheBank {
  const devices = [{ firstDeviceId: { high: HIGH, low: first }, count, index: 0 }];
  return new CacheBank(count, twin, devices, build);
}

interface Device {
  import: OracleRing;
  export: OracleRing;
  daily: OracleRing;
}

type Step =
  | { kind: 'store' | 'look up'; device: number; ring: CacheRing; back: number; length: number }
  | { kind: 'disarm'; device: number; ring: CacheRing }
  | { kind: 'wait'; seconds: number }
  | { kind: 'sweep' };

const rings: CacheRing[] = ['import', 'export', 'daily'];
const device = fc.nat(4);
const ring = fc.constantFrom(...rings);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('store' as const, 'look up' as const),
      device,
      ring,
      back: fc.oneof(fc.nat(60), fc.nat(300)),
      length: fc.oneof(fc.nat(50), fc.nat(250)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disarm' as const), device, ring }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      seconds: fc.oneof(fc.nat(3), fc.nat(4000), fc.nat(100_000), fc.constant(400_000)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
);

/** Values that a meter gives: a function of device and stamp, with gaps and a few too large. */
function meterValue(deviceNumber: number, stamp: number, twist: number): number[] | undefined {
  const mixed = (stamp * 2_654_435_761 + deviceNumber * 97 + twist * 40_503) % 1000;
  if (mixed < 60) return undefined;
  return mixed < 75 ? [70_000, mixed] : [mixed === 500 ? 65_534 : mixed, (mixed * 7) % 300];
}

class Run {
  readonly bank: CacheBank;
  readonly devices: Device[] = [];
  readonly twin: boolean;
  now = START + 9 * 3600;
  #twist = 0;

  constructor(build: CoreBuild, twin: boolean) {
    this.twin = twin;
    this.bank = bankOf(5, { first: 0, twin, build });
    for (let i = 0; i < 5; i++) {
      this.devices.push({
        import: new OracleRing(97, 48),
        export: new OracleRing(97, 48),
        daily: new OracleRing(4, 1),
      });
    }
  }

  perform(next: Step): void {
    if (next.kind === 'wait') this.now += next.seconds;
    else if (next.kind === 'sweep') this.#sweep();
    else if (next.kind === 'disarm') {
      this.bank.disarm(HIGH, next.device, next.ring);
      this.devices[next.device]?.[next.ring].erase();
    } else if (next.ring === 'daily') this.#daily(next);
    else this.#halfHours(next, next.ring);
  }

  #sweep(): void {
    expect(this.bank.sweep(this.now, 1000)).toBe(true);
    for (const each of this.devices) for (const name of rings) each[name].expire(this.now);
    let entries = 0;
    for (const each of this.devices) for (const name of rings) entries += each[name].entries.size;
    expect(this.bank.entries).toBe(entries);
  }

  #halfHours(next: Step & { kind: 'store' | 'look up' }, name: HalfHourRing): void {
    const oracle = this.devices[next.device]?.[name];
    if (oracle === undefined) throw new Error('no such device');
    const to = Math.floor(this.now / HALF_HOUR) - next.back;
    const from = to - next.length;
    const columns = name === 'export' || this.twin ? 2 : 1;
    if (next.kind === 'store') {
      this.#twist++;
      const rows: (number[] | undefined)[] = [];
      for (let h = from; h <= to; h++) {
        rows.push(meterValue(next.device, h, this.#twist)?.slice(0, columns));
      }
      const answers = new Map<number, { values: number[]; late: number }>();
      for (const [i, row] of rows.entries()) {
        if (row !== undefined) answers.set(from + i, { values: row, late: 0 });
      }
      const profile = answers.size === 0 ? null : profileOf(from, rows, columns);
      this.bank.storeProfile(HIGH, next.device, name, from, to, profile, this.now);
      oracle.store(from, to, answers, 0, this.now, 65_534);
      return;
    }
    const expected = oracle.lookUp(from, to, 0, this.now);
    const seen = this.bank.lookUpProfile(HIGH, next.device, name, from, to, this.now);
    expect(seen.result === 'expired' || seen.result === 'miss' ? 'none' : seen.result).toBe(
      expected.result,
    );
    const known = new Map<number, number[] | undefined>();
    for (let i = 0; i < seen.profile.count; i++) {
      const values = seen.profile.columns.map((column) => column[i] ?? -1);
      if (values[0] === this.bank.unknown) continue;
      known.set(seen.profile.firstHalfHour + i, values[0] === NO_ENTRY ? undefined : values);
    }
    if (expected.result === 'hit') {
      const present = [...expected.known].filter(([, values]) => values !== undefined);
      expect([...known].filter(([, values]) => values !== undefined)).toEqual(present);
      expect(seen.profile.count).toBe(
        present.length === 0 ? 0 : (present.at(-1)?.[0] ?? 0) - (present[0]?.[0] ?? 0) + 1,
      );
    } else expect(known).toEqual(expected.known);
    expect(this.bank.oldestStored(HIGH, next.device, name, from, to)).toBe(
      oracle.oldestStored(from, to),
    );
  }

  #daily(next: Step & { kind: 'store' | 'look up' }): void {
    const oracle = this.devices[next.device]?.daily;
    if (oracle === undefined) throw new Error('no such device');
    const to = Math.floor(this.now / DAY) - (next.back % 4);
    const from = to - (next.length % 8);
    const through = next.length % 2 === 0 ? 0 : (next.back * 977) % DAY;
    if (next.kind === 'store') {
      this.#twist++;
      const reads: DailyRead[] = [];
      const answers = new Map<number, { values: number[]; late: number }>();
      for (let day = from; day <= to; day++) {
        const value = meterValue(next.device, day, this.#twist)?.[1];
        if (value === undefined) continue;
        const tou = [value, 2, 3, value * 1000];
        reads.push({
          timestamp: day * DAY + (value % 11),
          elecActiveImportRegisterConsumption: value * 1_000_000,
          tariffTOURegisterMatrixValue: tou,
          ...(this.twin && {
            secondaryActiveImportRegisterConsumption: value + 5,
            secondaryTariffTOURegisterMatrixValue: [9, 8, 7, value],
          }),
        });
        answers.set(day, { values: [value * 1_000_000, ...tou], late: value % 11 });
      }
      this.bank.storeDaily(HIGH, next.device, from, to, through, reads, this.now);
      oracle.store(from, to, answers, through, this.now, Number.POSITIVE_INFINITY);
      return;
    }
    const expected = oracle.lookUp(from, to, through, this.now);
    const seen = this.bank.lookUpDaily(HIGH, next.device, from, to, through, this.now);
    expect(seen.result === 'expired' || seen.result === 'miss' ? 'none' : seen.result).toBe(
      expected.result,
    );
    expect(seen.knownDays).toEqual([...expected.known.keys()]);
    const reads = [...expected.known].filter(([, values]) => values !== undefined);
    expect(
      seen.reads.map((read) => [
        Math.floor(read.timestamp / DAY),
        [read.elecActiveImportRegisterConsumption, ...read.tariffTOURegisterMatrixValue],
      ]),
    ).toEqual(reads);
    for (const read of seen.reads) {
      const value = read.elecActiveImportRegisterConsumption / 1_000_000;
      expect(read.timestamp % DAY).toBe(value % 11);
      expect(read.secondaryActiveImportRegisterConsumption).toBe(this.twin ? value + 5 : undefined);
      expect(read.secondaryTariffTOURegisterMatrixValue).toEqual(
        this.twin ? [9, 8, 7, value] : undefined,
      );
    }
  }
}

describe.each(builds)('the cache bank, %s build', (build) => {
  test.each([
    ['single-element', false],
    ['twin-element', true],
  ])('agrees with the naive cache under random operations, %s', (_, twin) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 120 }), (steps) => {
        const run = new Run(build, twin);
        for (const next of steps) run.perform(next);
      }),
      { seed: 256, numRuns: build === 'release' ? 1500 : 300 },
    );
  });

  const yesterday = (START - DAY) / HALF_HOUR;
  const full = () =>
    profileOf(
      yesterday,
      Array.from({ length: 49 }, (__, i) => [100 + i]),
      1,
    );

  test('serves an entry at 24:59:59 and not at 25:00:00', () => {
    const bank = bankOf(2, { build });
    const now = START + 9 * 3600;
    bank.storeProfile(HIGH, 7, 'import', yesterday, yesterday + 48, full(), now);
    const later = (seconds: number) =>
      bank.lookUpProfile(HIGH, 7, 'import', yesterday, yesterday + 48, now + seconds).result;
    expect(later(25 * 3600 - 1)).toBe('hit');
    expect(later(25 * 3600)).toBe('expired');
  });

  test('a sweep at 25:00:00 leaves no reading in the slot, and none before that is lost', () => {
    const bank = bankOf(2, { build });
    const now = START + 9 * 3600;
    bank.storeProfile(HIGH, 7, 'import', yesterday, yesterday + 48, full(), now);
    expect(bank.nextExpirySeconds()).toBe(now + 25 * 3600);
    bank.sweep(now + 25 * 3600 - 1, 10);
    expect(bank.entries).toBe(49);
    bank.sweep(now + 25 * 3600, 10);
    expect(bank.entries).toBe(0);
    expect(bank.nextExpirySeconds()).toBe(0);
    const { OFF_SLOT_BATCHES, OFF_SLOT_HEADER_NEXT_FREE } = bank.core;
    expect(OFF_SLOT_HEADER_NEXT_FREE.value).toBe(12);
    expect([...slotWords(bank, 7).subarray(OFF_SLOT_BATCHES.value / 4)]).toEqual(
      Array(slotWords(bank, 7).length - OFF_SLOT_BATCHES.value / 4).fill(0),
    );
  });

  test('a purge of the last armed ring leaves nothing of the device but zeros', () => {
    const bank = bankOf(2, { build });
    bank.storeProfile(HIGH, 7, 'import', yesterday, yesterday + 48, full(), START);
    const address = bank.core.slotAddress(HIGH, 7);
    expect(address).toBeGreaterThan(0);
    bank.disarm(HIGH, 7, 'import');
    expect(bank.core.slotAddress(HIGH, 7)).toBe(0);
    const words = new Uint32Array(bank.core.memory.buffer, address, 256);
    const link = (bank.core.OFF_SLOT_IMPORT.value + bank.core.OFF_RING_HEADER_WHEEL_NEXT.value) / 4;
    expect([...words].flatMap((word, i) => (word !== 0 && i !== link ? [i] : []))).toEqual([]);
  });

  // Those of the largest bank lie beyond 2 GiB.
  test.each([1, 2 ** 21])(
    'keeps the age of each of 97 entries stored in 97 different seconds, of %i slots',
    (slots) => {
      const bank = bankOf(slots, { build });
      const today = START / HALF_HOUR;
      const now = START + DAY - 1800;
      for (let i = 0; i < 96; i++) {
        const stamp = today - 48 + i;
        const one = profileOf(stamp, [[i + 1]], 1);
        bank.storeProfile(HIGH, 7, 'import', stamp, stamp, one, now + i);
      }
      for (const i of [0, 1, 13, 14, 15, 95]) {
        const stamp = today - 48 + i;
        expect(bank.oldestStored(HIGH, 7, 'import', stamp, stamp)).toBe(now + i);
      }
      for (let i = 0; i < 96; i++) {
        bank.sweep(now + i + 25 * 3600 - 1, 10);
        expect(bank.entries).toBe(96 - i);
        bank.sweep(now + i + 25 * 3600, 10);
        expect(bank.entries).toBe(95 - i);
      }
      const ages = bank.core.exactAgesAddress(HIGH, 7) >>> 0;
      expect(ages > 2 ** 31).toBe(slots > 1);
      const words = new Uint32Array(bank.core.memory.buffer, ages, 194);
      expect(words.every((word) => word === 0)).toBe(true);
    },
  );

  test('answers a value of 65,534 Wh from the cache and leaves 65,535 Wh to the meter', () => {
    const bank = bankOf(1, { build });
    const two = profileOf(yesterday, [[65_534], [65_535]], 1);
    bank.storeProfile(HIGH, 7, 'import', yesterday, yesterday + 1, two, START);
    expect(bank.lookUpProfile(HIGH, 7, 'import', yesterday, yesterday, START).result).toBe('hit');
    const tooLarge = bank.lookUpProfile(HIGH, 7, 'import', yesterday + 1, yesterday + 1, START);
    expect(tooLarge.result).not.toBe('hit');
    expect(tooLarge.profile.columns[0]?.[0] ?? bank.unknown).toBe(bank.unknown);
  });

  test('has a slot for each of its devices, and none for those of another bank', () => {
    const elsewhere = { firstDeviceId: { high: HIGH, low: 9 }, count: 5, index: -1 };
    const own = { firstDeviceId: { high: HIGH, low: 14 }, count: 2, index: 1 };
    const first = { firstDeviceId: { high: HIGH, low: 8 }, count: 1, index: 0 };
    const bank = new CacheBank(3, false, [first, elsewhere, own], build);
    const store = (low: number) =>
      bank.storeProfile(HIGH, low, 'import', yesterday, yesterday + 48, full(), START);
    expect([store(8), store(15), store(14)]).toEqual([49, 49, 49]);
    for (const low of [7, 9, 13, 16]) {
      expect(() => store(low)).toThrow(RangeError);
      const { result } = bank.lookUpProfile(HIGH, low, 'import', yesterday, yesterday, START);
      expect(result).toBe('miss');
    }
    expect(() => {
      bank.storeProfile(HIGH + 1, 8, 'import', yesterday, yesterday, full(), START);
    }).toThrow(RangeError);
    bank.disarm(HIGH, 15, 'import');
    expect(bank.devices).toBe(2);
    expect([8, 14, 15].map((low) => bank.core.slotAddress(HIGH, low) !== 0)).toEqual([
      ...[true, true, false],
    ]);
    expect(store(15)).toBe(49);
  });

  test('cannot number more devices than it has slots', () => {
    const own = { firstDeviceId: { high: HIGH, low: 0 }, count: 2, index: 1 };
    expect(() => new CacheBank(2, false, [own], build)).toThrow('2 slots');
    expect(new CacheBank(3, false, [own], build).devices).toBe(0);
  });

  test('never finds one of many devices under the key of another, while they come and go', () => {
    const bank = bankOf(600, { first: 0, build });
    const present = new Set<number>();
    let state = 12_345;
    for (let i = 0; i < 6000; i++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      const low = (state >>> 8) % 600;
      if (present.has(low)) {
        bank.disarm(HIGH, low, 'import');
        present.delete(low);
      } else if (present.size < 300) {
        const mine = profileOf(yesterday, [[low]], 1);
        bank.storeProfile(HIGH, low, 'import', yesterday, yesterday, mine, START);
        present.add(low);
      }
      const asked = (state >>> 4) % 600;
      const seen = bank.lookUpProfile(HIGH, asked, 'import', yesterday, yesterday, START);
      expect(seen.result).toBe(present.has(asked) ? 'hit' : 'miss');
      if (present.has(asked)) expect(seen.profile.columns[0]?.[0]).toBe(asked);
    }
    expect(bank.devices).toBe(present.size);
  });

  test('refuses numbers that are not half hours, rings or counts', () => {
    const { core } = bankOf(1, { build });
    const refused = core.OUT_OF_RANGE.value;
    expect(core.initCache(1, 0)).toBe(refused);
    expect(core.lookUpProfile(HIGH, 1, 2, 10, 20, START)).toBe(refused);
    expect(core.lookUpProfile(HIGH, 1, -1, 10, 20, START)).toBe(refused);
    expect(core.lookUpProfile(HIGH, 1, 0, 0, 20, START)).toBe(refused);
    expect(core.lookUpProfile(HIGH, 1, 0, 20, 19, START)).toBe(refused);
    expect(core.storeProfile(HIGH, 1, 0, 10, 20, 10, 98, START)).toBe(refused);
    expect(core.storeDaily(HIGH, 1, 10, 12, 0, 5, START)).toBe(refused);
    expect(core.storeDaily(HIGH, 1, 10, 12, DAY, 1, START)).toBe(refused);
    expect(core.disarm(HIGH, 1, 3)).toBe(refused);
  });
});

test('the wheel survives a clock that jumps further than its own turn', () => {
  const bank = bankOf(4, { first: 0 });
  const at = (now: number) => {
    const midnight = Math.floor(now / DAY) * 48;
    return { from: midnight - 48, profile: profileOf(midnight - 48, [[1], [2]], 1) };
  };
  let now = START;
  for (const jump of [0, 3, 131_072, 90_000, 131_072 * 2 + 5, 131_072 - 90_000]) {
    now += jump;
    const { from, profile } = at(now);
    for (let low = 0; low < 4; low++) {
      bank.storeProfile(HIGH, low, 'import', from, from + 1, profile, now);
    }
  }
  expect(bank.sweep(now, 1_000)).toBe(true);
  // The last two stores are 41,072 s apart and fell on different days.
  expect(bank.entries).toBe(16);
  expect(bank.sweep(now + 90_000 - 41_072, 1_000)).toBe(true);
  expect(bank.entries).toBe(8);
  expect(bank.sweep(now + 90_000, 1_000)).toBe(true);
  expect(bank.entries).toBe(0);
});

test('TypeScript and the memory core mean the same by their numbers', () => {
  const { core, unknown } = bankOf(1);
  expect(core.CACHE_SECONDS_MAX.value).toBe(CACHE_SECONDS_MAX);
  expect([unknown, core.UNKNOWN.value >>> 0]).toEqual([DataCache.UNKNOWN, DataCache.UNKNOWN]);
  expect(core.NO_ENTRY.value >>> 0).toBe(NO_ENTRY);
  expect(core.HIT_SPEAKER_ANY.value).toBe(ANY_PARTY);
  expect([core.HIT_BATCH_MAX.value, LIMITS.batchMessages]).toEqual([BATCH_MAX, BATCH_MAX]);
});
