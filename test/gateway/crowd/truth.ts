// Whether an answer is to the question that was asked, and says what the meter itself has counted.

import type { Fleet } from '../../../emulator/fleet.ts';
import { parseDateTime } from '../../../gateway/protocol/half-hours.ts';
import type { ReadSrv } from '../../../gateway/protocol/service-reference.ts';
import type { Message } from './world.ts';

interface Asked {
  readonly serviceReferenceVariant: ReadSrv;
  readonly explain?: boolean;
  readonly readLogPeriod: { readonly startDateTime: string; readonly endDateTime: string };
}

interface Told {
  readonly serviceReferenceVariant?: string;
  readonly responseCode: string | null;
  readonly responseDateTime: string;
  readonly error?: object;
  readonly why?: { readonly filledBy?: string };
  readonly profile?: { readonly firstTimestamp: string } & Readonly<Record<string, unknown>>;
  readonly dailyReadLog?: readonly { readonly timestamp: string }[];
}

/** Values by their stamps, as text. */
type Readings = ReadonlyMap<number, string>;

/** What is wrong with an answer in JSON, or undefined. */
export function misread(fleet: Fleet, { device, body }: Message, text: string): string | undefined {
  if (device === undefined || typeof body === 'string' || !isRead(body)) return undefined;
  const told: Told = JSON.parse(text);
  const { serviceReferenceVariant: srv, readLogPeriod } = body;
  if ((told.serviceReferenceVariant ?? srv) !== srv) return `an answer to ${srv}: ${text}`;
  const isExplained = told.why !== undefined;
  if (told.error === undefined && isExplained !== (body.explain ?? false)) return `why: ${text}`;
  const { filledBy } = told.why ?? {};
  if (filledBy?.toUpperCase().includes(fleet.deviceId(device)) === false) return `by: ${text}`;
  if (told.responseCode !== 'I0') return undefined;
  const atSeconds = Math.floor(Date.parse(told.responseDateTime) / 1000);
  const startSeconds = parseDateTime(readLogPeriod.startDateTime);
  const endSeconds = parseDateTime(readLogPeriod.endDateTime);
  const counted = countedBy(fleet, { device, srv, startSeconds, endSeconds }, atSeconds);
  const readings = readingsOf(told);
  for (const [stamp, value] of readings) {
    if (counted.get(stamp) !== value) {
      return `${value} instead of ${counted.get(stamp)} at ${stamp}: ${text}`;
    }
  }
  // One may have been counted while the meter answered; gas is told for scheduled days only.
  const isAll = fleet.cohortOf(device).deviceType === 'ESME';
  const missing = counted.size - readings.size;
  return isAll && missing > 1 ? `${missing} are missing: ${text}` : undefined;
}

function isRead(body: object): body is Asked {
  return 'readLogPeriod' in body;
}

function countedBy(
  fleet: Fleet,
  read: Parameters<Fleet['readMeter']>[0],
  atSeconds: number,
): Readings {
  const reply = fleet.readMeter(read, atSeconds);
  if ('dailyReadLog' in reply) {
    return new Map(
      reply.dailyReadLog.map((entry) => {
        const register = entry.elecActiveImportRegisterConsumption;
        return [entry.timestamp, `${register}`];
      }),
    );
  }
  if ('gasDailyReadLog' in reply) {
    return new Map(
      reply.gasDailyReadLog.map((entry) => {
        return [entry.timestamp, `${entry.gasActiveImportRegisterConsumption / 1000}`];
      }),
    );
  }
  if (!('profile' in reply) || reply.profile === null) return new Map();
  const { firstHalfHour, count, columns } = reply.profile;
  const scale = fleet.cohortOf(read.device).deviceType === 'ESME' ? 1 : 1000;
  return new Map(
    Array.from({ length: count }, (_, row): [number, string] => {
      const values = columns.map((column) => (column[row] ?? 0) / scale);
      return [(firstHalfHour + row) * 1800, values.join()];
    }),
  );
}

function readingsOf({ profile, dailyReadLog = [] }: Told): Readings {
  if (profile === undefined || profile === null) {
    return new Map(
      dailyReadLog.map((entry) => {
        const register = Object.entries(entry).find(([name]) =>
          name.endsWith('RegisterConsumption'),
        );
        return [parseDateTime(entry.timestamp), `${register?.[1]}`];
      }),
    );
  }
  const first = parseDateTime(profile.firstTimestamp);
  const columns = Object.values(profile).filter((value) => Array.isArray(value));
  const rows = columns[0]?.length ?? 0;
  return new Map(
    Array.from({ length: rows }, (_, row): [number, string] => {
      return [first + row * 1800, columns.map((column) => column[row]).join()];
    }),
  );
}
