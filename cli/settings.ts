// The settings of the commands, one row each: default, kind of value, meaning. Flags, `--help`,
// `S1SP_` variables and configuration keys are all made from these rows [contract §2].

import type { ClockMode } from '../emulator/clock.ts';
import { METERS_MAX } from '../emulator/cohort-plan.ts';
import { LIMITS } from '../gateway/server/limits.ts';
import { LOG_LEVELS, type LogLevel } from '../gateway/server/log.ts';
import { GATEWAY_ADDRESS, type GatewayAddress } from './gateway-address.ts';
import { LOAD_SETTINGS } from './load-settings.ts';
import type { SettingTable } from './sources.ts';
import {
  CLOCK,
  DURATION_MS,
  FILE_PATH,
  INSTANT_MS,
  NOT_EMPTY,
  oneOf,
  SHARE,
  SWITCH,
  WAN,
  wholeNumber,
} from './values.ts';

export type CacheArming = 'same-srv' | 'any-srv';

/** What `s1sp serve` is told. Paths are absolute. */
export interface ServeSettings {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** ESMEs in the default fleet; without meaning beside `fleet`. */
  readonly meters: number;
  readonly fleet: string | undefined;
  /** Unsigned 32-bit. */
  readonly seed: number;
  /** Virtual time at start in ms since the epoch; undefined: system time. */
  readonly now: number | undefined;
  readonly clock: ClockMode;
  /** A profile's name or the path of a file that holds one. */
  readonly wan: string;
  /** Share of ESMEs that start with active DSP Schedules, 0 to 1. */
  readonly schedules: number;
  /** The path of a fault plan. */
  readonly faults: string | undefined;
  /** The path of a snapshot to go on from. */
  readonly snapshot: string | undefined;
  readonly parties: string | undefined;
  readonly targets: string | undefined;
  readonly maxInFlight: number;
  readonly maxInFlightPerConnection: number;
  readonly cacheArming: CacheArming;
  readonly cotReturnCached: boolean;
  readonly replayProtection: boolean;
  /** PEM file of an EC P-256 private key. */
  readonly signingKey: string | undefined;
  /** Whether whole DUIS Responses are signed, as well as what a SMETS1 device answers in them. */
  readonly signResponses: boolean;
  /** Who may look into meters: whoever is on this machine, anybody who reaches it, or nobody. */
  readonly inspector: 'loopback' | 'any' | 'off';
  readonly readyFile: string | undefined;
  readonly logLevel: LogLevel;
}

/** What `s1sp inspect` is told, beside its commands. */
export interface InspectSettings {
  readonly url: GatewayAddress;
  /** Milliseconds. */
  readonly timeout: number;
}

/** What `s1sp send` is told, beside the request itself. */
export interface SendSettings {
  readonly url: GatewayAddress;
  readonly format: 'json' | 'msgpack' | 'duis';
  readonly token: string | undefined;
  /** How long to wait for an answer, real time in ms. */
  readonly timeout: number;
}

/** Each request in flight costs memory; eight times the default is still bounded. */
const IN_FLIGHT_MAX = 1_048_576;

