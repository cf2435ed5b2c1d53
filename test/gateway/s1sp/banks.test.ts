// A cache of several banks is to its users the cache of one: what is stored, found, expired and
// purged is the same, device by device.

import { expect, test } from 'vitest';
import { parseDateTime } from '../../../gateway/protocol/half-hours.ts';
import type { Seen } from '../small-world.ts';
import { World } from '../small-world.ts';

const twin = (device: number) => ({ twinElement: device % 3 === 1 });
const [FROM, TO] = ['2026-11-22T00:00:00Z', '2026-11-22T06:00:00Z'] as const;

/** What ten devices are answered: asked twice, after 25 hours, and after a schedule has gone. */
async function livedThrough(cacheSlotsABank?: number) {
  const world = new World({
    scheduled: () => true,
    cohort: twin,
    ...(cacheSlotsABank && { cacheSlotsABank }),
  });
  const seen: Pick<Seen, 'served' | 'profile'>[] = [];
  const askAll = async () => {
    for (let device = 0; device < 10; device++) {
      const { served, profile } = await world.read('4.8.1', device, 'IS', [FROM, TO]);
      seen.push({ ...(served && { served }), ...(profile && { profile }) });
    }
  };
  await askAll();
  await askAll();
  world.gateway.setDeviceStatus(3, 'Suspended');
  world.gateway.setDeviceStatus(3, 'Commissioned');
  const entries = world.gateway.cache.banks().reduce((sum, bank) => sum + bank.entries, 0);
  await world.until('2026-11-24T10:00:01Z');
  await askAll();
  return { world, seen, entries, now: world.clock.nowMs() };
}

test('banks of two or four slots answer, expire and purge as one bank does', async () => {
  const one = await livedThrough();
  expect(one.world.gateway.cache.banks().length).toBe(2);
  expect(one.seen.slice(10, 20).every(({ served }) => served === 'cache')).toBe(true);
  for (const slots of [2, 4]) {
    const several = await livedThrough(slots);
    expect(several.world.gateway.cache.banks().length).toBeGreaterThan(5);
    expect(several.seen).toEqual(one.seen);
    expect([several.entries, several.now]).toEqual([one.entries, one.now]);
    expect(several.world.reads).toEqual(one.world.reads);
  }
});

test('every device keeps its own half hours, on both sides of a bank’s end', async () => {
  const { world, seen } = await livedThrough(4);
  const first = parseDateTime(FROM) / 1800;
  for (let device = 0; device < 10; device++) {
    const expected = world.profile(device, '4.8.1', first * 1800, parseDateTime(TO));
    expect(seen[10 + device]?.profile?.primaryValue).toEqual([...(expected?.columns[0] ?? [])]);
  }
});
