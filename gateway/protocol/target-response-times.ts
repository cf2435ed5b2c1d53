// Target Response Times: within how many seconds of virtual time a Party is to have its answer, by
// mode, SRV and User Role [domain §2.4]. 16 s and the Meter Data Retriever's 24 h for 4.8.1 are
// read in a third party's notes on Appendix E; the rest are decisions. A JSON file changes any of
// them.

import { DAY_SECONDS } from './half-hours.ts';
import { type Checked, JsonCheck, type NumberRange } from './json-check.ts';
import {
  DEVICE_SRVS,
  READ_SRVS,
  SCHEDULE_SRVS,
  SERVICE_REFERENCES,
  type Srv,
  USER_ROLES,
  type UserRole,
} from './service-reference.ts';

export const TARGET_RESULTS = ['met', 'missed'] as const;
export type TargetResult = (typeof TARGET_RESULTS)[number];

/** Seconds, for each role that may send the SRV. */
type ByRole = Readonly<Partial<Record<UserRole, number>>>;
type BySrv = Readonly<Partial<Record<Srv, ByRole>>>;

/** The key of each mode in a file. 5.1 to 5.3, which the DSP answers itself, count as on demand. */
const MODE_KEYS = {
  onDemand: 'onDemandSeconds',
  futureDated: 'futureDatedSeconds',
  scheduled: 'scheduledSeconds',
} as const;
/** How a read or command came to be [domain §2.3]. */
export type Mode = keyof typeof MODE_KEYS;

/** What there is in each mode; only reads can be scheduled [domain §1.5]. */
const MODE_SRVS: Readonly<Record<Mode, readonly Srv[]>> = {
  onDemand: [...DEVICE_SRVS, ...SCHEDULE_SRVS],
  futureDated: DEVICE_SRVS,
  scheduled: READ_SRVS,
};

/** SMETS1 on demand. */
const SOON = 16;
/** On demand for a Meter Data Retriever. */
const FOR_MDR = DAY_SECONDS;
/** Of what nobody asked for now: future dated and scheduled. */
const DEFERRED = DAY_SECONDS;

/** On demand, in seconds, for each role that may send the SRV. */
export const ON_DEMAND_SECONDS: Readonly<Record<Srv, ByRole>> = {
  '3.2': { IS: SOON, GS: SOON },
  '4.6.1': { IS: SOON, GS: SOON, MDR: FOR_MDR },
  '4.8.1': { IS: SOON, GS: SOON, ED: SOON, GT: SOON, OU: SOON, MDR: FOR_MDR },
  '4.8.2': { IS: SOON, ED: SOON, OU: SOON },
  '4.8.3': { ES: SOON, ED: SOON, OU: SOON, MDR: FOR_MDR },
  '5.1': { IS: SOON, ES: SOON, GS: SOON, ED: SOON, GT: SOON, OU: SOON, MDR: SOON },
  '5.2': { IS: SOON, ES: SOON, GS: SOON, ED: SOON, GT: SOON, OU: SOON, MDR: SOON },
  '5.3': { IS: SOON, ES: SOON, GS: SOON, ED: SOON, GT: SOON, OU: SOON, MDR: SOON },
};

function builtIn(mode: Mode, srv: Srv, role: UserRole): number {
  return mode === 'onDemand' ? (ON_DEMAND_SECONDS[srv][role] ?? 0) : DEFERRED;
}

/** At most a year: whoever gives more has written milliseconds. */
const SECONDS: NumberRange = { min: 0, max: 366 * DAY_SECONDS };

export class TargetResponseTimes {
  readonly #targets: Readonly<Record<Mode, BySrv>>;

  /** Without `targets` those that are built in. */
  constructor(targets: Readonly<Record<Mode, BySrv>> = BUILT_IN_TARGETS) {
    this.#targets = targets;
  }

  /** Seconds of virtual time; undefined for what a role cannot have asked for in this mode. */
  seconds(mode: Mode, srv: Srv, role: UserRole): number | undefined {
    return this.#targets[mode][srv]?.[role];
  }

  /** An answer at the very limit is in time. */
  judge(mode: Mode, srv: Srv, role: UserRole, elapsedMs: number): TargetResult {
    return elapsedMs <= (this.seconds(mode, srv, role) ?? 0) * 1000 ? 'met' : 'missed';
  }
}

/** The targets of every mode, each as `secondsOf` has it. */
function targetsOf(
  secondsOf: (mode: Mode, srv: Srv, role: UserRole) => number,
): Readonly<Record<Mode, BySrv>> {
  const bySrv = (mode: Mode): BySrv =>
    Object.fromEntries(
      MODE_SRVS[mode].map((srv) => [
        srv,
        Object.fromEntries(
          SERVICE_REFERENCES[srv].roles.map((role) => [role, secondsOf(mode, srv, role)]),
        ),
      ]),
    );
  return {
    onDemand: bySrv('onDemand'),
    futureDated: bySrv('futureDated'),
    scheduled: bySrv('scheduled'),
  };
}

const BUILT_IN_TARGETS = targetsOf(builtIn);

/**
 * Reads the value of a targets file: for each mode a number of seconds, or by SRV a number, or by
 * SRV and User Role. What it leaves out stays as it is built in. Every problem names the file and
 * the place in it.
 */
export function readTargets(file: string, value: unknown): Checked<TargetResponseTimes> {
  const check = new JsonCheck(file);
  const top = check.object(value, '', Object.values(MODE_KEYS));
  const read = (mode: Mode) => readMode(check, mode, top?.[MODE_KEYS[mode]]);
  const given: Readonly<Record<Mode, BySrv>> = {
    onDemand: read('onDemand'),
    futureDated: read('futureDated'),
    scheduled: read('scheduled'),
  };
  const targets = targetsOf(
    (mode, srv, role) => given[mode][srv]?.[role] ?? builtIn(mode, srv, role),
  );
  return check.result(new TargetResponseTimes(targets));
}

function readMode(check: JsonCheck, mode: Mode, value: unknown): BySrv {
  const place = `/${MODE_KEYS[mode]}`;
  const srvs = MODE_SRVS[mode];
  const bySrv = spread(check, value, place, srvs, srvs);
  return Object.fromEntries(
    srvs.map((srv) => [srv, readSrv(check, srv, bySrv[srv], `${place}/${srv}`)]),
  );
}

function readSrv(check: JsonCheck, srv: Srv, value: unknown, place: string): ByRole {
  const { roles } = SERVICE_REFERENCES[srv];
  const byRole = spread(check, value, place, roles, USER_ROLES);
  return Object.fromEntries(
    USER_ROLES.filter((role) => byRole[role] !== undefined).map((role) => {
      const at = `${place}/${role}`;
      if (!roles.includes(role)) {
        check.refuse(at, `${role} may not send ${srv}; ${roles.join(', ')} may`);
      }
      return [role, check.number(byRole[role], at, SECONDS)];
    }),
  );
}

/** What stands under each key: a number stands under each of `keys`, an object has its own. */
function spread(
  check: JsonCheck,
  value: unknown,
  place: string,
  keys: readonly string[],
  known: readonly string[],
): Partial<Record<string, unknown>> {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null) return check.object(value, place, known) ?? {};
  const seconds = check.number(value, place, SECONDS);
  return seconds === undefined ? {} : Object.fromEntries(keys.map((key) => [key, seconds]));
}
