// Faults of the way to the meters, around the WAN: what does not get through ends as domain §6 has
// it, E20 where the device cannot be reached and E21 when it has not answered in time, never
// without an answer. What the WAN tries in vain costs it sessions, attempts and wake-ups as ever.

import type { Clock, Timer } from '../gateway/protocol/clock.ts';
import { arriving, type Coming, promised } from '../gateway/protocol/coming.ts';
import type { DeviceFailureCode } from '../gateway/protocol/response-codes.ts';
import { READ_SRVS } from '../gateway/protocol/service-reference.ts';
import type {
  MeterCommand,
  MeterNetwork,
  MeterRead,
  MeterReply,
  MeterRestriction,
} from '../gateway/s1sp/meter-network.ts';
import { concerns, strikes } from './fault-plan.ts';
import { type Faults, noteHit, type RunningFault } from './faults.ts';
import { mixWide } from './random.ts';
import type { Wan, WanMeters } from './wan.ts';
import { type OnBytes, replyBytes } from './wan-tally.ts';

/** What a network gives back: at once or later. */
type Reply = ReturnType<MeterNetwork['read']>;

/** Commands that faults hold up at a time; beyond them E20 at once, as in the WAN's own line. */
export const HELD_MAX = 131_072;

const MS_PER_SECOND = 1000;

/** What the faults do to one command, the hardest first. */
interface Course {
  refused: boolean;
  silent: boolean;
  replyLost: boolean;
  delayMs: number;
  /** How long after the reply it comes again; undefined: it does not. */
  againMs: number | undefined;
  /** WANs that may go down while the reply is on its way. */
  readonly outages: RunningFault[];
}

/** A command that faults hold up, and how far it has come. */
export interface Held {
  readonly command: MeterCommand;
  readonly deadlineMs: number;
  readonly delayMs: number;
  readonly againMs: number | undefined;
  /** WANs that may go down while the reply is on its way. */
  readonly outages: readonly RunningFault[];
  /**
   * `lost`, `sent`: the WAN has it; `delayed`: its reply is in and comes late; `late`: nothing
   * comes of it any more but its deadline.
   */
  stage: 'lost' | 'sent' | 'delayed' | 'late';
  /** What it waits for since the WAN is done with it. */
  atMs: number;
  timer: Timer | undefined;
  reply: MeterReply | undefined;
  /** After a snapshot: when the clock may be set. */
  defer: ((call: () => void) => void) | undefined;
}

/** A reply that is still to come again. */
export interface ComingAgain {
  readonly bytes: number;
  readonly atMs: number;
  timer: Timer | undefined;
}

export interface FaultNetworkOptions {
  readonly clock: Clock;
  readonly wan: Pick<Wan, 'read' | 'restrict' | 'lose'>;
  readonly meters: Pick<WanMeters, 'wanProfiles' | 'cohortIndexOf'>;
  readonly faults: Faults;
  /** {@link HELD_MAX} unless it says otherwise. */
  readonly heldMax?: number;
  /** Told of the bytes of replies that came twice. */
  readonly onBytes?: OnBytes;
}

export class FaultNetwork implements MeterNetwork {
  /** Gauge: commands that faults hold up, and replies still to come again. */
  held = 0;
  /** Replies that came a second time and were dropped. */
  duplicates = 0;
  readonly #parts: FaultNetworkOptions;
  readonly #underWay = new Set<Held>();
  readonly #comingAgain = new Set<ComingAgain>();

  constructor(parts: FaultNetworkOptions) {
    this.#parts = parts;
  }

  read(read: MeterRead): Reply {
    const { faults, wan } = this.#parts;
    const course = faults.links.length === 0 ? undefined : this.#courseOf(read);
    return course === undefined
      ? wan.read(read)
      : this.#through(read, course, () => wan.read(read));
  }

  restrict(restriction: MeterRestriction): ReturnType<MeterNetwork['restrict']> {
    const { faults, wan } = this.#parts;
    const course = faults.links.length === 0 ? undefined : this.#courseOf(restriction);
    return course === undefined
      ? wan.restrict(restriction)
      : this.#through(restriction, course, () => wan.restrict(restriction));
  }

