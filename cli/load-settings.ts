// The settings of `s1sp load`, one row each [contract §8], and the kinds of value that only it has.

import { METERS_MAX } from '../emulator/cohort-plan.ts';
import { EUI64_LENGTH, type Eui64, parseEui64 } from '../gateway/protocol/eui64.ts';
import { READ_SRVS } from '../gateway/protocol/service-reference.ts';
import { LIMITS } from '../gateway/server/limits.ts';
import { type MixPart, parseMix } from '../load/choice.ts';
import { parseRate, type Rate } from '../load/plan.ts';
import { SCENARIO_NAMES, type ScenarioName } from '../load/scenario.ts';
import { GATEWAY_ADDRESS, type GatewayAddress } from './gateway-address.ts';
import { type AskedPeriod, parsePeriod } from './read-request.ts';
import type { SettingTable } from './sources.ts';
import {
  DURATION_MS,
  FILE_PATH,
  NOT_EMPTY,
  oneOf,
  SHARE,
  type ValueKind,
  wholeNumber,
} from './values.ts';

/** What `s1sp load` is told. Paths are absolute, durations real time in ms. */
export interface LoadSettings {
  readonly url: GatewayAddress;
  readonly rate: Rate;
  readonly duration: number;
  /** SRs of the measured part; without a duration given, they alone end the run. */
  readonly count: number | undefined;
  readonly warmup: number;
  readonly connections: number;
  /** SRs in flight on one connection. */
  readonly inFlight: number;
  /** SRs of a frame. */
  readonly batch: number;
  readonly format: 'msgpack' | 'json' | 'duis';
  readonly mix: readonly MixPart[];
  /** Devices asked; undefined: all that the gateway has from the first one on. */
  readonly meters: number | undefined;
  readonly firstDevice: Eui64 | undefined;
  readonly parties: string | undefined;
  readonly period: 'yesterday' | AskedPeriod;
  /** One answer in so many is checked; 0: none. */
  readonly check: number;
  readonly fleet: string | undefined;
  readonly timeout: number;
  readonly out: string | undefined;
  readonly html: string | undefined;
  /** Thresholds, separated by commas. */
  readonly threshold: string | undefined;
  readonly scenario: ScenarioName | undefined;
  readonly scenarioMdrs: number;
  /** Virtual ms. */
  readonly scenarioWindow: number;
  /** Share of the devices asked; undefined: schedules stay as they are. */
  readonly scenarioSchedules: number | undefined;
}

const RATE: ValueKind<Rate> = {
  allowed: 'SRs a second such as 5000 or 2.5k, a ramp such as 100..5000, or max',
  names: ['max'],
  read: parseRate,
};

const MIX: ValueKind<readonly MixPart[]> = {
  allowed: `shares of ${READ_SRVS.join(', ')}, such as 4.8.1=60,4.6.1=20,4.8.3=20`,
  read: (text) => parseMix(text, READ_SRVS),
};

const CHECK: ValueKind<number> = {
  allowed: 'all, off, or 1/N such as 1/10',
  names: ['all', 'off'],
  read(text) {
    if (text === 'all') return 1;
    if (text === 'off') return 0;
    const [, every] = /^1\/(\d{1,9})$/.exec(text) ?? [];
    return every !== undefined && Number(every) >= 1 ? Number(every) : undefined;
  },
};

/** What a latency may come to at most, lest a histogram cut it off (load/latency.ts). */
const TIMEOUT_MS_MAX = 30 * 60_000;

const TIMEOUT_MS: ValueKind<number> = {
  allowed: 'a duration such as 500ms, 60s or 2m, from 1ms to 30m',
  read(text, directory) {
    const ms = DURATION_MS.read(text, directory);
    return ms !== undefined && ms <= TIMEOUT_MS_MAX ? ms : undefined;
  },
};

/** A duration that may be none. */
const WARMUP_MS: ValueKind<number> = {
  allowed: `0, or ${DURATION_MS.allowed}`,
  read: (text, directory) => (/^0(ms|s|m)?$/.test(text) ? 0 : DURATION_MS.read(text, directory)),
};

const PERIOD: ValueKind<'yesterday' | AskedPeriod> = {
  allowed:
    'yesterday, or two ISO 8601 times with a zone such as ' +
    '2026-11-22T00:00:00Z..2026-11-23T00:00:00Z',
  names: ['yesterday'],
  read: (text) => (text === 'yesterday' ? text : parsePeriod(text)),
};

const DEVICE: ValueKind<Eui64> = {
  allowed: 'an EUI-64 such as 90-B3-D5-1F-40-00-00-00',
  read: (text) => (text.length === EUI64_LENGTH ? parseEui64(text) : undefined),
};

