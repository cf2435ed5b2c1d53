// What meters have counted is in no snapshot of the S1SP that was not asked for it; and a world
// that cannot be saved whole is not saved.

import { describe, expect, test } from 'vitest';
import { readSnapshot, type Snapshot, takeSnapshot } from '../../cli/snapshot.ts';
import { Asked, busy, restored } from './snapshot-world.ts';

function read(bytes: Buffer): Snapshot {
  return readSnapshot('bug.s1sp', bytes);
}

describe('readings', () => {
  /** All bytes of a file, unpacked. */
  function unpacked(bytes: Buffer): Buffer {
    const { sections } = read(bytes);
    return Buffer.concat([...sections.values()]);
  }

  /** Yesterday's half hours of a device as the cache holds them, and as JSON would. */
  async function readingsOf(asked: Asked): Promise<readonly [Buffer, string]> {
    asked.read('4.8.1', 3, 'IS', 77);
    const [answer] = asked.heard();
    const { served, profile } = JSON.parse(answer ?? '{}');
    expect(served).toBe('cache');
    const values: number[] = profile.primaryValue.slice(20, 30);
    return [Buffer.from(Uint16Array.from(values).buffer), values.join()];
  }

  test('are there when they were asked for, and the header says so', async () => {
    const asked = await busy();
    asked.heard();
    const [memory, text] = await readingsOf(asked);
    expect(unpacked(await asked.save(true)).includes(memory)).toBe(true);
    expect(read(await asked.save(true)).header.containsReadings).toBe(true);
    const without = await asked.save(false);
    expect(read(without).header.containsReadings).toBe(false);
    expect([...read(without).sections.keys()]).toEqual(['gateway', 'emulator', 'meters/0']);
    for (const needle of [memory, Buffer.from(text)]) {
      expect(unpacked(without).includes(needle)).toBe(false);
    }
  });

  test('without them the cache is empty and armed, and what else is missing is told', async () => {
    const asked = await busy();
    await asked.until('2026-11-24T06:45:00Z');
    const { gateway } = asked.world;
    asked.hangUp();
    expect(gateway.delivery.waitingReadings).toBeGreaterThan(5);
    const bytes = await asked.save(false);
    const snapshot = read(bytes);
    expect(snapshot.header.answersLeftOut).toBe(gateway.delivery.waitingReadings);
    const other = restored(snapshot);
    expect(other.world.gateway.cache.banks()).toEqual([]);
    expect(other.world.gateway.armedBy(1, '4.8.1')).toBe(gateway.armedBy(1, '4.8.1'));
    other.read('4.8.1', 1, 'MDR', 5);
    await other.pass(40);
    other.read('4.8.1', 1, 'MDR', 6);
    const answers = other.heard().filter((each) => each.includes('"requestId"'));
    expect(answers.map((each) => JSON.parse(each).served)).toEqual(['device', 'cache']);
  });

  test('without them what was on its way is read again, and comes when it would', async () => {
    for (const seconds of [0.5, 1, 1.5, 2, 2.5, 3]) {
      const first = Asked.open();
      for (let device = 0; device < 7; device++) first.read('4.8.1', device, 'IS', device);
      await first.pass(seconds);
      // What is cached already would not be there.
      expect(first.world.gateway.cache.banks()).toEqual([]);
      const other = restored(read(await first.save(false)));
      const one = first.reconnected();
      for (const asked of [one, other]) {
        asked.read('4.8.1', 2, 'MDR', 50);
        await asked.pass(40);
        asked.read('4.8.1', 2, 'MDR', 51);
      }
      expect(other.heard()).toEqual(one.heard());
      expect(other.memory()).toEqual(one.memory());
      for (const asked of [one, other]) asked.hangUp();
    }
  });

  test('without them a reply that a fault holds up is spoilt again as it was', async () => {
    for (const seconds of [2.5, 4, 5.5]) {
      const first = Asked.open();
      const { faults } = first.world;
      faults.add({ what: { slow: { delaySeconds: 6 } } });
      faults.add({ what: { 'corrupted-entry': { value: 5 } }, p: 0.4 });
      faults.add({ what: 'gap', p: 0.3 });
      for (let device = 0; device < 7; device++) first.read('4.8.1', device, 'IS', device);
      await first.pass(seconds);
      expect(first.world.gateway.cache.banks()).toEqual([]);
      const other = restored(read(await first.save(false)));
      const one = first.reconnected();
      for (const asked of [one, other]) await asked.pass(40);
      expect(other.memory()).toEqual(one.memory());
      for (const asked of [one, other]) asked.hangUp();
    }
  });
});

test('a world whose answers are on their way to a responseUrl is saved later', async () => {
  const asked = Asked.open();
  const world = { ...asked.world, posts: { waiting: 2 } };
  await expect(takeSnapshot(world, true)).rejects.toThrow('on their way to a responseUrl: 2');
});
