// All that the emulated world holds beside its clock, as plain data and packed meters, and back
// into a world of the same fleet and seed: faults, what meters have to delete, what is on its way
// over the WAN, and the meters that have been made real. Chance needs no state: it follows from the
// seed and from what happens when.

import type { Agenda } from '../gateway/agenda.ts';
import { METER_REPLY, SIGNED, WHOLE, wordOf } from '../gateway/protocol/plain-entries.ts';
import { Compile, type Static, Type } from '../gateway/protocol/schema.ts';
import type { Carried, MeterCommand, NumberOf, ReplyTo } from '../gateway/s1sp/meter-network.ts';
import { holdsReadings, plainReply, replyOf } from '../gateway/s1sp/plain-reply.ts';
import { RESTRICTIONS_STATE } from '../gateway/s1sp/restrictions.ts';
import { contradiction } from '../gateway/snapshot-error.ts';
import { ASKED_STATE, askedState, COMMAND } from './asked.ts';
import type { FaultMeters } from './fault-meters.ts';
import type { FaultNetwork, Held } from './fault-network.ts';
import { FAULTS_STATE, type Faults, RUNNING_STATE, runningState } from './faults.ts';
import type { Fleet } from './fleet.ts';
import { packRealMeters, unpackRealMeters } from './real-meters.ts';
import type { Wan } from './wan.ts';

const HELD_STATE = Type.Object({
  command: COMMAND,
  /** Its number at the WAN, while that has it. */
  atWan: Type.Optional(WHOLE),
  deadlineMs: SIGNED,
  delayMs: WHOLE,
  againMs: Type.Optional(WHOLE),
  outages: Type.Array(RUNNING_STATE),
  stage: wordOf(['lost', 'sent', 'delayed', 'late']),
  atMs: SIGNED,
  place: WHOLE,
  reply: Type.Optional(METER_REPLY),
});
type HeldState = Static<typeof HELD_STATE>;

const EMULATOR_STATE = Type.Object({
  faults: FAULTS_STATE,
  deletions: RESTRICTIONS_STATE,
  wan: Type.Array(ASKED_STATE),
  held: Type.Array(HELD_STATE),
  comingAgain: Type.Array(Type.Object({ bytes: WHOLE, atMs: SIGNED, place: WHOLE })),
});
export type EmulatorState = Static<typeof EMULATOR_STATE>;

/** What of a file claims to be the emulator's state; throws where it is none. */
export function readEmulatorState(value: unknown): EmulatorState {
  const check = Compile(EMULATOR_STATE);
  if (check.Check(value)) return value;
  const [first] = check.Errors(value);
  throw contradiction(
    `${first?.instancePath || 'the emulator'} ${first?.message ?? 'is no state'}`,
  );
}

/** The parts that hold something. */
export interface EmulatedParts {
  readonly fleet: Fleet;
  /** The fleet as the WAN reads it. */
  readonly readMeters: FaultMeters;
  readonly wan: Wan;
  readonly network: FaultNetwork;
  readonly faults: Faults;
}

export interface SavedEmulator {
  readonly state: EmulatorState;
  /** By cohort its meters that have been made real. */
  readonly realMeters: readonly Buffer[];
  readonly numberOf: NumberOf;
}

export function saveEmulator(parts: EmulatedParts, withReadings: boolean): SavedEmulator {
  const { fleet, wan, network, faults } = parts;
  const asked = wan.underWay();
  const numbers = new Map<MeterCommand, number>(asked.map(({ command }, i) => [command, i]));
  const held = network.underWay().map((each) => heldState(each, numbers, withReadings));
  // What the WAN is done with has its number behind.
  network.underWay().forEach(({ command }, i) => {
    if (!numbers.has(command)) numbers.set(command, asked.length + i);
  });
  const state: EmulatorState = {
    faults: faults.state(),
    deletions: fleet.deletions.state(),
    wan: asked.map((each) => askedState(each, withReadings)),
    held,
    comingAgain: network.comingAgain().map(({ bytes, atMs, timer }) => {
      return { bytes, atMs, place: timer?.place ?? 0 };
    }),
  };
  const realMeters = fleet.cohorts.map(({ bank }) => packRealMeters(bank));
  return { state, realMeters, numberOf: (command) => numbers.get(command) };
}

