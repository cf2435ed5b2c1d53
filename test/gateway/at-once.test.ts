// A WAN without delay has its reply there at once: a miss is then answered as a hit is, before
// `handle` returns, and was never in flight [contract §2 `--wan none`].

import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../emulator/clock.ts';
import { openFleet } from '../../emulator/fleet.ts';
import { defaultFleet } from '../../emulator/fleet-file.ts';
import { Wan } from '../../emulator/wan.ts';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { PartyTable } from '../../gateway/access/parties.ts';
import { openGateway } from '../../gateway/gateway.ts';
import type { Peer } from '../../gateway/peer.ts';
import { Tally } from '../../gateway/protocol/tally.ts';
import { Journal, type JournalEntry } from '../../gateway/s1sp/journal.ts';
import type { MeterNetwork } from '../../gateway/s1sp/meter-network.ts';
import { jsonWire } from '../../gateway/wire/json.ts';
import type { Wire } from '../../gateway/wire/wire.ts';

const DAY = { startDateTime: '2026-11-22T00:00:00Z', endDateTime: '2026-11-23T00:00:00Z' };

function openWorld(through: (wan: Wan) => MeterNetwork = (wan) => wan) {
  const clock = new ManualClock(Date.UTC(2026, 10, 23, 9));
  const plan = defaultFleet(10, { wan: WAN_PROFILES.none, scheduledShare: 1 });
  const fleet = openFleet(plan, { seed: 1 });
  if (!fleet.ok) throw new Error(fleet.problems.join('\n'));
  const tally = new Tally();
  const journal = new Journal(100);
  const gateway = openGateway({
    clock,
    inventory: fleet.value,
    network: through(new Wan({ clock, meters: fleet.value, seed: 1 })),
    parties: new PartyTable(),
    tally,
    journal,
    log: { debug() {}, error() {}, isLevelEnabled: () => false },
    limits: { inFlight: 10, inFlightPerConnection: 10 },
    cacheArming: 'same-srv',
    realNowMs: () => 0,
  });
  const frames: Buffer[] = [];
  const peer: Peer = { party: null, inFlight: 0, send: (frame) => void frames.push(frame) };
  return {
    clock,
    gateway,
    tally,
    journal,
    peer,
    answers: () => frames.flatMap((frame) => JSON.parse(frame.toString())),
    say: (message: unknown, wire: Wire = jsonWire) =>
      gateway.handle(Buffer.from(JSON.stringify(message)), wire, peer),
  };
}

function request(counter: number, srv = '4.8.1', more: object = {}) {
  return {
    requestId: `90-B3-D5-1F-30-01-00-07:90-B3-D5-1F-40-00-00-03:${counter}`,
    serviceReferenceVariant: srv,
    readLogPeriod: DAY,
    ...more,
  };
}

describe('a WAN without delay', () => {
  test.each(['4.8.1', '4.8.3', '4.6.1'])('answers a miss of %s before handle returns', (srv) => {
    const { say, answers, peer, gateway, tally } = openWorld();
    say(request(1, srv, { explain: true }));
    expect(answers()).toMatchObject([{ responseCode: 'I0', served: 'device' }]);
    expect(answers()[0].why).toMatchObject({ deviceReads: 1 });
    expect([peer.inFlight, gateway.inFlight.count]).toEqual([0, 0]);
    expect(tally.coalescedReads).toBe(0);
  });

  test.each(['4.8.1', '4.8.3', '4.6.1'])('stores it: the next of an array is a hit, %s', (srv) => {
    const { say, answers } = openWorld();
    say([request(1, srv), request(2, srv)]);
    const [missed, hit] = answers();
    expect([missed.served, hit.served]).toEqual(['device', 'cache']);
    expect(hit.profile ?? hit.dailyReadLog).toEqual(missed.profile ?? missed.dailyReadLog);
  });

  test('has the decision in the journal ahead of the landing', () => {
    const { say, journal } = openWorld();
    say(request(1));
    const kind = (entry: JournalEntry) => ('landed' in entry ? 'landed' : 'decided');
    expect(journal.entries().map(kind)).toEqual(['decided', 'landed']);
  });

  test('reads only what is missing of a period that is partly cached', () => {
    const { say, answers, tally } = openWorld();
    say(request(1));
    const longer = { ...DAY, endDateTime: '2026-11-23T08:00:00Z' };
    say({ ...request(2), readLogPeriod: longer, explain: true });
    expect(answers()).toHaveLength(1);
    expect(tally.deviceReads.get('4.8.1', 'ok', 'only')).toBe(2);
  });

  test('has a bug of a meter end as that message alone, and nothing stays behind', () => {
    const { say, answers, gateway } = openWorld(() => ({
      read() {
        throw new Error('a bug of the meter');
      },
      restrict: () => ({ ok: false, code: 'E20' }),
    }));
    say([request(1), request(2, '4.8.3')]);
    expect(answers().map(({ error }) => error?.code)).toEqual(['INTERNAL', 'INTERNAL']);
    expect(gateway.inFlight.count).toBe(0);
  });

  test('has a bug of a meter end a future dated request, and not the gateway', async () => {
    const { say, answers, clock, gateway } = openWorld(() => ({
      read() {
        throw new Error('a bug of the meter');
      },
      restrict: () => ({ ok: false, code: 'E20' }),
    }));
    say(request(1, '4.8.1', { executionDateTime: '2026-11-23T10:00:00Z' }));
    await clock.advanceBy(3_600_000);
    expect(answers().map(({ responseCode, error }) => responseCode ?? error.code)).toEqual([
      'I99',
      'INTERNAL',
    ]);
    expect(gateway.inFlight.count).toBe(0);
  });

  test('gives a long answer to write in turns, in flight until it is written', async () => {
    const { say, answers, peer } = openWorld();
    const slow: Wire = {
      ...jsonWire,
      isLong: () => true,
      encodeInTurns: async (response) => jsonWire.encode(response),
    };
    say(request(1), slow);
    expect([answers().length, peer.inFlight]).toEqual([0, 1]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([answers().length, peer.inFlight]).toEqual([1, 0]);
  });
});
