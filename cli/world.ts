// The world that a gateway serves: the emulated meters, their WAN and faults, and the gateway
// before them, put together out of settings or out of a snapshot. It has no port yet.

import { readFileSync } from 'node:fs';
import { openClock, reopenClock } from '../emulator/clock.ts';
import type { CohortPlan, FleetDefaults } from '../emulator/cohort-plan.ts';
import { FaultMeters } from '../emulator/fault-meters.ts';
import { FaultNetwork } from '../emulator/fault-network.ts';
import { Faults } from '../emulator/faults.ts';
import { type Fleet, openFleet } from '../emulator/fleet.ts';
import { defaultFleet, readFleetFile } from '../emulator/fleet-file.ts';
import { Wan } from '../emulator/wan.ts';
import { readWanProfile } from '../emulator/wan-profiles.ts';
import { PartyTable, readParties } from '../gateway/access/parties.ts';
import { type Gateway, openGateway } from '../gateway/gateway.ts';
import { type Checked, readJson } from '../gateway/protocol/json-check.ts';
import { Tally } from '../gateway/protocol/tally.ts';
import { readTargets, TargetResponseTimes } from '../gateway/protocol/target-response-times.ts';
import type { openLog } from '../gateway/server/log.ts';
import { nextTurn, realTime } from '../gateway/server/real-time.ts';
import { ResponseOutbox } from '../gateway/server/response-post.ts';
import { openSigner, type Signer } from '../gateway/wire/duis/signature.ts';
import { openDuisWire } from '../gateway/wire/duis.ts';
import type { Wire } from '../gateway/wire/wire.ts';
import { CommandError } from './exit-codes.ts';
import type { ServeSettings } from './settings.ts';
import { judgeIdentity, restoreWorld, type Snapshot } from './snapshot.ts';

type Log = ReturnType<typeof openLog>;

/** Everything behind a port. */
export interface ServedWorld {
  readonly settings: ServeSettings;
  readonly log: Log;
  readonly clock: ReturnType<typeof openClock>;
  readonly plans: readonly CohortPlan[];
  readonly fleet: Fleet;
  readonly parties: PartyTable;
  readonly tally: Tally;
  readonly faults: Faults;
  /** The fleet as the WAN reads it. */
  readonly readMeters: FaultMeters;
  readonly wan: Wan;
  readonly network: FaultNetwork;
  readonly duisWire: Wire;
  readonly posts: ResponseOutbox;
  readonly targets: TargetResponseTimes;
  readonly gateway: Gateway;
  /** Its clock stands still and ran when it was saved. */
  readonly resumes: boolean;
}

/**
 * Puts a world together, or takes one over. Throws a `CommandError` where a file of the settings is
 * wrong, a `SnapshotError` where the snapshot is of another world. A clock that ran when it was
 * saved stands still until somebody resumes it.
 */
export function openWorld(settings: ServeSettings, log: Log, snapshot?: Snapshot): ServedWorld {
  const plans = plansOf(settings);
  const parties = partiesOf(settings);
  if (snapshot !== undefined) judgeIdentity(snapshot, { settings, plans, parties });
  const clock = snapshot
    ? reopenClock(snapshot.header.clock)
    : openClock(settings.clock, settings.now);
  const fleet = checked(openFleet(plans, { seed: settings.seed }));
  const tally = new Tally();
  const onBytes = (direction: 'out' | 'in', size: number) => tally.wanBytes(direction, size);
  const faults = faultsOf(settings, fleet, log);
  const readMeters = new FaultMeters(fleet, faults);
  const wan = new Wan({
    clock,
    meters: readMeters,
    seed: settings.seed,
    onBytes,
    onWakeUp: (cohort, cost) => tally.wakeUp(fleet.cohorts[cohort]?.name ?? 'unknown', cost),
    onDcoMessage: (srv) => tally.dcoMessage(srv),
  });
  const outerSignature = settings.signResponses;
  const network = new FaultNetwork({ clock, wan, meters: readMeters, faults, onBytes });
  const duisWire = openDuisWire({ log, nextTurn, outerSignature, ...signerOf(settings) });
  const posts = new ResponseOutbox({ wire: duisWire, tally, realTime, log });
  const targets = targetsOf(settings);
  const gateway = openGateway({
    clock,
    responsePost: posts,
    inventory: fleet,
    network,
    parties,
    tally,
    log,
    limits: {
      inFlight: settings.maxInFlight,
      inFlightPerConnection: settings.maxInFlightPerConnection,
    },
    cacheArming: settings.cacheArming,
    cotReturnCached: settings.cotReturnCached,
    replayProtection: settings.replayProtection,
    targets,
    realNowMs: realTime.nowMs,
  });
  const world: ServedWorld = {
    ...{ settings, log, clock, plans, fleet, parties, tally, faults, readMeters, wan, network },
    ...{ duisWire, posts, targets, gateway },
    resumes: snapshot !== undefined && !snapshot.header.clock.isPaused,
  };
  if (snapshot !== undefined) restoreWorld(world, snapshot);
  return world;
}

/** The key that signs DUIS XML: the user's, or none for one made for the occasion. */
function signerOf({ signingKey }: ServeSettings): { signer?: Signer } {
  if (signingKey === undefined) return {};
  try {
    return { signer: checked(openSigner(readFileSync(signingKey, 'utf8'))) };
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('usage', `--signing-key: cannot read ${signingKey}: ${reason}`, cause);
  }
}

/** The cohorts that the settings ask for. */
export function plansOf(settings: ServeSettings): CohortPlan[] {
  const wan = checked(readWanProfile(settings.wan));
  const defaults: FleetDefaults = { wan, scheduledShare: settings.schedules };
  return settings.fleet === undefined
    ? defaultFleet(settings.meters, defaults)
    : checked(readFleetFile(settings.fleet, defaults));
}

export function partiesOf({ parties: file }: ServeSettings): PartyTable {
  if (file === undefined) return new PartyTable();
  return checked(readParties(file, checked(readJson(file))));
}

function targetsOf({ targets: file }: ServeSettings): TargetResponseTimes {
  if (file === undefined) return new TargetResponseTimes();
  return checked(readTargets(file, checked(readJson(file))));
}

/** What a file says, or the end of the command with everything that is wrong with it. */
export function checked<T>(result: Checked<T>): T {
  if (result.ok) return result.value;
  throw new CommandError('usage', result.problems.join('\n'));
}

/** The faults that hold from the start; others may come and go while it runs. */
function faultsOf(
  { faults: file, seed }: ServeSettings,
  fleet: Fleet,
  log: ReturnType<typeof openLog>,
): Faults {
  const faults = new Faults({ fleet, seed });
  if (file === undefined) return faults;
  const held = checked(faults.load(file));
  log.warn({ file, faults: held.length }, 'faults are in force');
  return faults;
}