export const SERVE_SETTINGS: SettingTable<ServeSettings> = {
  port: {
    kind: wholeNumber(0, 65_535),
    fallback: '7681',
    placeholder: 'n',
    meaning: 'TCP port; 0 takes a free one',
  },
  host: {
    kind: NOT_EMPTY,
    fallback: '127.0.0.1',
    placeholder: 'address',
    meaning: 'address to listen on',
  },
  meters: {
    kind: wholeNumber(1, METERS_MAX),
    fallback: '10000',
    placeholder: 'n',
    meaning: 'ESMEs in the default fleet',
  },
  fleet: {
    kind: FILE_PATH,
    placeholder: 'file',
    meaning: 'JSON file of cohorts, instead of --meters',
  },
  seed: {
    kind: wholeNumber(0, 4_294_967_295),
    fallback: '1',
    placeholder: 'n',
    meaning: 'same seed, same bytes',
  },
  now: {
    kind: INSTANT_MS,
    unset: 'system time',
    placeholder: 'time',
    meaning: 'virtual time at start, ISO 8601 UTC (default: system time)',
  },
  clock: {
    kind: CLOCK,
    fallback: 'real',
    placeholder: 'pace',
    meaning: 'real, xN (N times faster) or manual (moves only when told)',
  },
  wan: {
    kind: WAN,
    fallback: 'typical',
    placeholder: 'kind',
    meaning: 'none (no delay, no loss), typical, slow, sms, or a JSON file',
  },
  schedules: {
    kind: SHARE,
    fallback: 'all',
    placeholder: 'share',
    meaning: 'ESMEs that start with active DSP Schedules: all, none, or 0..1',
  },
  faults: {
    kind: FILE_PATH,
    placeholder: 'file',
    meaning: 'JSON file of faults that hold from the start; see --dry-run',
  },
  snapshot: {
    kind: FILE_PATH,
    placeholder: 'file',
    meaning: 'go on from a snapshot: its world, its time, its clock',
  },
  parties: {
    kind: FILE_PATH,
    unset: 'built in',
    placeholder: 'file',
    meaning: 'JSON file of Parties (default: built in, one for each role)',
  },
  targets: {
    kind: FILE_PATH,
    unset: 'built in',
    placeholder: 'file',
    meaning: 'JSON file of Target Response Times (default: 16 s; 24 h for MDR and schedules)',
  },
  maxInFlight: {
    kind: wholeNumber(1, IN_FLIGHT_MAX),
    fallback: String(LIMITS.inFlight),
    placeholder: 'n',
    meaning: 'requests in flight in the gateway; beyond: BUSY',
  },
  maxInFlightPerConnection: {
    kind: wholeNumber(1, IN_FLIGHT_MAX),
    fallback: String(LIMITS.inFlightPerConnection),
    placeholder: 'n',
    meaning: 'of one connection; beyond: TOO_MANY_IN_FLIGHT',
  },
  cacheArming: {
    kind: oneOf(['same-srv', 'any-srv']),
    fallback: 'same-srv',
    placeholder: 'rule',
    meaning: 'which schedules arm the cache of an SRV: same-srv or any-srv',
  },
  cotReturnCached: {
    kind: SWITCH,
    fallback: 'off',
    placeholder: 'on|off',
    alone: 'on',
    meaning: 'return what was cached before a change of tenancy, as AM 18.22(e) permits',
  },
  replayProtection: {
    kind: SWITCH,
    fallback: 'off',
    placeholder: 'on|off',
    alone: 'on',
    meaning: 'refuse a RequestID whose counter does not rise per originator',
  },
  signingKey: {
    kind: FILE_PATH,
    unset: 'made at start',
    placeholder: 'file',
    meaning: 'PEM file of the EC P-256 key that signs DUIS XML (default: one made at start)',
  },
  signResponses: {
    kind: SWITCH,
    fallback: 'off',
    placeholder: 'on|off',
    alone: 'on',
    meaning: 'sign whole DUIS Responses too; what a SMETS1 device answers in them always is',
  },
  inspector: {
    kind: oneOf(['loopback', 'any', 'off']),
    fallback: 'loopback',
    placeholder: 'who',
    meaning: 'who may look into meters: loopback (this machine), any, or off',
  },
  readyFile: {
    kind: FILE_PATH,
    placeholder: 'file',
    meaning: 'also write the ready line there',
  },
  logLevel: {
    kind: oneOf(LOG_LEVELS),
    fallback: 'info',
    placeholder: 'level',
    meaning: `what is logged on stderr: ${LOG_LEVELS.join(', ')}`,
  },
};

export const INSPECT_SETTINGS: SettingTable<InspectSettings> = {
  url: {
    kind: GATEWAY_ADDRESS,
    fallback: 'ws://127.0.0.1:7681',
    placeholder: 'url',
    meaning: "the gateway's address, ws: or http:, with or without a path",
  },
  timeout: {
    kind: DURATION_MS,
    fallback: '10s',
    placeholder: 'duration',
    meaning: 'how long to wait for a connection',
  },
};

export const SEND_SETTINGS: SettingTable<SendSettings> = {
  url: {
    kind: GATEWAY_ADDRESS,
    fallback: 'ws://127.0.0.1:7681/sr',
    placeholder: 'url',
    meaning: "the gateway's address, ws: or http:, with or without a path",
  },
  format: {
    kind: oneOf(['json', 'msgpack', 'duis']),
    fallback: 'json',
    placeholder: 'name',
    meaning: 'how the message travels: json, msgpack or duis (XML)',
  },
  token: {
    kind: NOT_EMPTY,
    placeholder: 'text',
    meaning: "the Party's token; better given as S1SP_TOKEN, which no process list shows",
  },
  timeout: {
    kind: DURATION_MS,
    fallback: '60s',
    placeholder: 'duration',
    meaning: 'how long to wait for an answer',
  },
};

/** Keys that some command knows: one configuration file may serve them all. */
export const SETTING_KEYS: readonly string[] = [
  ...Object.keys(SERVE_SETTINGS),
  ...Object.keys(SEND_SETTINGS),
  ...Object.keys(INSPECT_SETTINGS),
  ...Object.keys(LOAD_SETTINGS),
];
