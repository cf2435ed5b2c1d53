// Meters by a unique beginning of their EUI-64, with or without dashes, or by their number in the
// fleet (`#7`). A prefix is a range of identifiers and a cohort is one too, so that a million
// meters are not walked through.

import { EUI64_LENGTH, formatEui64 } from '../gateway/protocol/eui64.ts';
import { type Outcome, type Refused, refused } from './outcome.ts';
import type { World, WorldCohort } from './world.ts';

const HEX_DIGITS = 16;
/** Meters named in the refusal of a prefix that fits several. */
const NAMED = 3;

/** Devices one after the other. */
interface Range {
  readonly firstDevice: number;
  readonly count: number;
}

/** Devices whose identifier begins with `prefix`, as ranges; undefined where it is no prefix. */
function rangesOf(cohorts: readonly WorldCohort[], prefix: string): Range[] | undefined {
  const digits = hexOf(prefix);
  if (digits === undefined) return undefined;
  const from = BigInt(`0x${digits.padEnd(HEX_DIGITS, '0')}`);
  const to = BigInt(`0x${digits.padEnd(HEX_DIGITS, 'f')}`);
  return cohorts.flatMap((cohort) => {
    const first = idOf(cohort);
    const last = first + BigInt(cohort.count - 1);
    const low = from > first ? from : first;
    const high = to < last ? to : last;
    if (low > high) return [];
    return [
      { firstDevice: cohort.firstDevice + Number(low - first), count: Number(high - low) + 1 },
    ];
  });
}

/** The hexadecimal digits of a prefix; undefined for anything else. */
function hexOf(prefix: string): string | undefined {
  const digits = prefix.replaceAll('-', '');
  const fits = /^[0-9a-f]*$/i.test(digits) && digits.length <= HEX_DIGITS;
  return fits && prefix.length <= EUI64_LENGTH ? digits : undefined;
}

function idOf({ firstDeviceId }: WorldCohort): bigint {
  return (BigInt(firstDeviceId.high) << 32n) | BigInt(firstDeviceId.low);
}

/** The identifier of any device that is nearest to a prefix. */
function nearestId(cohorts: readonly WorldCohort[], prefix: string): string | undefined {
  const digits = hexOf(prefix);
  if (digits === undefined) return undefined;
  const asked = BigInt(`0x${digits.padEnd(HEX_DIGITS, '0')}`);
  let best: { id: bigint; distance: bigint } | undefined;
  for (const cohort of cohorts) {
    const first = idOf(cohort);
    const last = first + BigInt(cohort.count - 1);
    const id = asked < first ? first : asked > last ? last : asked;
    const distance = id > asked ? id - asked : asked - id;
    if (best === undefined || distance < best.distance) best = { id, distance };
  }
  return best && formatEui64(Number(best.id >> 32n), Number(best.id & 0xffff_ffffn));
}

/** Devices that a prefix names, in order of the fleet, from `skip` on; and how many there are. */
export function devicesOf(
  world: World,
  prefix: string,
  limit: number,
  skip = 0,
): { readonly devices: number[]; readonly count: number } | undefined {
  const ranges = rangesOf(world.cohorts, prefix);
  if (ranges === undefined) return undefined;
  const devices: number[] = [];
  let before = 0;
  for (const { firstDevice, count } of ranges) {
    const from = Math.max(skip - before, 0);
    for (let at = from; at < count && devices.length < limit; at++) devices.push(firstDevice + at);
    before += count;
  }
  return { devices, count: before };
}

export type Found = { readonly ok: true; readonly device: number } | Refused;

/** The one device that a word names. */
export function findDevice(world: World, word: string): Found {
  const { devices } = world.gateway;
  if (word.startsWith('#')) return numbered(world, word);
  const found = devicesOf(world, word, NAMED);
  if (found === undefined) {
    const example = devices.deviceId(0);
    const message = `"${shown(word)}" does not begin an EUI-64`;
    return refused('NOT_FOUND', message, `write it as ${example}, its beginning, or #0`);
  }
  const [device] = found.devices;
  if (device === undefined) return nobody(world, word);
  if (found.count === 1) return { ok: true, device };
  const names = found.devices.map((each) => devices.deviceId(each));
  const more = found.count > names.length ? ' …' : '';
  const message = `"${word}" begins ${found.count} meters: ${names.join(', ')}${more}`;
  return refused('AMBIGUOUS', message, 'give more of the identifier, or #N by number');
}

function numbered(world: World, word: string): Found {
  const { devices } = world.gateway;
  const device = /^#\d+$/.test(word) ? Number(word.slice(1)) : -1;
  if (device >= 0 && device < devices.deviceCount) return { ok: true, device };
  const message = `there is no meter ${shown(word)}`;
  return refused('NOT_FOUND', message, `meters are #0 to #${devices.deviceCount - 1}`);
}

function nobody(world: World, word: string): Refused {
  const isNumber = /^\d{1,9}$/.test(word) && Number(word) < world.gateway.devices.deviceCount;
  if (isNumber) {
    const next = `the meter of that number is #${Number(word)}`;
    return refused('NOT_FOUND', `no meter begins with "${word}"`, next);
  }
  const near = nearestId(world.cohorts, word);
  const next = near === undefined ? 'list meters by `meters`' : `the nearest is ${near}`;
  return refused('NOT_FOUND', `no meter begins with "${word}"`, next);
}

/** As much of a word as an error repeats. */
export function shown(word: string): string {
  return word.length > 40 ? `${word.slice(0, 40)}…` : word;
}

/** Runs `then` with the device that a word names, or gives the refusal. */
export function withDevice<T>(
  world: World,
  word: string,
  then: (device: number) => T,
): T | Outcome {
  const found = findDevice(world, word);
  return found.ok ? then(found.device) : found;
}
