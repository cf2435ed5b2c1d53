import { describe, expect, test } from 'vitest';
import { FAULTS_MAX } from '../../emulator/fault-plan.ts';
import { Faults } from '../../emulator/faults.ts';
import { FaultWorld, openTestFleet, SEED } from '../gateway/fault-world.ts';

const fleet = openTestFleet();

describe('the running set', () => {
  test('lists faults as they were written, with what they did', async () => {
    const world = new FaultWorld({ faults: [] });
    const slow = { name: 'late', who: 'north', what: { slow: { delaySeconds: 1 } }, p: 1 };
    expect(world.faults.add(slow)).toEqual({ ok: true, value: { id: 1, ...slow, hits: 0 } });
    world.add({ what: 'gap', when: '06:00Z..09:00Z' });
    await world.read('4.8.1', 0);
    await world.read('4.8.1', 10);
    expect(world.faults.list()).toEqual([
      { id: 1, ...slow, hits: 1, lastHitMs: Date.parse('2026-11-23T09:00:00Z') },
      {
        id: 2,
        what: 'gap',
        when: '06:00Z..09:00Z',
        hits: 12,
        lastHitMs: Date.parse('2026-11-23T09:00:05Z'),
      },
    ]);
  });

  test('counts hits by kind, of faults that have gone as well, and no looks', async () => {
    const world = new FaultWorld({ faults: [] });
    expect(world.faults.hitsByKind()).toEqual(new Map());
    world.add({ what: 'gap', when: '06:00Z..09:00Z' });
    world.add({ what: 'silent', who: 'south' });
    world.add({ what: 'lost-reply', p: 0 });
    await world.read('4.8.1', 0);
    world.faults.clear();
    world.add({ what: 'gap', when: '06:00Z..07:00Z' });
    await world.read('4.8.1', 0);
    expect(world.faults.hitsByKind()).toEqual(new Map([['gap', 6 + 2]]));
  });

  test('never gives a number twice, and knows which it has', () => {
    const faults = new Faults({ fleet, seed: SEED });
    faults.add({ what: 'silent' });
    faults.add({ what: 'gap' });
    expect([faults.links.length, faults.logs.length]).toEqual([1, 1]);
    expect([faults.remove(1), faults.remove(1), faults.remove(3)]).toEqual([true, false, false]);
    expect(faults.add({ what: 'slow' })).toMatchObject({ value: { id: 3 } });
    expect(faults.clear()).toBe(2);
    expect([faults.list(), faults.links, faults.logs, faults.clear()]).toEqual([[], [], [], 0]);
  });

  test('refuses a fault that is wrong, and one too many', () => {
    const faults = new Faults({ fleet, seed: SEED });
    expect(faults.add({ what: 'slient' }, 'POST body')).toMatchObject({
      ok: false,
      problems: [expect.stringMatching(/^POST body: \/what: .*did you mean "silent"\?$/)],
    });
    for (let i = 0; i < FAULTS_MAX; i++) expect(faults.add({ what: 'silent' }).ok).toBe(true);
    const full = { ok: false, problems: ['fault: there may be 64 faults at a time'] };
    expect(faults.add({ what: 'silent' })).toEqual(full);
    expect(faults.list()).toHaveLength(FAULTS_MAX);
  });

  test('takes a file as a whole or not at all', () => {
    const faults = new Faults({ fleet, seed: SEED });
    const file = 'examples/faults/lost-replies.json';
    for (let i = 0; i < FAULTS_MAX; i++) expect(faults.load(file).ok).toBe(true);
    expect(faults.load(file)).toMatchObject({ ok: false });
    expect(faults.load('nowhere.json')).toMatchObject({ ok: false });
    expect(faults.list()).toHaveLength(FAULTS_MAX);
  });
});
