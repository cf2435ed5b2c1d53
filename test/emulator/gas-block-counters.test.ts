// TariffBlockCounterMatrix: what fell into each block since the billing period began, and what is
// left of it on the period's last day [AM 18.21(e)].

import { describe, expect, test } from 'vitest';
import { type GasModelName, gasModelOf } from '../../emulator/meters/gas-models.ts';
import { formatSeconds } from '../../gateway/protocol/half-hours.ts';
import { litres, only, openBank, sum } from './gas-bank.ts';

const STEPS = [40_000, 80_000, 160_000, Number.POSITIVE_INFINITY];

/** Litres shared out over the blocks, by filling one after the other. */
function blocksOf(all: number): number[] {
  let left = all;
  return STEPS.map((step, block) => {
    const part = Math.min(left, step - (STEPS[block - 1] ?? 0));
    left -= part;
    return part;
  });
}

/** Block counters of the read stamped `at`, and what was counted from one time to another. */
function counted(name: GasModelName, at: string, from: string, until: string) {
  const bank = openBank(name);
  const { timestamp, tariffBlockCounterMatrix } = only(bank, at);
  expect(formatSeconds(timestamp)).toBe(at);
  return { counters: tariffBlockCounterMatrix, wanted: blocksOf(litres(bank, 3, from, until, at)) };
}

test('block counters count the billing period, block after block', () => {
  const bank = openBank('gas');
  const blocksReached = new Set<number>();
  for (let meter = 0; meter < 40; meter++) {
    for (const day of ['02', '05', '10', '20', '31']) {
      const at = `2024-01-${day}T00:00:00Z`;
      const { tariffBlockCounterMatrix } = only(bank, at, at, meter);
      const used = litres(bank, meter, '2024-01-01T00:00:00Z', at);
      expect(tariffBlockCounterMatrix).toEqual(blocksOf(used));
      blocksReached.add(STEPS.findIndex((step) => used <= step));
    }
  }
  expect([...blocksReached].sort()).toEqual([0, 1, 2, 3]);
});

test.each<[string, string, string, string]>([
  ['outside BST', '2024-02-01T00:00:00Z', '2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z'],
  ['in BST', '2024-07-01T00:00:00Z', '2024-06-01T00:00:00Z', '2024-07-01T00:00:00Z'],
])('a meter that takes the read first shows the whole period %s', (_, at, from, until) => {
  const { counters, wanted } = counted('gas', at, from, until);
  expect(counters).toEqual(wanted);
  expect(sum(counters)).toBeGreaterThan(0);
});

test('one that snapshots at 23:00Z in BST has its periods begin and end then', () => {
  const name = 'gas-2300-snapshot';
  const june = counted(
    name,
    '2024-06-30T23:00:00Z',
    '2024-05-31T23:00:00Z',
    '2024-06-30T23:00:00Z',
  );
  expect(june.counters).toEqual(june.wanted);
  const march = counted(
    name,
    '2024-03-31T23:00:00Z',
    '2024-03-01T00:00:00Z',
    '2024-03-31T23:00:00Z',
  );
  expect(march.counters).toEqual(march.wanted);
});

describe('G5: a GSME that resets its block counters before the snapshot', () => {
  const NAMES = ['gas-resets-block-counters', 'gas-2300-snapshot-resets-block-counters'] as const;

  test.each(NAMES)('%s: all 0 on the last day of a period outside BST', (name) => {
    for (const at of ['2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z', '2024-03-01T00:00:00Z']) {
      const read = only(openBank(name), at);
      expect(read.tariffBlockCounterMatrix).toEqual([0, 0, 0, 0]);
      expect(read.gasActiveImportRegisterConsumption).toBeGreaterThan(0);
    }
  });

  test.each([
    ['gas-resets-block-counters', '2024-07-01T00:00:00Z'],
    ['gas-2300-snapshot-resets-block-counters', '2024-06-30T23:00:00Z'],
  ] as const)('%s: 23 of the 24 hours in BST, stamped %s', (name, at) => {
    const until = '2024-06-30T23:00:00Z';
    const { counters, wanted } = counted(name, at, '2024-06-01T00:00:00Z', until);
    expect(counters).toEqual(wanted);
    const lastHour = litres(openBank(name), 3, until, '2024-07-01T00:00:00Z');
    const bank = openBank(name);
    expect(lastHour).toBeGreaterThan(0);
    expect(sum(counters) + lastHour).toBe(
      litres(bank, 3, '2024-06-01T00:00:00Z', '2024-07-01T00:00:00Z'),
    );
  });

  test.each([
    ['gas-resets-block-counters', '2024-01-31T00:00:00Z', '2024-01-01T00:00:00Z'],
    ['gas-resets-block-counters', '2024-02-02T00:00:00Z', '2024-02-01T00:00:00Z'],
    ['gas-resets-block-counters', '2024-07-02T00:00:00Z', '2024-07-01T00:00:00Z'],
    ['gas-2300-snapshot-resets-block-counters', '2024-07-01T23:00:00Z', '2024-07-01T00:00:00Z'],
    ['gas-2300-snapshot-resets-block-counters', '2024-06-29T23:00:00Z', '2024-06-01T00:00:00Z'],
  ] as const)('%s: on any other day, %s, what was counted since %s', (name, at, since) => {
    const { counters, wanted } = counted(name, at, since, at);
    expect(counters).toEqual(wanted);
    expect(sum(counters)).toBeGreaterThan(0);
  });

  test('around the changes of the clocks', () => {
    const name = 'gas-2300-snapshot-resets-block-counters';
    const april = counted(
      name,
      '2024-03-31T23:00:00Z',
      '2024-03-01T00:00:00Z',
      '2024-03-31T23:00:00Z',
    );
    expect(april.counters).toEqual(april.wanted);
    expect(only(openBank(name), '2024-11-01T00:00:00Z').tariffBlockCounterMatrix) //
      .toEqual([0, 0, 0, 0]);
  });

  test('on the billing day of its model', () => {
    const model = gasModelOf('gas-resets-block-counters');
    const bank = openBank('gas-resets-block-counters', {
      model: { ...model, gas: { ...model.gas, billingDay: 15 } },
    });
    expect(only(bank, '2024-01-15T00:00:00Z').tariffBlockCounterMatrix).toEqual([0, 0, 0, 0]);
    expect(only(bank, '2024-01-14T00:00:00Z').tariffBlockCounterMatrix).toEqual(
      blocksOf(litres(bank, 3, '2023-12-15T00:00:00Z', '2024-01-14T00:00:00Z')),
    );
    expect(only(bank, '2024-02-01T00:00:00Z').tariffBlockCounterMatrix).toEqual(
      blocksOf(litres(bank, 3, '2024-01-15T00:00:00Z', '2024-02-01T00:00:00Z')),
    );
  });

  test('of the month in which it was commissioned, what was counted since', () => {
    const bank = openBank('gas');
    const at = '2023-06-10T00:00:00Z';
    expect(only(bank, at).tariffBlockCounterMatrix).toEqual(
      blocksOf(litres(bank, 3, '2023-06-01T00:00:00Z', at)),
    );
    const late = openBank('gas', { commissionedSeconds: Date.UTC(2023, 5, 20) / 1000 });
    expect(sum(only(late, '2023-06-21T00:00:00Z').tariffBlockCounterMatrix)).toBe(
      litres(late, 3, '2023-06-20T00:00:00Z', '2023-06-21T00:00:00Z'),
    );
  });
});
