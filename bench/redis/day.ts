// The same day in Redis, in the two shapes that people use: everything of an ESME as one string, or
// a hash with a field for each log. The values are MessagePack, which is as small as they get
// without a format of one's own.

import { pack, unpack } from 'msgpackr';
import { formatEui64 } from '../../gateway/protocol/eui64.ts';
import type { Profile } from '../../gateway/protocol/log-entries.ts';
import {
  DEVICE_HIGH,
  dailyReads,
  exportProfile,
  FIRST_DEVICE_LOW,
  importProfile,
} from '../cached-day/day.ts';
import { RedisServer } from './server.ts';

export const REDIS_SHAPES = ['string', 'hash'] as const;
export type RedisShape = (typeof REDIS_SHAPES)[number];

export interface RedisDays {
  /** Keys that Redis counts. */
  readonly devices: number;
  /** Readings of a day, read back from Redis and counted. */
  readonly readingsEach: number;
  /** `MEMORY USAGE` of a key, bytes, on average over some. */
  readonly usageEach: number;
  /** What `used_memory` grew by, bytes. */
  readonly usedBytes: number;
}

/** Keys whose `MEMORY USAGE` is asked for. */
const SAMPLES = 1000;

/** Fills a Redis of its own with the day of devices 0 to some number, and asks what it takes. */
export async function redisDays(shape: RedisShape, devices: number): Promise<RedisDays> {
  const redis = await RedisServer.start();
  try {
    const before = await redis.info('used_memory');
    await redis.fill(devices, (device) => storing(shape, device));
    const usedBytes = (await redis.info('used_memory')) - before;
    const step = Math.max(1, Math.floor(devices / SAMPLES));
    const usages: number[] = [];
    for (let device = 0; device < devices; device += step) {
      // Of a hash every field is measured, not some.
      usages.push(Number(await redis.command('MEMORY', 'USAGE', keyOf(device), 'SAMPLES', '0')));
    }
    return {
      devices: Number(await redis.command('DBSIZE')),
      readingsEach: await readingsOf(redis, shape, devices - 1),
      usageEach: usages.reduce((sum, bytes) => sum + bytes, 0) / usages.length,
      usedBytes,
    };
  } finally {
    await redis.end();
  }
}

function keyOf(device: number): string {
  return `esme:${formatEui64(DEVICE_HIGH, FIRST_DEVICE_LOW + device)}`;
}

type Day = Record<'import' | 'activeExport' | 'reactiveExport', number[]> & { daily: number[][] };

function dayOf(device: number): Day {
  const column = ({ columns }: Profile, place: number) => Array.from(columns[place] ?? []);
  const imported = column(importProfile(device), 0);
  const exported = exportProfile(device);
  return {
    import: imported,
    activeExport: column(exported, 0),
    reactiveExport: column(exported, 1),
    daily: dailyReads(device).map((read) => [
      read.timestamp,
      read.elecActiveImportRegisterConsumption,
      ...read.tariffTOURegisterMatrixValue,
    ]),
  };
}

function storing(shape: RedisShape, device: number): (string | Uint8Array)[] {
  const day = dayOf(device);
  if (shape === 'string') return ['SET', keyOf(device), pack(day)];
  const fields = Object.entries(day).flatMap(([name, values]) => [name, pack(values)]);
  return ['HSET', keyOf(device), ...fields];
}

/** Readings as the core counts them: the two exports of a half hour are one. */
async function readingsOf(redis: RedisServer, shape: RedisShape, device: number): Promise<number> {
  const key = keyOf(device);
  const field = async (name: keyof Day): Promise<unknown[]> =>
    unpack(await redis.bytes('HGET', key, name));
  const whole: Pick<Day, 'import' | 'activeExport' | 'daily'> | undefined =
    shape === 'string' ? unpack(await redis.bytes('GET', key)) : undefined;
  const names = ['import', 'activeExport', 'daily'] as const;
  let readings = 0;
  for (const name of names) readings += (whole?.[name] ?? (await field(name))).length;
  return readings;
}
