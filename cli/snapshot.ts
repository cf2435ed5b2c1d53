// A snapshot: the whole world as one file, and what it is of. A header says which world (fleet,
// seed, Parties, rules) and whether it holds readings; the rest is what gateway and emulator say of
// themselves, and bytes out of the memory core. It is taken over only into a world of its kind.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type { ManualClock, RunningClock } from '../emulator/clock.ts';
import type { CohortPlan } from '../emulator/cohort-plan.ts';
import {
  type EmulatedParts,
  readEmulatorState,
  restoreEmulator,
  saveEmulator,
} from '../emulator/snapshot.ts';
import type { PartyTable } from '../gateway/access/parties.ts';
import { Agenda } from '../gateway/agenda.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { LATEST_CLOCK_MS } from '../gateway/protocol/clock.ts';
import { formatMs } from '../gateway/protocol/half-hours.ts';
import { wordOf } from '../gateway/protocol/plain-entries.ts';
import { Compile, type Static, Type } from '../gateway/protocol/schema.ts';
import type { CacheImage } from '../gateway/s1sp/cache-image.ts';
import { coreFingerprint } from '../gateway/s1sp/core.ts';
import { readGatewayState } from '../gateway/snapshot.ts';
import { contradiction, SnapshotError } from '../gateway/snapshot-error.ts';
import type { ServeSettings } from './settings.ts';
import { packSnapshot, type Sections, unpackSnapshot } from './snapshot-file.ts';

const COUNT = Type.Integer({ minimum: 0 });

/** What settings a world was made of, as far as they decide what it does. */
const RULES = Type.Object({
  seed: COUNT,
  meters: COUNT,
  /** Names of files that have to be given again. */
  fleet: Type.Union([Type.String(), Type.Null()]),
  parties: Type.Union([Type.String(), Type.Null()]),
  wan: Type.String(),
  schedules: Type.Number({ minimum: 0, maximum: 1 }),
  cacheArming: wordOf(['same-srv', 'any-srv']),
  cotReturnCached: Type.Boolean(),
  replayProtection: Type.Boolean(),
});

export const SNAPSHOT_HEADER = Type.Object({
  createdBy: Type.String(),
  now: Type.String(),
  containsReadings: Type.Boolean(),
  /** Answers with readings that waited for their Parties and were left out. */
  answersLeftOut: COUNT,
  rules: RULES,
  clock: Type.Object({
    kind: wordOf(['running', 'manual']),
    nowMs: Type.Integer({ minimum: 0, maximum: LATEST_CLOCK_MS }),
    speed: Type.Number({ minimum: 0, maximum: 1_000_000 }),
    isPaused: Type.Boolean(),
  }),
  fleet: Type.Object({ meters: COUNT, cohorts: COUNT, sha256: Type.String() }),
  parties: Type.Object({ count: COUNT, sha256: Type.String() }),
  core: Type.String(),
});
export type SnapshotHeader = Static<typeof SNAPSHOT_HEADER>;

export interface Snapshot {
  readonly file: string;
  readonly header: SnapshotHeader;
  readonly sections: Sections;
}

/** What a world is known by. */
export interface WorldIdentity {
  readonly settings: ServeSettings;
  readonly plans: readonly CohortPlan[];
  readonly parties: PartyTable;
}

/** The parts of a world that a snapshot is taken of. */
export interface SnapshotParts extends WorldIdentity, EmulatedParts {
  readonly clock: RunningClock | ManualClock;
  readonly gateway: Gateway;
  readonly posts: { readonly waiting: number };
}

const IMAGE_WORDS = Type.Array(Type.Array(Type.Integer({ minimum: 0, maximum: 0xffff_ffff })));

/** Reads what is in a file. Throws a `SnapshotError` that names the file. */
export function readSnapshot(file: string, bytes: Buffer): Snapshot {
  return { file, ...unpackSnapshot(file, bytes, SNAPSHOT_HEADER) };
}

/** A snapshot of this instant: the copy is made at once, the packing takes longer. */
export async function takeSnapshot(
  parts: SnapshotParts,
  withReadings: boolean,
): Promise<{ readonly bytes: Buffer; readonly header: SnapshotHeader }> {
  const { clock, gateway, posts, plans, parties } = parts;
  if (posts.waiting > 0) {
    const message = `answers are on their way to a responseUrl: ${posts.waiting}`;
    throw new SnapshotError(message, 'try again when their receivers have taken them');
  }
  const nowMs = clock.nowMs();
  const emulated = saveEmulator(parts, withReadings);
  const saved = gateway.save({ withReadings, numberOf: emulated.numberOf });
  const header: SnapshotHeader = {
    createdBy: `s1sp ${packageVersion()}`,
    now: formatMs(nowMs),
    containsReadings: withReadings,
    answersLeftOut: saved.answersLeftOut,
    rules: rulesOf(parts.settings),
    clock: { kind: clock.kind, nowMs, speed: clock.speed, isPaused: clock.isPaused },
    fleet: fleetIdentity(plans),
    parties: partiesIdentity(parties),
    core: coreFingerprint(),
  };
  const sections = new Map<string, Buffer>();
  sections.set('gateway', jsonBytes(saved.state));
  sections.set('emulator', jsonBytes(emulated.state));
  emulated.realMeters.forEach((bytes, i) => {
    if (bytes.length > 0) sections.set(`meters/${i}`, bytes);
  });
  if (withReadings) {
    sections.set('cache', jsonBytes(saved.images.map(({ words }) => words)));
    saved.images.forEach(({ regions }, bank) => {
      regions.forEach((bytes, region) => {
        sections.set(`cache/${bank}/${region}`, bytes);
      });
    });
  }
  return { bytes: await packSnapshot(header, sections), header };
}

