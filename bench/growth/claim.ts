// What the growth bench claims of every answer: a hit, with the values of the device that was
// asked.

import { unpack } from 'msgpackr';
import { parseEui64 } from '../../gateway/protocol/eui64.ts';
import { ENTRIES, FIRST_DEVICE_LOW, wh } from '../cached-day/day.ts';

/** Of so many answers one is looked into; prime, so that the samples wander. */
export const SAMPLED_EVERY = 997;

/** Which device it was the RequestID tells: answers of several banks come in any order. */
export function claimDay(payload: Buffer, asked: (device: number) => boolean): void {
  const { requestId, served, profile } = unpack(payload);
  const target = parseEui64(String(requestId).split(':')[1] ?? '');
  const device = (target?.low ?? 0) - FIRST_DEVICE_LOW;
  if (!asked(device)) throw new Error(`device ${device} was not asked`);
  const values: unknown[] = profile?.primaryValue ?? [];
  const right = values.every((value, row) => value === wh(device, row, 0));
  if (served !== 'cache' || values.length !== ENTRIES || !right) {
    throw new Error(`device ${device} is not answered with its day: ${served} ${values}`);
  }
}
