// What comes later than its request, in DUIS XML: what schedules had read, and long answers.

import { describe, expect, test } from 'vitest';
import { deviceId, partyId } from '../../small-world.ts';
import { BODIES, CREATE_SCHEDULE, DCC, elementsAt, logRead, parsed } from './documents.ts';
import { ask, DuisLine, open } from './duis-line.ts';

describe('schedules', () => {
  test('are made, shown and removed in one document each', () => {
    const { line } = open();
    line.say(ask('5.1', 'IS', { body: CREATE_SCHEDULE.replace('07<', '03<') }));
    const [id] = elementsAt(parsed(line.last).body, 'ResponseMessage/DSPScheduleID');
    const one = `<sr:DSPScheduleID>${id}</sr:DSPScheduleID>`;
    line.say(ask('5.2', 'IS', { body: `<sr:ReadSchedule>${one}</sr:ReadSchedule>` }));
    const path = 'ResponseMessage/DSPSchedulesRead/DSPSchedules/DSPScheduleDetails';
    expect(elementsAt(parsed(line.last).body, path)).toMatchObject([
      { DeviceID: deviceId(3), DSPReadActiveImportProfileData: { StartDateOffset: '-1' } },
    ]);
    line.say(ask('5.3', 'IS', { body: `<sr:DeleteSchedule>${one}</sr:DeleteSchedule>` }));
    line.say(ask('5.3', 'IS', { body: `<sr:DeleteSchedule>${one}</sr:DeleteSchedule>` }));
    line.say(ask('5.2', 'IS', { body: `<sr:ReadSchedule>${one}</sr:ReadSchedule>` }));
    expect(line.codes).toEqual(['I0', 'I0', 'I99', 'E050301', 'W050201']);
  });

  test('deliver what they read, or an alert, to the line that made them', async () => {
    const { world, line } = open();
    const body = CREATE_SCHEDULE.replace(
      '<sr:DSPScheduledServiceReference>',
      '<sr:ScheduleExecutionStartTime>01:00:00Z</sr:ScheduleExecutionStartTime>$&',
    );
    line.say(ask('5.1', 'IS', { body }));
    await world.until('2026-11-24T01:00:00Z');
    expect(line.codes).toEqual(['I0', 'I0']);
    const read = logRead(line.last);
    expect(read.header.requestId).toBeUndefined();
    expect(read.inner).toMatchObject({
      BusinessTargetID: DCC,
      SupplementaryRemotePartyID: partyId('IS'),
    });
    expect(read.entries).toHaveLength(49);
    world.failing = 'E21';
    await world.until('2026-11-25T01:00:00Z');
    expect(line.codes).toEqual(['I0', 'I0', 'I0']);
    expect(elementsAt(parsed(line.last).body, 'DCCAlertMessage/DCCAlertCode')).toEqual(['N13']);
  });
});

/** Turns of the event loop until there are so many frames. */
async function frames(line: DuisLine, count: number): Promise<void> {
  for (let turns = 0; line.frames.length < count && turns < 1000; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a long answer', () => {
  const year = {
    body: BODIES['4.8.1'].replace('2026-11-22', '2026-01-01'),
  };

  test('keeps nobody waiting: what is asked meanwhile is answered first', async () => {
    const { world, line } = open({ scheduled: (device) => device === 7 });
    line.say(ask('4.8.1', 'IS'));
    await world.pass(0);
    const long = ask('4.8.1', 'IS', year);
    line.say(long);
    await world.pass(0);
    expect(line.codes).toEqual(['I99', 'I0', 'I99']);
    line.say(ask('4.8.1', 'MDR'));
    expect(line.codes).toEqual(['I99', 'I0', 'I99', 'I99', 'I0']);
    expect(line.inFlight).toBe(1);
    line.say(long);
    expect(line.codes.at(-1)).toBe('DUPLICATE_REQUEST_ID');
    await frames(line, 7);
    expect(logRead(line.last).entries).toHaveLength(48 * 326 + 1);
    expect(line.inFlight).toBe(0);
  });

  test('that a schedule had read goes where its owner is when it is written', async () => {
    const { world, line } = open();
    const body = CREATE_SCHEDULE.replace('>-1<', '>-300<').replace(
      '<sr:DSPScheduledServiceReference>',
      '<sr:ScheduleExecutionStartTime>01:00:00Z</sr:ScheduleExecutionStartTime>$&',
    );
    line.say(ask('5.1', 'IS', { body }));
    await world.until('2026-11-24T01:00:00Z');
    const next = new DuisLine(world);
    next.say(ask('5.2', 'IS'));
    await frames(next, 2);
    expect(line.codes).toEqual(['I0']);
    expect(next.codes).toEqual(['W050201', 'I0']);
    expect(logRead(next.last).entries).toHaveLength(48 * 300 + 1);
  });
});
