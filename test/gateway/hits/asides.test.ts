import { expect, test } from 'vitest';
import { ManualClock } from '../../../emulator/clock.ts';
import { FutureDated } from '../../../gateway/dsp/future-dated.ts';
import { Asides } from '../../../gateway/hits/asides.ts';
import { InFlight } from '../../../gateway/in-flight.ts';
import type { RequestId } from '../../../gateway/protocol/service-request.ts';
import { instantiateCore } from '../../../gateway/s1sp/core.ts';
import { parseRequestId } from '../../../gateway/wire/request-id.ts';
import { deviceId, partyId } from '../small-world.ts';

function id(device: number, counter: number): RequestId {
  const requestId = parseRequestId(`${partyId('IS')}:${deviceId(device)}:${counter}`);
  if (requestId === undefined) throw new Error('no requestId');
  return requestId;
}

const pending = (device: number, counter: number) => ({
  requestId: id(device, counter),
  giveUp() {},
});

const total = (table: Uint32Array) => table.reduce((sum, count) => sum + count, 0);

test('a device is set aside once for each reason, and not when all have gone', async () => {
  const asides = new Asides();
  const [early, late] = [new Uint32Array(65_536), new Uint32Array(65_536)];
  asides.attach(early);
  const clock = new ManualClock(0);
  const futureDated = new FutureDated(clock, asides);
  const limits = { inFlight: 10, inFlightPerConnection: 10 };
  const inFlight = new InFlight(limits, futureDated, asides);
  // As the hall has it: it waits, and when its time has come it is in flight.
  futureDated.wait(id(0, 1), '4.8.1', 1000, () => inFlight.begin(pending(0, 1)));
  inFlight.begin(pending(0, 2));
  inFlight.begin(pending(3, 2));
  expect(total(early)).toBe(3);
  asides.attach(late);
  const place = instantiateCore().asidePlace(id(0, 1).targetHigh, id(0, 1).targetLow);
  expect([early[place], late[place]]).toEqual([2, 2]);
  expect(inFlight.end(id(0, 2))).toBe(true);
  expect(inFlight.end(id(0, 2))).toBe(false);
  expect([early[place], late[place]]).toEqual([1, 1]);
  await clock.advanceBy(1000);
  expect([early[place], late[place]]).toEqual([1, 1]);
  inFlight.end(id(0, 1));
  inFlight.end(id(3, 2));
  inFlight.end(id(3, 2));
  expect([total(early), total(late)]).toEqual([0, 0]);
});
