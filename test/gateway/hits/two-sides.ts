// Two worlds that live through the same, one with the short cut for hits and one without, and what
// has to be the same of them.

import { unpack } from 'msgpackr';
import { expect } from 'vitest';
import { deviceId, partyId, World, type WorldOptions } from '../small-world.ts';
import type { Event } from './questions.ts';
import { frameOf, Stream, type StreamOptions } from './stream.ts';

const OPTIONS: WorldOptions = {
  journal: false,
  scheduled: (device) => device !== 5,
  cohort: (device) => ({
    ...(device === 2 && { registeredParties: new Set([partyId('IS')]) }),
    ...(device === 8 && { deviceType: 'GSME' as const }),
    ...(device === 9 && { deviceStatus: 'Suspended' as const }),
  }),
};

/** A world and the connection to it. */
export class Side {
  readonly world: World;
  readonly stream: Stream;
  readonly #schedules = new Map<number, number>();

  constructor(shortCut: boolean, options: WorldOptions, stream: StreamOptions = {}) {
    this.world = new World({ ...OPTIONS, ...options });
    this.stream = new Stream(this.world.gateway, { ...stream, shortCut });
    for (const device of [0, 3, 6]) this.world.absent.add(`${device}/${987_263 + device}`);
  }

  async live(happened: Event): Promise<void> {
    const { world } = this;
    const { gateway } = world;
    if (happened.what === 'pass') {
      await world.pass(happened.seconds);
      return;
    }
    const { device } = happened;
    if (happened.what === 'status') {
      gateway.setDeviceStatus(device, happened.inService ? 'Commissioned' : 'Suspended');
    } else if (happened.what === 'schedule') {
      const more = { scheduleStartDate: '2026-11-01', scheduleEndDate: '2026-11-23' };
      const { dspScheduleId } = world.schedule('4.8.1', device, 'IS', more);
      if (dspScheduleId !== undefined) this.#schedules.set(device, dspScheduleId);
    } else if (happened.what === 'unschedule') {
      const dspScheduleId = this.#schedules.get(device);
      const which =
        dspScheduleId === undefined ? { deviceId: deviceId(device) } : { dspScheduleId };
      world.desk('5.3', dspScheduleId === undefined ? 'MDR' : 'IS', {
        deleteSchedule: which,
      });
    } else {
      const requestId = world.nextRequestId(deviceId(device), 'IS');
      const restrictAccessForChangeOfTenancy = { restrictionDateTime: '2026-11-22T06:00:00Z' };
      const message = {
        requestId,
        serviceReferenceVariant: '3.2',
        restrictAccessForChangeOfTenancy,
      };
      this.stream.take(frameOf(Buffer.from(JSON.stringify(message)), false));
      await world.pass(0);
    }
  }

  /** What has been counted, without the times. */
  get counts(): unknown[] {
    const counted: unknown[] = [];
    const { tally } = this.world;
    const { answers, cacheLookups, savedReads, deviceReads, rejections, targets } = tally;
    for (const counts of [answers, cacheLookups, savedReads, deviceReads, rejections, targets]) {
      counts.forEach((labels, count) => {
        counted.push([labels, count]);
      });
    }
    for (const srv of ['4.8.1', '4.8.3'] as const) {
      counted.push(tally.responseTimes.read(srv, 'cache'));
    }
    return [...counted, this.world.gateway.cohortCounts()];
  }
}

export function request(device: number, counter: number, more: object = {}): object {
  return {
    requestId: `${partyId('IS')}:${deviceId(device)}:${counter}`,
    serviceReferenceVariant: '4.8.1',
    readLogPeriod: { startDateTime: '2026-11-22T00:00:00Z', endDateTime: '2026-11-23T00:00:00Z' },
    ...more,
  };
}

export const text = (value: unknown) => frameOf(Buffer.from(JSON.stringify(value)), false);

/** Both sides, with all of yesterday of seven ESMEs cached. */
export async function bothSides(
  options: WorldOptions = {},
  stream: StreamOptions = {},
): Promise<readonly [Side, Side]> {
  const sides = [new Side(true, options, stream), new Side(false, options, stream)] as const;
  for (const { world } of sides) {
    const line = world.connect();
    for (let device = 0; device < 7; device++) {
      line.say(request(device, device));
      const requestId = `${partyId('ED')}:${deviceId(device)}:${device}`;
      line.say(request(device, 0, { requestId, serviceReferenceVariant: '4.8.3' }));
    }
    await world.pass(10);
  }
  return sides;
}

/** The second ESME has two elements, and so its slot in a bank of its own. */
export const TWO_BANKS: WorldOptions = {
  ...OPTIONS,
  cohort: (device) => ({ ...OPTIONS.cohort?.(device), twinElement: device === 1 }),
};

/** Three banks of one kind and one of the other, of ten devices. */
export const FOUR_BANKS: WorldOptions = { ...TWO_BANKS, cacheSlotsABank: 4 };

/**
 * Messages in the order of their bytes, each with what it came in: banks answer in turn, and each
 * its own part of an array.
 */
function sortedMessages(sent: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at < sent.length; ) {
    const binary = sent[at] === 0x82;
    const short = sent[at + 1] ?? 0;
    const [size, header] =
      short < 126
        ? [short, 2]
        : short === 126
          ? [sent.readUInt16BE(at + 2), 4]
          : [sent.readUInt32BE(at + 6), 10];
    const payload = sent.subarray(at + header, at + header + size);
    const value: unknown = binary ? unpack(payload) : JSON.parse(payload.toString());
    const format = binary ? 'binary' : 'text';
    if (Array.isArray(value)) {
      messages.push(...value.map((each) => `${format}, of an array: ${JSON.stringify(each)}`));
    } else messages.push(`${format}: ${payload.toString('latin1')}`);
    at += header + size;
  }
  return messages.sort();
}

/** As {@link expectSame}, whatever the order of the answers and however arrays are cut. */
export function expectSameMessages([quick, plain]: readonly [Side, Side]): void {
  expect(sortedMessages(quick.stream.sent)).toEqual(sortedMessages(plain.stream.sent));
  expect(quick.counts).toEqual(plain.counts);
  expect(quick.world.faults).toEqual([]);
}

export function expectSame([quick, plain]: readonly [Side, Side]): void {
  const [sent, expected] = [quick.stream.sent, plain.stream.sent];
  if (!sent.equals(expected)) {
    const at = sent.findIndex((byte, i) => byte !== expected[i]);
    const near = (bytes: Buffer) => bytes.toString('latin1', Math.max(at - 100, 0), at + 400);
    expect(near(sent), `byte ${at}`).toBe(near(expected));
  }
  expect(sent.length).toBe(expected.length);
  expect(quick.counts).toEqual(plain.counts);
  expect(quick.world.reads).toEqual(plain.world.reads);
  expect(quick.world.faults).toEqual([]);
}
