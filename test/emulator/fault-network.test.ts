import { expect, test } from 'vitest';
import { FaultNetwork } from '../../emulator/fault-network.ts';
import { Faults } from '../../emulator/faults.ts';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { promised } from '../../gateway/protocol/coming.ts';
import { openTestFleet } from '../gateway/fault-world.ts';
import { buildWan, EXACT, READ } from './fake-wan.ts';

function networkOf(what: unknown, profile = EXACT, heldMax?: number) {
  const { clock, meters, wan, tally } = buildWan(profile);
  const faults = new Faults({ fleet: openTestFleet(), seed: 1 });
  if (what !== undefined) faults.add({ what });
  const limit = heldMax === undefined ? {} : { heldMax };
  const network = new FaultNetwork({ clock, wan, meters, faults, ...limit });
  return { clock, tally, faults, network };
}

test('without faults the answer of a WAN without delay is there at once', () => {
  const { network } = networkOf(undefined, WAN_PROFILES.none);
  expect(network.read(READ)).toMatchObject({ ok: true });
});

test('faults hold up so many requests and no more; the next is E20 at once', async () => {
  const { clock, network, tally } = networkOf({ slow: { delaySeconds: 5 } }, EXACT, 3);
  const codes: string[] = [];
  for (let i = 0; i < 4; i++) {
    const reply = promised(network.read({ ...READ, startSeconds: i }));
    reply.then((answer) => codes.push(answer.ok ? 'ok' : answer.code));
  }
  await clock.advanceBy(0);
  expect([codes, network.held, tally.attempts]).toEqual([['E20'], 3, 3]);
  await clock.advanceBy(8000);
  expect([codes, network.held]).toEqual([['E20', 'ok', 'ok', 'ok'], 0]);
});

test('replies still to come again count among those held up', async () => {
  const { clock, network } = networkOf({ 'duplicate-reply': { delaySeconds: 60 } }, EXACT, 1);
  const first = promised(network.read(READ));
  await clock.advanceBy(3000);
  expect([(await first).ok, network.held]).toEqual([true, 1]);
  expect(network.read(READ)).toEqual({ ok: false, code: 'E20' });
  await clock.advanceBy(60_000);
  expect([network.held, network.duplicates]).toEqual([0, 1]);
});

test('a bug of the meter is still a rejection, and holds nothing up', async () => {
  const { meters, wan, clock } = buildWan(EXACT);
  const faults = new Faults({ fleet: { deviceCount: 1000, cohorts: [] }, seed: 1 });
  faults.add({ what: 'slow' });
  const network = new FaultNetwork({ clock, wan, meters, faults });
  const reply = promised(network.read({ ...READ, device: 666 }));
  const seen = reply.catch((fault: Error) => fault.message);
  await clock.advanceBy(60_000);
  expect([await seen, network.held]).toEqual(['a bug of the meter', 0]);
});
