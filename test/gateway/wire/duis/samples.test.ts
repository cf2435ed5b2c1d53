// The genuine requests, as they are, one after another, against the example fleet and its Parties.
// Their RequestIDs repeat, which is why one is answered before the next is sent.

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { ManualClock } from '../../../../emulator/clock.ts';
import { openFleet } from '../../../../emulator/fleet.ts';
import { readFleetFile } from '../../../../emulator/fleet-file.ts';
import { Wan } from '../../../../emulator/wan.ts';
import { readWanProfile } from '../../../../emulator/wan-profiles.ts';
import { readParties } from '../../../../gateway/access/parties.ts';
import { openGateway } from '../../../../gateway/gateway.ts';
import { parseDateTime } from '../../../../gateway/protocol/half-hours.ts';
import { type Checked, readJson } from '../../../../gateway/protocol/json-check.ts';
import { Tally } from '../../../../gateway/protocol/tally.ts';
import { elementsAt, logRead, openWire, parsed, type Tree } from './documents.ts';
import { expectValid } from './schemas.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const SAMPLES = resolve(ROOT, '../shared/duis-samples');
const FLEET = resolve(ROOT, 'examples/duis-samples-fleet.json');
const PARTIES = resolve(ROOT, 'examples/duis-samples-parties.json');
const absent = !existsSync(SAMPLES);

/** The logs of three months still hold what was asked of October; those of days no longer March. */
const NOW = '2015-01-02T00:00:00Z';

function checked<T>(result: Checked<T>): T {
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.value;
}

/** A gateway that can be asked, with a way to the emulated meters that costs no time. */
function openSampleWorld() {
  const clock = new ManualClock(parseDateTime(NOW) * 1000);
  const wan = checked(readWanProfile('none'));
  const plans = checked(readFleetFile(FLEET, { wan, scheduledShare: 0 }));
  const fleet = checked(
    openFleet(
      plans.map((plan) => ({ ...plan, wan })),
      { seed: 1 },
    ),
  );
  const faults: object[] = [];
  const gateway = openGateway({
    clock,
    inventory: fleet,
    network: new Wan({ clock, meters: fleet, seed: 1 }),
    parties: checked(readParties(PARTIES, checked(readJson(PARTIES)))),
    tally: new Tally(),
    log: { debug() {}, error: (fields) => faults.push(fields), isLevelEnabled: () => false },
    limits: { inFlight: 10, inFlightPerConnection: 10 },
    cacheArming: 'same-srv',
    realNowMs: () => 0,
  });
  const wire = openWire();
  return {
    faults,
    /** The frames that answer one document. */
    async ask(document: Buffer): Promise<string[]> {
      const frames: string[] = [];
      const send = (frame: Buffer) => void frames.push(frame.toString());
      gateway.handle(document, wire, { party: null, inFlight: 0, send });
      await clock.advanceBy(0);
      return frames;
    },
  };
}

const world = openSampleWorld();

function requestOf(name: string): Buffer {
  return readFileSync(resolve(SAMPLES, 'requests', name));
}

async function answersTo(name: string): Promise<string[]> {
  const request = requestOf(name);
  expectValid(request.toString());
  const frames = await world.ask(request);
  const asked = parsed(request.toString()).header.requestId;
  for (const frame of frames) {
    expectValid(frame);
    expect(parsed(frame).header.requestId).toEqual(asked);
  }
  expect(world.faults).toEqual([]);
  return frames;
}

function codesOf(frames: readonly string[]): unknown[] {
  return frames.map((frame) => parsed(frame).header.responseCode);
}

test.skipIf(absent).each<[string, number, string, string]>([
  ['ECS21a_4.6.1_SINGLE_SUCCESS_REQUEST_DUIS.XML', 0, '', ''],
  ['ECS21a_4.6.1_TWIN_SUCCESS_REQUEST_DUIS.XML', 0, '', ''],
  ['ECS22a_4.8.3_SUCCESS_REQUEST_DUIS.XML', 49, '2014-10-01T09:30:00Z', '2014-10-02T09:30:00Z'],
  [
    'ECS22b_4.8.1_SINGLE_SUCCESS_REQUEST_DUIS.XML',
    49,
    '2014-12-31T00:00:00Z',
    '2015-01-01T00:00:00Z',
  ],
  [
    'ECS22b_4.8.1_TWIN_SUCCESS_REQUEST_DUIS.XML',
    49,
    '2014-12-31T00:00:00Z',
    '2015-01-01T00:00:00Z',
  ],
  ['ECS22c_4.8.2_SUCCESS_REQUEST_DUIS.XML', 49, '2014-10-01T09:00:00Z', '2014-10-02T09:00:00Z'],
  ['GCS16a_4.6.1_SUCCESS_REQUEST_DUIS.XML', 3, '2014-12-31T00:00:00Z', '2015-01-02T00:00:00Z'],
  ['GCS17_4.8.1_SUCCESS_REQUEST_DUIS.XML', 97, '2014-12-30T00:00:00Z', '2015-01-01T00:00:00Z'],
])('%s is acknowledged and answered with %d entries', async (name, count, first, last) => {
  const frames = await answersTo(name);
  expect(codesOf(frames)).toEqual(['I99', 'I0']);
  const { entries } = logRead(frames[1] ?? '');
  expect(entries).toHaveLength(count);
  if (count === 0) return;
  const stamps = elementsAt({ entry: entries as Tree[] }, 'entry/Timestamp');
  expect([stamps[0], stamps.at(-1)]).toEqual([first, last]);
});

test.skipIf(absent)(
  'the twin element and the gas of the samples have their own values',
  async () => {
    const [, twin = ''] = await answersTo('ECS22b_4.8.1_TWIN_SUCCESS_REQUEST_DUIS.XML');
    expect(twin.split('<ra:SecondaryValue>')).toHaveLength(50);
    const [, gas = ''] = await answersTo('GCS17_4.8.1_SUCCESS_REQUEST_DUIS.XML');
    expect(gas).toMatch(/<ra:Gas><ra:PrimaryValue>\d+\.\d{3}</);
  },
);

test
  .skipIf(absent)
  .each([['ECS12_3.2_SUCCESS_REQUEST_DUIS.XML'], ['GCS09_3.2_SUCCESS_REQUEST_DUIS.XML']])(
  '%s is acknowledged and carried out',
  async (name) => {
    const frames = await answersTo(name);
    expect(codesOf(frames)).toEqual(['I99', 'I0']);
    expect(logRead(frames[1] ?? '').name).toBe('RestrictAccessForChangeOfTenancyRsp');
  },
);

test.skipIf(absent)(
  'the schedule of 5.1 is made; no other has the number of 5.2 and 5.3',
  async () => {
    const made = await answersTo('ECS21a_5.1._DCC_SCHEDULED_REQUEST_DUIS.XML');
    expect(codesOf(made)).toEqual(['I0']);
    expect(elementsAt(parsed(made[0] ?? '').body, 'ResponseMessage/DSPScheduleID')).toHaveLength(1);
    expect(codesOf(await answersTo('5.2_READ_SCHEDULE_REQUEST_DUIS.XML'))).toEqual(['W050201']);
    expect(codesOf(await answersTo('5.3_DELETE_SCHEDULE_REQUEST_DUIS.XML'))).toEqual(['E050301']);
  },
);
