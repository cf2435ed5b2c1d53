import { expect, test } from 'vitest';
import { ManualClock } from '../../../emulator/clock.ts';
import { FutureDated } from '../../../gateway/dsp/future-dated.ts';
import { Asides } from '../../../gateway/hits/asides.ts';
import { InFlight, Pending } from '../../../gateway/in-flight.ts';
import type { RequestId } from '../../../gateway/protocol/service-request.ts';
import { instantiateCore } from '../../../gateway/s1sp/core.ts';
import { parseRequestId } from '../../../gateway/wire/request-id.ts';
import { deviceId, partyId } from '../small-world.ts';

function id(device: number, counter: number): RequestId {
  const requestId = parseRequestId(`${partyId('IS')}:${deviceId(device)}:${counter}`);
  if (requestId === undefined) throw new Error('no requestId');
  return requestId;
}

class Waiting extends Pending {
  readonly requestId: RequestId;
  readonly peer = undefined;
  readonly underWay = undefined;

  constructor(requestId: RequestId) {
    super();
    this.requestId = requestId;
  }

  giveUp(): void {}
}

const pending = (device: number, counter: number) => new Waiting(id(device, counter));

/** Places that are set aside in the table of a bank, a bit each. */
const placesIn = (table: Uint32Array) =>
  [...new Uint8Array(table.buffer)].flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => ((byte >> bit) & 1) === 1).map((bit) => at * 8 + bit),
  );

const placeOf = ({ targetHigh, targetLow }: RequestId) =>
  instantiateCore().asidePlace(targetHigh, targetLow);

test('a device is set aside until all reasons for it have gone, in every bank', async () => {
  const asides = new Asides();
  const [early, late] = [new Uint32Array(2048), new Uint32Array(2048)];
  asides.attach(early);
  const clock = new ManualClock(0);
  const futureDated = new FutureDated(clock, asides);
  const limits = { inFlight: 10, inFlightPerConnection: 10 };
  const inFlight = new InFlight(limits, futureDated, asides);
  const [first, second, other] = [pending(0, 1), pending(0, 2), pending(3, 2)];
  // As the hall has it: it waits, and when its time has come it is in flight.
  futureDated.wait(id(0, 1), '4.8.1', 1000, () => inFlight.begin(first));
  inFlight.begin(second);
  inFlight.begin(other);
  const both = [placeOf(id(0, 1)), placeOf(id(3, 2))].sort((a, b) => a - b);
  expect(placesIn(early)).toEqual(both);
  asides.attach(late);
  expect(placesIn(late)).toEqual(both);
  expect(inFlight.end(second)).toBe(true);
  expect(inFlight.end(second)).toBe(false);
  expect([placesIn(early), placesIn(late)]).toEqual([both, both]);
  await clock.advanceBy(1000);
  expect([placesIn(early), placesIn(late)]).toEqual([both, both]);
  inFlight.end(first);
  expect([placesIn(early), placesIn(late)]).toEqual([[placeOf(id(3, 2))], [placeOf(id(3, 2))]]);
  inFlight.end(other);
  inFlight.end(other);
  expect([placesIn(early), placesIn(late)]).toEqual([[], []]);
});
