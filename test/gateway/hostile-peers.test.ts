// Bad input to the whole gateway, real meters behind it: 50,000 random and bent frames in both
// formats never crash it, never hang it and never leave an id unanswered.

import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { expect, test } from 'vitest';
import { ManualClock } from '../../emulator/clock.ts';
import { openFleet } from '../../emulator/fleet.ts';
import { defaultFleet } from '../../emulator/fleet-file.ts';
import { Wan } from '../../emulator/wan.ts';
import { WAN_PROFILES } from '../../emulator/wan-profiles.ts';
import { PartyTable } from '../../gateway/access/parties.ts';
import { openGateway } from '../../gateway/gateway.ts';
import type { Peer } from '../../gateway/peer.ts';
import { Tally } from '../../gateway/protocol/tally.ts';
import { jsonWire } from '../../gateway/wire/json.ts';
import { msgpackWire } from '../../gateway/wire/msgpack.ts';
import type { Wire } from '../../gateway/wire/wire.ts';
import { anyMessage, bentMessage } from './wire/hostile.ts';

const NINE = Date.parse('2026-11-23T09:00:00Z');
const packr = new Packr({ useRecords: false });

interface Formatted {
  readonly wire: Wire;
  write(value: unknown): Buffer;
  read(frame: Buffer): unknown;
}

const FORMATS: readonly Formatted[] = [
  {
    wire: jsonWire,
    write: (value) => Buffer.from(JSON.stringify(value) ?? 'null'),
    read: (frame) => JSON.parse(frame.toString()),
  },
  {
    wire: msgpackWire,
    write: (value) => packr.pack(value),
    read: (frame) => packr.unpack(frame),
  },
];

/** A frame, and how many answers it is owed: one for each message it turns out to hold. */
const frame = fc.record({
  format: fc.constantFrom(...FORMATS),
  messages: fc.oneof(
    { weight: 6, arbitrary: bentMessage },
    { weight: 2, arbitrary: anyMessage },
    { weight: 1, arbitrary: fc.array(bentMessage, { maxLength: 8 }) },
  ),
  /** Bits of the frame itself that are turned over: none, as a rule. */
  flips: fc.oneof(
    { weight: 3, arbitrary: fc.constant<[number, number][]>([]) },
    { weight: 1, arbitrary: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }) },
  ),
});

test('50,000 hostile frames: every message gets one answer', async () => {
  const clock = new ManualClock(NINE);
  const plans = defaultFleet(100, { wan: WAN_PROFILES.none, scheduledShare: 0.5 });
  const fleet = openFleet(plans, { seed: 1 });
  if (!fleet.ok) throw new Error(fleet.problems.join());
  const faults: object[] = [];
  const gateway = openGateway({
    clock,
    inventory: fleet.value,
    network: new Wan({ clock, meters: fleet.value, seed: 1 }),
    parties: new PartyTable(),
    tally: new Tally(),
    log: { debug() {}, error: (fields) => faults.push(fields), isLevelEnabled: () => false },
    limits: { inFlight: 1000, inFlightPerConnection: 1000 },
    cacheArming: 'same-srv',
    realNowMs: () => 0,
  });

  async function send(format: Formatted, bytes: Buffer): Promise<unknown[]> {
    const answers: unknown[] = [];
    const peer: Peer = {
      party: null,
      inFlight: 0,
      send(sent) {
        const value = format.read(sent);
        answers.push(...(Array.isArray(value) ? value : [value]));
      },
    };
    gateway.handle(bytes, format.wire, peer);
    // Without delay on the WAN everything is answered without a step of the clock.
    while (peer.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
    gateway.left(peer);
    return answers;
  }

  const good = {
    serviceReferenceVariant: '4.8.1',
    requestId: '90-B3-D5-1F-30-01-00-00:90-B3-D5-1F-40-00-00-07:1',
    readLogPeriod: {
      startDateTime: '2026-11-22T00:00:00Z',
      endDateTime: '2026-11-23T00:00:00Z',
    },
  };
  let batches = 0;
  await fc.assert(
    fc.asyncProperty(frame, async ({ format, messages, flips }) => {
      const bytes = format.write(messages);
      for (const [at, mask] of flips) {
        if (bytes.length > 0) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ mask;
      }
      const answers = await send(format, bytes);
      const owed = messagesIn(format, bytes);
      if (owed > 1) batches++;
      // A future dated request is acknowledged now, and its answer comes on the clock.
      expect(answers).toHaveLength(owed);
      for (const answer of answers) expect(answer).toHaveProperty('requestId');
    }),
    { seed: 2026, numRuns: 50_000 },
  );
  expect(batches).toBeGreaterThan(1000);
  expect(faults).toEqual([]);
  for (const format of FORMATS) {
    expect(await send(format, format.write(good))).toMatchObject([{ responseCode: 'I0' }]);
  }
  clock.close();
});

/** Messages in a frame as this test counts them: those of an array one by one. */
function messagesIn(format: Formatted, bytes: Buffer): number {
  let value: unknown;
  try {
    value = format.wire.decode(bytes);
  } catch {
    return 1;
  }
  return Array.isArray(value) ? value.length : 1;
}
