// Requests by cohort: by the short cut, by the hall, and while meters are asked.

import { expect, test } from 'vitest';
import { CohortCounts } from '../../gateway/cohort-counts.ts';
import { bothSides, request, TWO_BANKS, text } from './hits/two-sides.ts';

const RANGES = [
  { firstDevice: 0, count: 3, firstDeviceId: { high: 1, low: 0 } },
  { firstDevice: 3, count: 2, firstDeviceId: { high: 1, low: 90 } },
];

test('a device is counted to its cohort, the last of one and the first of the next too', () => {
  const counts = new CohortCounts(RANGES);
  counts.answeredAtOnce(2, true);
  counts.answeredAtOnce(3, false);
  counts.answeredAtOnce(0, true);
  counts.hits(1, 5);
  expect(counts.read()).toEqual([
    { answered: 2, fromCache: 2, inFlight: 0 },
    { answered: 6, fromCache: 5, inFlight: 0 },
  ]);
});

test('what the meter has to be asked for is in flight until it is answered', () => {
  const counts = new CohortCounts(RANGES);
  counts.asked(4);
  counts.asked(4);
  counts.answered(4);
  expect(counts.read()).toEqual([
    { answered: 0, fromCache: 0, inFlight: 0 },
    { answered: 1, fromCache: 0, inFlight: 1 },
  ]);
});

test('hits by the short cut are told apart by cohort, as the hall tells them apart', async () => {
  // Devices 0 to 3 are of the first cohort; all of yesterday of the first seven was asked for, but
  // for the export of device 2, whom ED may not ask.
  const sides = await bothSides();
  const asked = [0, 3, 4, 4, 6].map((device, at) => text(request(device, 100 + at)));
  for (const { stream, world } of sides) {
    stream.take(Buffer.concat(asked));
    await world.pass(0);
    expect(world.gateway.cohortCounts()).toEqual([
      { answered: 9, fromCache: 2, inFlight: 0 },
      { answered: 9, fromCache: 3, inFlight: 0 },
    ]);
  }
  expect(sides[0].stream.laneBytes).toBeGreaterThan(0);
});

test('a fleet of one cohort counts all hits to it', async () => {
  for (const { stream, world } of await bothSides({ oneCohort: true })) {
    stream.take(Buffer.concat([0, 6].map((device) => text(request(device, 100)))));
    await world.pass(0);
    expect(world.gateway.cohortCounts()).toEqual([{ answered: 15, fromCache: 2, inFlight: 0 }]);
  }
});

test('hits of two banks are told apart as well', async () => {
  // The second device has two elements, and so is a cohort of its own among the first four.
  for (const { stream, world } of await bothSides(TWO_BANKS)) {
    stream.take(Buffer.concat([1, 6, 0, 1].map((device, at) => text(request(device, 100 + at)))));
    await world.pass(0);
    expect(world.gateway.cohortCounts().map(({ fromCache }) => fromCache)).toEqual([1, 2, 0, 1]);
  }
});
