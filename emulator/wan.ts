// The SMETS1 WAN between the S1SP and the meters: a read is a session of wake-ups and attempts that
// takes virtual time, may wait for its turn, and may fail [contract §2 `--wan`, domain §6].
//
// What happens to a read is a hash of what it asks and when, so the order in which equal sets of
// requests come in changes nobody's latency; only who waits in line depends on who came first.

import type { Agenda } from '../gateway/agenda.ts';
import type { Clock } from '../gateway/protocol/clock.ts';
import type { Coming } from '../gateway/protocol/coming.ts';
import { READ_SRVS } from '../gateway/protocol/service-reference.ts';
import type {
  Carried,
  MeterCommand,
  MeterNetwork,
  MeterRead,
  MeterReply,
  MeterRestriction,
} from '../gateway/s1sp/meter-network.ts';
import type { Asked, AskedState, Lost } from './asked.ts';
import { CohortLine } from './cohort-line.ts';
import { mix, mixWide } from './random.ts';
import type { WanProfile } from './wan-profiles.ts';
import { type Line, WanSessions } from './wan-sessions.ts';
import { type WanListener, WanTally } from './wan-tally.ts';

/** What the WAN needs of the meters at its far end; the fleet is that. */
export interface WanMeters {
  /** The profile of each cohort, by its index. */
  readonly wanProfiles: readonly WanProfile[];
  cohortIndexOf(device: number): number;
  /** Has the meter process a read that arrived at `nowSeconds`, whole UTC seconds. */
  readMeter(read: MeterRead, nowSeconds: number): MeterReply;
  /** Has the meter take a change of tenancy. */
  restrictMeter(restriction: MeterRestriction, nowSeconds: number): MeterReply;
}

const MS_PER_SECOND = 1000;

export interface WanOptions extends WanListener {
  readonly clock: Clock;
  readonly meters: WanMeters;
  readonly seed: number;
}

export class Wan implements MeterNetwork {
  readonly tally: WanTally;
  readonly #clock: Clock;
  readonly #meters: WanMeters;
  readonly #seedHash: number;
  readonly #lines: readonly Line[];
  readonly #sessions: WanSessions;

  constructor({ clock, meters, seed, ...listener }: WanOptions) {
    this.tally = new WanTally(listener);
    this.#clock = clock;
    this.#meters = meters;
    this.#seedHash = mixWide(0, seed);
    const process = (command: MeterCommand) => this.#process(command);
    this.#sessions = new WanSessions({ clock, tally: this.tally, process });
    this.#lines = meters.wanProfiles.map(
      (profile, cohort) => new CohortLine<Asked>(profile, cohort),
    );
  }

  /**
   * Every read is answered exactly once, at once where the profile takes no time. It throws or goes
   * wrong only where the meter itself has a bug.
   */
  read(read: MeterRead): MeterReply | Coming<MeterReply> {
    return this.#send(read);
  }

  /** As {@link read}, of a command that changes the meter: a lost reply does not undo it. */
  restrict(restriction: MeterRestriction): MeterReply | Coming<MeterReply> {
    return this.#send(restriction);
  }

  /** Sends a command that stays without a reply at every attempt: E21, after all that it costs. */
  lose(command: MeterCommand, loses: Lost): MeterReply | Coming<MeterReply> {
    return this.#ask(this.#lineOf(command), command, loses);
  }

  #send(command: MeterCommand): MeterReply | Coming<MeterReply> {
    const line = this.#lineOf(command);
    return line.instant ? this.#sendAtOnce(command) : this.#ask(line, command, undefined);
  }

  #lineOf(command: MeterCommand): Line {
    const line = this.#lines[this.#meters.cohortIndexOf(command.device)];
    if (line === undefined) throw new RangeError(`there is no device ${command.device}`);
    this.tally.countCommand(command.srv);
    return line;
  }

  #sendAtOnce(command: MeterCommand): MeterReply {
    this.tally.countRequest();
    const reply = this.#process(command);
    this.tally.countReply(command.srv, reply);
    return reply;
  }

  /** The meter answers as of the instant the request arrives at it, which is now. */
  #process(command: MeterCommand): MeterReply {
    const nowSeconds = Math.floor(this.#clock.nowMs() / MS_PER_SECOND);
    const reply =
      command.srv === '3.2'
        ? this.#meters.restrictMeter(command, nowSeconds)
        : this.#meters.readMeter(command, nowSeconds);
    this.tally.countSent(reply);
    return reply;
  }

  #ask(
    line: Line,
    command: MeterCommand,
    loses: Lost | undefined,
  ): MeterReply | Coming<MeterReply> {
    const { profile } = line;
    const nowMs = this.#clock.nowMs();
    const place = mixWide(mix(this.#seedHash, command.device), nowMs);
    const hash =
      command.srv === '3.2'
        ? mixWide(mix(place, READ_SRVS.length), command.restrictionSeconds)
        : mixWide(mix(place, READ_SRVS.indexOf(command.srv)), command.startSeconds);
    const deadlineMs = nowMs + profile.meterTimeoutMs;
    return this.#sessions.begin(line, { command, hash, deadlineMs, loses });
  }

  /** What is on its way, in the order in which it was asked for. */
  underWay(): readonly Asked[] {
    return this.#sessions.underWay();
  }

  /** Takes over what was on its way; gives the reply to come to each, in the same order. */
  restore(states: readonly AskedState[], agenda: Agenda): Carried[] {
    return states.map((state) => {
      const { command } = state;
      const line = this.#lines[this.#meters.cohortIndexOf(command.device)];
      if (line === undefined) throw new RangeError(`there is no device ${command.device}`);
      const asked = this.#sessions.resume(line, state, agenda);
      if (asked.next === 'return') asked.reply ??= this.#lookAgain(asked);
      return { command, reply: asked };
    });
  }

  /** The reply that the meter made when the request arrived; it costs nothing a second time. */
  #lookAgain({ command, arrivedMs }: Asked): MeterReply {
    if (command.srv === '3.2') return { ok: true, restricted: true };
    return this.#meters.readMeter(command, Math.floor(arrivedMs / MS_PER_SECOND));
  }
}