  /** What the faults do to a command asked now; undefined: nothing. */
  #courseOf(command: MeterCommand): Course | undefined {
    const { faults, clock } = this.#parts;
    const nowMs = clock.nowMs();
    let course: Course | undefined;
    for (const running of faults.links) {
      const { fault } = running;
      if (!concerns(fault, command.device, command.srv)) continue;
      const holds = fault.window?.contains(nowMs) ?? true;
      const hits = holds && strikes(fault, command.device, requestHash(command, nowMs));
      if (!hits && fault.what.kind !== 'wan-down') continue;
      course ??= unharmed();
      if (hits) noteHit(running, nowMs);
      if (hits) harm(course, running);
      else course.outages.push(running);
    }
    return course;
  }

  /** What is held up, in the order in which it was asked for. */
  underWay(): readonly Held[] {
    return [...this.#underWay];
  }

  /** Replies that are still to come again, and cost bytes once more. */
  comingAgain(): readonly ComingAgain[] {
    return [...this.#comingAgain];
  }

  /** Goes on with a command that a snapshot has carried over; `send` gives what the WAN replies. */
  resume(held: Held, send: () => Reply): Coming<MeterReply> {
    return arriving(this.#hold(held, send));
  }

  /** Counts a reply that comes again, `atMs`; `set` says when the clock may be set. */
  comeAgain(bytes: number, atMs: number, set: (call: () => void) => void = (call) => call()): void {
    const { clock, onBytes } = this.#parts;
    const coming: ComingAgain = { bytes, atMs, timer: undefined };
    this.held++;
    this.#comingAgain.add(coming);
    set(() => {
      coming.timer = clock.schedule(atMs, () => {
        this.held--;
        this.#comingAgain.delete(coming);
        this.duplicates++;
        onBytes?.('in', bytes);
      });
    });
  }

  #through(command: MeterCommand, course: Course, send: () => Reply): Reply {
    const { clock, meters, wan, heldMax = HELD_MAX } = this.#parts;
    if (course.refused || this.held >= heldMax) return failure('E20');
    const profile = meters.wanProfiles[meters.cohortIndexOf(command.device)];
    const deadlineMs = clock.nowMs() + (profile?.meterTimeoutMs ?? 0);
    const { delayMs, againMs, outages } = course;
    const loses = course.silent ? 'request' : course.replyLost ? 'reply' : undefined;
    const stage = loses === undefined ? 'sent' : 'lost';
    const held: Held = {
      ...{ command, deadlineMs, delayMs, againMs, outages, stage },
      ...{ atMs: 0, timer: undefined, reply: undefined, defer: undefined },
    };
    return arriving(this.#hold(held, loses === undefined ? send : () => wan.lose(command, loses)));
  }

  /** Takes a command through from where it stands. */
  async #hold(held: Held, send: () => Reply): Promise<MeterReply> {
    const counts = held.stage === 'lost' ? 0 : 1;
    this.held += counts;
    this.#underWay.add(held);
    try {
      if (held.stage === 'late') return await this.#timeOut(held);
      if (held.reply !== undefined) return await this.#arrive(held, held.reply, held.atMs);
      const reply = await promised(send());
      if (!reply.ok || held.stage === 'lost') return reply;
      return await this.#arrive(held, reply, this.#parts.clock.nowMs() + held.delayMs);
    } finally {
      this.held -= counts;
      this.#underWay.delete(held);
    }
  }

  /** The reply of a meter, as late as the faults have it. */
  async #arrive(held: Held, reply: MeterReply, atMs: number): Promise<MeterReply> {
    if (atMs > held.deadlineMs) return await this.#timeOut(held);
    held.stage = 'delayed';
    held.reply = reply;
    if (held.delayMs > 0) await this.#until(held, atMs);
    if (this.#isCutOff(held)) return await this.#timeOut(held);
    if (held.againMs !== undefined) this.comeAgain(replyBytes(reply), atMs + held.againMs);
    return reply;
  }

  /** Whether the WAN is down now that a reply would come over it. */
  #isCutOff({ command, outages }: Held): boolean {
    const nowMs = this.#parts.clock.nowMs();
    for (const running of outages) {
      const { fault } = running;
      if (fault.window?.contains(nowMs) === false) continue;
      if (!strikes(fault, command.device, requestHash(command, nowMs))) continue;
      noteHit(running, nowMs);
      return true;
    }
    return false;
  }

  async #timeOut(held: Held): Promise<MeterReply> {
    held.stage = 'late';
    held.reply = undefined;
    await this.#until(held, held.deadlineMs);
    return failure('E21');
  }

  #until(held: Held, ms: number): Promise<void> {
    const { defer = (call: () => void) => call() } = held;
    held.defer = undefined;
    held.atMs = ms;
    return new Promise((resolve) => {
      defer(() => {
        held.timer = this.#parts.clock.schedule(ms, resolve);
      });
    });
  }
}

function unharmed(): Course {
  return {
    refused: false,
    silent: false,
    replyLost: false,
    delayMs: 0,
    againMs: undefined,
    outages: [],
  };
}

function harm(course: Course, { fault }: RunningFault): void {
  const { kind, amount = 0 } = fault.what;
  if (kind === 'wan-down' || kind === 'maintenance') course.refused = true;
  else if (kind === 'silent') course.silent = true;
  else if (kind === 'lost-reply') course.replyLost = true;
  else if (kind === 'slow') course.delayMs += Math.round(amount * MS_PER_SECOND);
  else if (kind === 'duplicate-reply') course.againMs = Math.round(amount * MS_PER_SECOND);
}

/** What tells commands to a device apart: what is asked, of when, and when. */
function requestHash(command: MeterCommand, nowMs: number): number {
  const place =
    command.srv === '3.2'
      ? mixWide(READ_SRVS.length, command.restrictionSeconds)
      : mixWide(READ_SRVS.indexOf(command.srv), command.startSeconds);
  return mixWide(place, nowMs) >>> 0;
}

function failure(code: DeviceFailureCode): MeterReply {
  return { ok: false, code };
}
