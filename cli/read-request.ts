// Builds the Service Request that `s1sp send SRV DEVICE` asks for: a read of a device's log, or of
// the schedules the asker has on it. Pure: time and "yesterday" are handed in.

import { BUILT_IN_PARTIES } from '../gateway/access/parties.ts';
import { parseEui64 } from '../gateway/protocol/eui64.ts';
import {
  DAY_SECONDS,
  formatSeconds,
  parseDate,
  parseDateTime,
  utcDay,
} from '../gateway/protocol/half-hours.ts';
import { didYouMean } from '../gateway/protocol/nearest.ts';
import {
  DCC_ID,
  READ_SRVS,
  type ReadSrv,
  roleFitsFuel,
  SERVICE_REFERENCES,
  USER_ROLES,
  type UserRole,
} from '../gateway/protocol/service-reference.ts';
import { CommandError } from './exit-codes.ts';

/** SRVs that a command line can hold; 3.2 and 5.1 have bodies that belong into a file. */
const ASKED_BY_FLAGS = [...READ_SRVS, '5.2', '5.3'] as const;
type AskedSrv = (typeof ASKED_BY_FLAGS)[number];

export interface Asked {
  readonly srv: AskedSrv;
  /** EUI-64 in upper case. */
  readonly deviceId: string;
  readonly role: UserRole;
  readonly explain: boolean;
}

/** EUI-64 of the built-in Party of a role [contract §6]. */
export function builtInPartyId(role: UserRole): string {
  const party = BUILT_IN_PARTIES.find(({ roles }) => roles.includes(role));
  if (party === undefined) throw new Error(`there is no built-in Party for ${role}`);
  return party.id;
}

/** Judges the words of the command line; throws with the name of the one at fault. */
export function readAsked(
  srv: string,
  device: string,
  flags: { as?: string | undefined; explain?: boolean | undefined },
): Asked {
  const known = ASKED_BY_FLAGS.find((name) => name === srv);
  if (known === undefined) {
    const own = srv === '3.2' || srv === '5.1';
    const why = own ? 'has a body of its own: send a FILE' : 'is not an SRV';
    throw new CommandError(
      'usage',
      `SRV: ${JSON.stringify(srv)} ${why}; allowed beside a DEVICE: ${ASKED_BY_FLAGS.join(', ')}`,
    );
  }
  if (parseEui64(device) === undefined) {
    throw new CommandError(
      'usage',
      `DEVICE: ${JSON.stringify(device)} is not an EUI-64 such as 90-B3-D5-1F-40-00-00-07`,
    );
  }
  return {
    srv: known,
    deviceId: device.toUpperCase(),
    role: flags.as === undefined ? defaultRole(known) : readRole(flags.as),
    explain: flags.explain === true,
  };
}

function readRole(text: string): UserRole {
  const role = USER_ROLES.find((name) => name === text.toUpperCase());
  if (role !== undefined) return role;
  throw new CommandError(
    'usage',
    `--as: ${JSON.stringify(text)} is not a User Role${didYouMean(text, USER_ROLES)}; ` +
      `allowed: ${USER_ROLES.join(', ')}`,
  );
}

/** First role of the built-in Party table that may ask `srv` of an ESME. */
function defaultRole(srv: AskedSrv): UserRole {
  const { roles } = SERVICE_REFERENCES[srv];
  const role = USER_ROLES.find((name) => roles.includes(name) && roleFitsFuel(name, 'ESME'));
  if (role === undefined) throw new Error(`no role may ask ${srv} of an ESME`);
  return role;
}

/** The stretch of a log to ask for, as it stands in a request. */
export interface AskedPeriod {
  readonly startDateTime: string;
  readonly endDateTime: string;
}

/** What `--day` and `--period` say; `yesterday` needs the gateway's time to become a period. */
export type PeriodChoice = 'yesterday' | AskedPeriod;

/** Reads `--day yesterday|YYYY-MM-DD` or `--period ISO..ISO`; yesterday without either. */
export function readPeriodChoice(
  day: string | undefined,
  period: string | undefined,
): PeriodChoice {
  if (day !== undefined && period !== undefined) {
    throw new CommandError('usage', 'give --day or --period, not both');
  }
  if (period !== undefined) return readPeriod(period);
  if (day === undefined || day === 'yesterday') return 'yesterday';
  const number = parseDate(day);
  if (Number.isNaN(number)) {
    throw new CommandError(
      'usage',
      `--day: ${JSON.stringify(day)} is not allowed${didYouMean(day, ['yesterday'])}; ` +
        'allowed: yesterday, or a date YYYY-MM-DD',
    );
  }
  return periodOfDay(number);
}

function readPeriod(text: string): AskedPeriod {
  const period = parsePeriod(text);
  if (period !== undefined) return period;
  throw new CommandError(
    'usage',
    `--period: ${JSON.stringify(text)} is not allowed; allowed: two ISO 8601 times ` +
      'with a zone, such as 2026-11-22T00:00:00Z..2026-11-22T12:00:00Z, ' +
      'from 0000-01-01T00:00:00Z to 9999-12-31T23:59:59Z',
  );
}

/** Reads `ISO..ISO`; undefined for anything else. */
export function parsePeriod(text: string): AskedPeriod | undefined {
  const [start = '', end = '', ...more] = text.split('..');
  if (more.length > 0 || [start, end].map(parseDateTime).some(Number.isNaN)) return undefined;
  return { startDateTime: start, endDateTime: end };
}

/** D 00:00Z to D+1 00:00Z; both ends are inclusive, so that is 49 stamps. */
function periodOfDay(day: number): AskedPeriod {
  return {
    startDateTime: formatSeconds(day * DAY_SECONDS),
    endDateTime: formatSeconds((day + 1) * DAY_SECONDS),
  };
}

/** The day before the one that `nowMs` lies in, UTC. */
export function yesterdayOf(nowMs: number): AskedPeriod {
  return periodOfDay(utcDay(nowMs / 1000) - 1);
}

export function isLogRead(srv: string): srv is ReadSrv {
  return READ_SRVS.some((name) => name === srv);
}

/** The message to send. `counter` must not be in flight for this originator and target already. */
export function buildRequest(
  asked: Asked,
  counter: number,
  period: AskedPeriod | undefined,
): Record<string, unknown> {
  const target = isLogRead(asked.srv) ? asked.deviceId : DCC_ID;
  const onDevice = { deviceId: asked.deviceId };
  return {
    requestId: `${builtInPartyId(asked.role)}:${target}:${counter}`,
    serviceReferenceVariant: asked.srv,
    ...(period === undefined ? {} : { readLogPeriod: period }),
    ...(asked.srv === '5.2' ? { readSchedule: onDevice } : {}),
    ...(asked.srv === '5.3' ? { deleteSchedule: onDevice } : {}),
    ...(asked.explain ? { explain: true } : {}),
  };
}