/** Whether a snapshot may be taken over into such a world. Throws a `SnapshotError` if not. */
export function judgeIdentity(
  { file, header }: Snapshot,
  { settings, plans, parties }: WorldIdentity,
): void {
  const { fleet, rules } = header;
  const mine = fleetIdentity(plans);
  if (header.core !== coreFingerprint()) {
    const message = `${file} was written by ${header.createdBy} with another memory core`;
    throw new SnapshotError(message, 'read it with the build of s1sp that wrote it');
  }
  if (rules.seed !== settings.seed) {
    const message = `${file} is of seed ${rules.seed}, this world of seed ${settings.seed}`;
    throw new SnapshotError(message, `start with --seed ${rules.seed}`);
  }
  if (fleet.sha256 !== mine.sha256) {
    const of = (each: typeof fleet) => `${each.meters} meters in ${each.cohorts} cohorts`;
    const message = `${file} is of another fleet: ${of(fleet)}, where this one has ${of(mine)}`;
    const next = `start with ${fleetWords(rules)}, unchanged since`;
    throw new SnapshotError(message, next);
  }
  if (header.parties.sha256 !== partiesIdentity(parties).sha256) {
    const message = `${file} is of other Parties than this gateway has`;
    const words = rules.parties === null ? 'the built-in ones' : `--parties ${rules.parties}`;
    throw new SnapshotError(message, `start with ${words}, unchanged since`);
  }
}

function fleetWords({ fleet, meters, wan, schedules }: SnapshotHeader['rules']): string {
  const what = fleet === null ? `--meters ${meters}` : `--fleet ${fleet}`;
  return `${what} --wan ${wan} --schedules ${schedules}`;
}

/** Takes a snapshot over into a world of its kind that nobody has touched. */
export function restoreWorld(parts: SnapshotParts, { sections }: Snapshot): void {
  const agenda = new Agenda();
  const emulated = readEmulatorState(jsonOf(sections, 'emulator'));
  const gateway = readGatewayState(jsonOf(sections, 'gateway'));
  const realMeters = parts.plans.map((_, i) => sections.get(`meters/${i}`) ?? Buffer.alloc(0));
  const replyTo = restoreEmulator(parts, emulated, realMeters, agenda);
  parts.gateway.restore(gateway, { images: imagesOf(sections), replyTo, agenda });
  agenda.setAll();
}

function imagesOf(sections: Sections): CacheImage[] {
  if (!sections.has('cache')) return [];
  const words = jsonOf(sections, 'cache');
  if (!Compile(IMAGE_WORDS).Check(words)) throw contradiction('the words of its cache');
  return words.map((each, bank) => {
    const regions: Buffer[] = [];
    for (let region = 0; ; region++) {
      const bytes = sections.get(`cache/${bank}/${region}`);
      if (bytes === undefined) return { words: each, regions };
      regions.push(bytes);
    }
  });
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function jsonOf(sections: Sections, name: string): unknown {
  const bytes = sections.get(name);
  if (bytes === undefined) throw contradiction(`it has no section ${name}`);
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw new SnapshotError(`section ${name} is no JSON`, 'have it saved anew', cause);
  }
}

function rulesOf(settings: ServeSettings): SnapshotHeader['rules'] {
  const { seed, meters, fleet, parties, wan, schedules } = settings;
  const { cacheArming, cotReturnCached, replayProtection } = settings;
  const named = (file: string | undefined) => (file === undefined ? null : basename(file));
  return {
    ...{ seed, meters, schedules, cacheArming, cotReturnCached, replayProtection },
    fleet: named(fleet),
    parties: named(parties),
    wan: basename(wan),
  };
}

/** All that a fleet is before anything happens, but for its seed. */
function fleetIdentity(plans: readonly CohortPlan[]): SnapshotHeader['fleet'] {
  const plain = plans.map(({ registeredParties, profileCsv, ...plan }) => ({
    ...plan,
    registeredParties: registeredParties && [...registeredParties].sort(),
    profileCsv: profileCsv && {
      household: profileCsv.household,
      sha256: sha256(readFileSync(profileCsv.file)),
    },
  }));
  const meters = plans.reduce((sum, { count }) => sum + count, 0);
  return { meters, cohorts: plans.length, sha256: sha256(JSON.stringify(plain)) };
}

/** Who may ask for what; tokens and addresses are nobody else's business, and may change. */
function partiesIdentity({ parties }: PartyTable): SnapshotHeader['parties'] {
  const plain = parties.map(({ id, roles, status }) => ({ id, roles, status }));
  return { count: parties.length, sha256: sha256(JSON.stringify(plain)) };
}

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function packageVersion(): string {
  const file = createRequire(import.meta.url).resolve('#package');
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return version;
}
