// What a snapshot says of its world goes instead of what nobody said; what somebody did say has to
// agree.

import { beforeAll, describe, expect, test } from 'vitest';
import { SERVE_SETTINGS } from '../../cli/settings.ts';
import { readSnapshot, type Snapshot } from '../../cli/snapshot.ts';
import { agreedSettings } from '../../cli/snapshot-settings.ts';
import { resolveSettings } from '../../cli/sources.ts';
import { Asked } from './snapshot-world.ts';

let plain: Snapshot;
let ofFleet: Snapshot;

beforeAll(async () => {
  const small = Asked.open({ fleet: undefined, meters: 20, wan: 'slow', cacheArming: 'any-srv' });
  plain = readSnapshot('bug.s1sp', await small.save(false));
  const asked = Asked.open();
  ofFleet = readSnapshot('bug.s1sp', await asked.save(false));
  for (const each of [small, asked]) each.hangUp();
});

function agreed(snapshot: Snapshot, flags: Record<string, string>, environment = {}) {
  const given = { flags, environment, directory: '/somewhere' };
  return agreedSettings(resolveSettings(SERVE_SETTINGS, given), snapshot);
}

test('what nobody said is as it was', () => {
  expect(agreed(plain, { port: '0' })).toMatchObject({
    port: 0,
    meters: 20,
    seed: 7,
    wan: 'slow',
    cacheArming: 'any-srv',
    schedules: 1,
    fleet: undefined,
    now: undefined,
  });
});

test('what agrees may be said', () => {
  const flags = { meters: '20', seed: '7', wan: 'slow', clock: 'manual', schedules: 'all' };
  expect(agreed(plain, flags)).toMatchObject({ meters: 20 });
  expect(agreed(ofFleet, { fleet: 'fleet.json', meters: '5' })).toMatchObject({
    fleet: '/somewhere/fleet.json',
  });
});

describe('what does not is refused with both named', () => {
  test.each([
    ['now', '2026-01-01T00:00:00Z', 'which stands at 2026-11-23T09:00:00.000Z'],
    ['clock', 'x60', 'which has a clock of manual'],
    ['clock', 'real', 'which has a clock of manual'],
    ['seed', '6', 'which has seed 7'],
    ['meters', '30', 'which has 20'],
    ['wan', 'none', 'which has --wan slow'],
    ['schedules', 'none', 'which has schedules 1'],
    ['faults', 'a.json', 'which has its own faults'],
    ['fleet', 'a.json', 'which has the default fleet of 20 meters'],
    ['cacheArming', 'same-srv', 'which has cacheArming any-srv'],
    ['cotReturnCached', 'on', 'which has cotReturnCached false'],
    ['replayProtection', 'on', 'which has replayProtection false'],
  ])('%s %s', (key, text, told) => {
    expect(() => agreed(plain, { [key]: text })).toThrow('contradicts --snapshot bug.s1sp');
    expect(() => agreed(plain, { [key]: text })).toThrow(told);
  });

  test('from the environment as well', () => {
    expect(() => agreed(plain, {}, { S1SP_SEED: '6' })).toThrow(
      'S1SP_SEED 6 contradicts --snapshot bug.s1sp, which has seed 7: give one of them',
    );
  });

  test('a fleet file has to be given again', () => {
    expect(() => agreed(ofFleet, {})).toThrow(
      '--snapshot bug.s1sp is of fleet.json: give it by --fleet',
    );
  });
});
