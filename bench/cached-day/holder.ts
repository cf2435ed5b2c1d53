// One filled cache in a process of its own: neither its memory nor its collector is shared with
// another contender.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { formatEui64 } from '../../gateway/protocol/eui64.ts';
import { answerQuestions, residentBytes } from '../child.ts';
import { type CachedDays, type ContenderName, fill } from './contenders.ts';
import { DEVICE_HIGH, ENTRIES, FIRST_DEVICE_LOW, wh } from './day.ts';

export type HolderAsked =
  | {
      readonly fill: {
        readonly name: ContenderName;
        readonly devices: number;
        readonly whole: boolean;
      };
    }
  | { readonly lookUps: number };

export type HolderTold =
  | {
      readonly filled: {
        readonly devices: number;
        readonly readings: number;
        readonly bytesEach: number;
        /** Resident memory that filling took, bytes. */
        readonly residentBytes: number;
      };
    }
  | { readonly lookUpNs: number };

let held: CachedDays | undefined;
let heldDevices = 0;
let state = 1;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

function residentNow(): number {
  collect();
  collect();
  return residentBytes(process.pid);
}

function fillNow(name: ContenderName, devices: number, whole: boolean): HolderTold {
  fill(name, 100, whole);
  const before = residentNow();
  held = fill(name, devices, whole);
  heldDevices = devices;
  const resident = residentNow() - before;
  const { readings, bytesEach } = held;
  return { filled: { devices: held.devices, readings, bytesEach, residentBytes: resident } };
}

/** EUI-64s of devices at random, each a text of its own as it comes out of a message. */
function someDevices(count: number): { devices: number[]; ids: string[] } {
  const devices = Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * heldDevices);
  });
  const ids = devices.map((device) => formatEui64(DEVICE_HIGH, FIRST_DEVICE_LOW + device));
  const bytes = Buffer.from(ids.join(''), 'latin1');
  const size = ids[0]?.length ?? 0;
  const fresh = ids.map((_, i) => bytes.toString('latin1', i * size, (i + 1) * size));
  return { devices, ids: fresh };
}

function lookUps(count: number): HolderTold {
  if (held === undefined) throw new Error('nothing is held yet');
  const { devices, ids } = someDevices(count);
  let entries = 0;
  let sum = 0;
  const started = process.hrtime.bigint();
  for (const id of ids) {
    const { count, values } = held.lookUp(id);
    entries += count;
    sum += values[count - 1] ?? 0;
  }
  const lookUpNs = Number(process.hrtime.bigint() - started) / count;
  const expected = devices.reduce((total, device) => total + wh(device, ENTRIES - 1, 0), 0);
  if (entries !== count * ENTRIES || sum !== expected) {
    throw new Error(`${count} look-ups found ${entries} entries, the last of each sum to ${sum}`);
  }
  return { lookUpNs };
}

answerQuestions<HolderAsked, HolderTold>((asked) =>
  'fill' in asked
    ? fillNow(asked.fill.name, asked.fill.devices, asked.fill.whole)
    : lookUps(asked.lookUps),
);