function heldState(
  held: Held,
  atWan: ReadonlyMap<MeterCommand, number>,
  withReadings: boolean,
): HeldState {
  const { command, deadlineMs, delayMs, againMs, outages, stage, atMs, timer, reply } = held;
  const number = atWan.get(command);
  const tells = reply !== undefined && (withReadings || !holdsReadings(reply));
  return {
    command: { ...command },
    ...{ deadlineMs, delayMs, stage, atMs, place: timer?.place ?? 0 },
    ...(number !== undefined && { atWan: number }),
    ...(againMs !== undefined && { againMs }),
    outages: outages.map(runningState),
    ...(tells && { reply: plainReply(reply) }),
  };
}

/** Takes a state over; gives the replies to come. */
export function restoreEmulator(
  parts: EmulatedParts,
  state: EmulatorState,
  realMeters: readonly Buffer[],
  agenda: Agenda,
): ReplyTo {
  const { fleet, wan, network, faults } = parts;
  fleet.cohorts.forEach(({ bank }, i) => {
    unpackRealMeters(realMeters[i] ?? Buffer.alloc(0), bank);
  });
  for (const { device } of state.deletions) known(fleet, device);
  for (const { command } of [...state.wan, ...state.held]) known(fleet, command.device);
  fleet.deletions.restore(state.deletions);
  faults.restore(state.faults);
  const carried = new Map<number, Carried>(wan.restore(state.wan, agenda).entries());
  state.held.forEach((each, i) => {
    const { atWan = state.wan.length + i } = each;
    carried.set(atWan, resumed(parts, each, carried.get(atWan), agenda));
  });
  for (const { bytes, atMs, place } of state.comingAgain) {
    network.comeAgain(bytes, atMs, (call) => agenda.add(place, call));
  }
  // A reply that was made once more has hit nothing again.
  faults.recount(state.faults);
  return (number) => {
    const found = carried.get(number);
    if (found === undefined) throw contradiction(`nobody sent a command ${number}`);
    return found;
  };
}

function known(fleet: Fleet, device: number): void {
  if (device >= fleet.deviceCount) throw contradiction(`it speaks of a device ${device}`);
}

function resumed(
  parts: EmulatedParts,
  state: HeldState,
  atWan: Carried | undefined,
  agenda: Agenda,
): Carried {
  const { network, faults } = parts;
  const { command, place, stage, againMs, atMs, deadlineMs, delayMs } = state;
  const waits = stage === 'delayed' || stage === 'late';
  if (!waits && atWan === undefined) throw contradiction('a command is nowhere on its way');
  const again = () => replyAgain(parts, command, atMs - delayMs);
  const held: Held = {
    ...{ command: atWan?.command ?? command, deadlineMs, delayMs, stage, atMs, againMs },
    outages: state.outages.map((each) => faults.revive(each)),
    timer: undefined,
    reply: stage === 'delayed' ? ((state.reply && replyOf(state.reply)) ?? again()) : undefined,
    defer: waits ? (call) => agenda.add(place, call) : undefined,
  };
  const reply = network.resume(held, () => {
    if (atWan === undefined) throw contradiction('a command is nowhere on its way');
    return atWan.reply;
  });
  return { command: held.command, reply };
}

/** What a meter replied to a command whose reply came in at `ms`. */
function replyAgain({ fleet, readMeters }: EmulatedParts, command: MeterCommand, ms: number) {
  if (command.srv === '3.2') return { ok: true, restricted: true } as const;
  const seconds = Math.floor(ms / 1000);
  return readMeters.lookAsRead(command, seconds, (asked) => fleet.lookAtMeter(asked, seconds));
}