export const LOAD_SETTINGS: SettingTable<LoadSettings> = {
  url: {
    kind: GATEWAY_ADDRESS,
    fallback: 'ws://127.0.0.1:7681/sr',
    placeholder: 'url',
    meaning: "the gateway's address, ws: or http:, with or without a path",
  },
  rate: {
    kind: RATE,
    fallback: '1000',
    placeholder: 'rate',
    meaning: 'SRs a second, open loop; a..b ramps; max: as fast as answers come',
  },
  duration: {
    kind: DURATION_MS,
    fallback: '30s',
    placeholder: 'duration',
    meaning: 'of the measured part; with --count and no --duration the count ends it',
  },
  count: {
    kind: wholeNumber(1, 1_000_000_000),
    placeholder: 'n',
    meaning: 'SRs to send in the measured part',
  },
  warmup: {
    kind: WARMUP_MS,
    fallback: '2s',
    placeholder: 'duration',
    meaning: 'sent before the measured part, and not counted',
  },
  connections: {
    kind: wholeNumber(1, LIMITS.connections),
    fallback: '16',
    placeholder: 'n',
    meaning: 'WebSockets',
  },
  inFlight: {
    kind: wholeNumber(1, LIMITS.inFlightPerConnection),
    fallback: '64',
    placeholder: 'n',
    meaning: 'of --rate max: SRs in flight on a connection; with a rate 8192 unless given',
  },
  batch: {
    kind: wholeNumber(1, LIMITS.batchMessages),
    fallback: '1',
    placeholder: 'n',
    meaning: 'SRs in one frame, as an array',
  },
  format: {
    kind: oneOf(['msgpack', 'json', 'duis']),
    fallback: 'msgpack',
    placeholder: 'name',
    meaning: 'how messages travel: msgpack, json or duis (XML)',
  },
  mix: {
    kind: MIX,
    fallback: '4.8.1=60,4.6.1=20,4.8.3=20',
    placeholder: 'shares',
    meaning: 'which SRVs are asked for',
  },
  meters: {
    kind: wholeNumber(1, METERS_MAX),
    unset: "the gateway's",
    placeholder: 'n',
    meaning: "how many devices are asked (default: the gateway's)",
  },
  firstDevice: {
    kind: DEVICE,
    unset: "the gateway's",
    placeholder: 'EUI-64',
    meaning: "the first of them (default: the gateway's)",
  },
  parties: {
    kind: FILE_PATH,
    unset: 'built in',
    placeholder: 'file',
    meaning: 'JSON file of the Parties that ask (default: all built in that may)',
  },
  period: {
    kind: PERIOD,
    fallback: 'yesterday',
    placeholder: 'period',
    meaning: "what is asked for: the gateway's yesterday, or ISO..ISO",
  },
  check: {
    kind: CHECK,
    fallback: 'all',
    placeholder: 'share',
    meaning: 'answers that are recomputed from the seed: all, 1/N or off',
  },
  fleet: {
    kind: FILE_PATH,
    placeholder: 'file',
    meaning: 'the fleet file that the gateway was started with, to check its answers by',
  },
  timeout: {
    kind: TIMEOUT_MS,
    fallback: '200s',
    placeholder: 'duration',
    meaning: 'an SR without an answer by then has timed out; meters take up to 180s',
  },
  out: { kind: FILE_PATH, placeholder: 'file', meaning: 'write the result there as JSON' },
  html: {
    kind: FILE_PATH,
    placeholder: 'file',
    meaning: 'write a report page there, one self-contained file',
  },
  threshold: {
    kind: NOT_EMPTY,
    placeholder: 'limits',
    meaning: 'such as p99<50ms,wrong==0; may be given often; any that fails: exit 99',
  },
  scenario: {
    kind: oneOf(SCENARIO_NAMES),
    placeholder: 'name',
    meaning: 'mhhs-day: a national day of settlement in miniature',
  },
  scenarioMdrs: {
    kind: wholeNumber(0, 1000),
    fallback: '1',
    placeholder: 'n',
    meaning: 'of mhhs-day: MDRs that ask for each meter, beside supplier and distributor',
  },
  scenarioWindow: {
    kind: DURATION_MS,
    fallback: '4h',
    placeholder: 'duration',
    meaning: 'of mhhs-day: the morning, virtual time, from 06:30Z; on a manual clock',
  },
  scenarioSchedules: {
    kind: SHARE,
    unset: 'as they are',
    placeholder: 'share',
    meaning: 'of mhhs-day: meters to be given schedules: all, none, or 0..1 (default: as they are)',
  },
};
