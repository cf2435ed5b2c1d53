// Settings and snapshots: what a file says of its world goes instead of what nobody said; what
// somebody did say has to agree, and is refused together with the file where it does not.

import { CommandError } from './exit-codes.ts';
import type { ServeSettings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';
import type { Origin, Resolved } from './sources.ts';

/** Rules that a file of its own can set. */
const PLAIN = [
  'seed',
  'schedules',
  'cacheArming',
  'cotReturnCached',
  'replayProtection',
] as const satisfies readonly (keyof ServeSettings)[];

/** Settings by which a world begins: a snapshot has begun already. */
const BEGINNINGS = ['now', 'faults'] as const satisfies readonly (keyof ServeSettings)[];

/** The settings of a gateway whose world is replaced by a snapshot. */
export function settingsOfSnapshot(settings: ServeSettings, { header }: Snapshot): ServeSettings {
  const { seed, meters, fleet, wan, schedules, ...rules } = header.rules;
  const { cacheArming, cotReturnCached, replayProtection } = rules;
  return {
    ...settings,
    ...{ seed, meters, schedules, cacheArming, cotReturnCached, replayProtection },
    fleet: fleet === null ? undefined : settings.fleet,
    wan: wan.endsWith('.json') ? settings.wan : wan,
    now: undefined,
    faults: undefined,
  };
}

/** The settings of a gateway that starts from a snapshot. Throws a `CommandError`. */
export function agreedSettings(
  { values, origins }: Resolved<ServeSettings>,
  snapshot: Snapshot,
): ServeSettings {
  const { file, header } = snapshot;
  const { rules, clock } = header;
  const given = (key: keyof ServeSettings): Origin | undefined =>
    origins[key].source === 'default' ? undefined : origins[key];
  const refuse = (origin: Origin, has: string): never => {
    const said = `${origin.name} ${origin.text ?? ''}`.trim();
    throw new CommandError(
      'usage',
      `${said} contradicts --snapshot ${file}, which ${has}: give one of them`,
    );
  };
  for (const key of BEGINNINGS) {
    const origin = given(key);
    if (origin === undefined) continue;
    refuse(origin, key === 'now' ? `stands at ${header.now}` : 'has its own faults');
  }
  for (const key of PLAIN) {
    const origin = given(key);
    if (origin === undefined || values[key] === rules[key]) continue;
    refuse(origin, `has ${key} ${rules[key]}`);
  }
  const clockGiven = given('clock');
  if (clockGiven !== undefined && !isSameClock(values.clock, clock)) {
    const kind = clock.kind === 'manual' ? 'manual' : `x${clock.speed}`;
    refuse(clockGiven, `has a clock of ${kind}`);
  }
  const fleetGiven = given('fleet');
  const metersGiven = given('meters');
  if (fleetGiven !== undefined && rules.fleet === null) {
    refuse(fleetGiven, `has the default fleet of ${rules.meters} meters`);
  }
  if (metersGiven !== undefined && rules.fleet === null && values.meters !== rules.meters) {
    refuse(metersGiven, `has ${rules.meters}`);
  }
  const wanGiven = given('wan');
  const isBuiltIn = !rules.wan.endsWith('.json');
  if (wanGiven !== undefined && isBuiltIn && values.wan !== rules.wan) {
    refuse(wanGiven, `has --wan ${rules.wan}`);
  }
  const needs = (flag: string, name: string): never => {
    const message = `--snapshot ${file} is of ${name}: give it by ${flag}`;
    throw new CommandError('usage', message);
  };
  if (rules.fleet !== null && fleetGiven === undefined) needs('--fleet', rules.fleet);
  if (rules.parties !== null && given('parties') === undefined) needs('--parties', rules.parties);
  if (!isBuiltIn && wanGiven === undefined) needs('--wan', rules.wan);
  return settingsOfSnapshot(values, snapshot);
}

function isSameClock(
  mode: ServeSettings['clock'],
  { kind, speed }: Snapshot['header']['clock'],
): boolean {
  if (mode.kind === 'manual' || kind === 'manual') return mode.kind === kind;
  return (mode.kind === 'scaled' ? mode.speed : 1) === speed;
}
