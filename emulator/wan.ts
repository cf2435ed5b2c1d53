// The SMETS1 WAN between the S1SP and the meters: a read is a session of wake-ups and attempts that
// takes virtual time, may wait for its turn, and may fail [contract §2 `--wan`, domain §6].
//
// What happens to a read is a hash of what it asks and when, so the order in which equal sets of
// requests come in changes nobody's latency; only who waits in line depends on who came first.

import type { Clock, Timer } from '../gateway/protocol/clock.ts';
import type { DeviceFailureCode } from '../gateway/protocol/response-codes.ts';
import { READ_SRVS } from '../gateway/protocol/service-reference.ts';
import type {
  MeterCommand,
  MeterNetwork,
  MeterRead,
  MeterReply,
  MeterRestriction,
} from '../gateway/s1sp/meter-network.ts';
import { CohortLine } from './cohort-line.ts';
import { chanceAt, logNormal, mix, mixWide } from './random.ts';
import type { WanProfile } from './wan-profiles.ts';
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

/** Which message of a session is lost. */
export type Lost = 'request' | 'reply';

/** One command on its way, from being asked to its one answer. */
interface Asked {
  readonly command: MeterCommand;
  /** Hash of what is asked and when: all chance of this read follows from it. */
  readonly hash: number;
  readonly deadlineMs: number;
  readonly answer: (reply: MeterReply) => void;
  readonly fail: (fault: unknown) => void;
  /** What of it is lost at every attempt, whatever the chance; undefined: as chance has it. */
  readonly loses: Lost | undefined;
  /** Runs while the read waits for a session. */
  waitingTimer?: Timer;
  /** It has had its one answer. */
  done: boolean;
}

type Line = CohortLine<Asked>;

/**
 * Chances of a read are numbered: those of attempt a from a × DRAWS_AN_ATTEMPT, those of its
 * wake-ups from FIRST_WAKE_UP_DRAW, beyond those of the most attempts a profile may have.
 */
const DRAWS_AN_ATTEMPT = 8;
const FIRST_WAKE_UP_DRAW = 1024;

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

  constructor({ clock, meters, seed, ...listener }: WanOptions) {
    this.tally = new WanTally(listener);
    this.#clock = clock;
    this.#meters = meters;
    this.#seedHash = mixWide(0, seed);
    this.#lines = meters.wanProfiles.map(
      (profile, cohort) => new CohortLine<Asked>(profile, cohort),
    );
  }

  /**
   * Every read is answered exactly once, at once where the profile takes no time. It throws or
   * rejects only where the meter itself has a bug.
   */
  read(read: MeterRead): MeterReply | Promise<MeterReply> {
    return this.#send(read);
  }

  /** As {@link read}, of a command that changes the meter: a lost reply does not undo it. */
  restrict(restriction: MeterRestriction): MeterReply | Promise<MeterReply> {
    return this.#send(restriction);
  }

  /** Sends a command that stays without a reply at every attempt: E21, after all that it costs. */
  lose(command: MeterCommand, loses: Lost): Promise<MeterReply> {
    const line = this.#lineOf(command);
    return new Promise((resolve, reject) => this.#ask(line, command, resolve, reject, loses));
  }

  #send(command: MeterCommand): MeterReply | Promise<MeterReply> {
    const line = this.#lineOf(command);
    if (line.instant) return this.#sendAtOnce(command);
    return new Promise((resolve, reject) => this.#ask(line, command, resolve, reject));
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

  /** As above; a bug of the meter becomes that read's rejection, and not the end of the program. */
  #processOrFail(line: Line, asked: Asked): MeterReply | undefined {
    try {
      return this.#process(asked.command);
    } catch (fault) {
      asked.done = true;
      this.tally.inFlight--;
      asked.fail(fault);
      this.#closeSession(line);
      return undefined;
    }
  }

  #ask(
    line: Line,
    command: MeterCommand,
    answer: Asked['answer'],
    fail: Asked['fail'],
    loses?: Lost,
  ): void {
    const { profile } = line;
    const nowMs = this.#clock.nowMs();
    const place = mixWide(mix(this.#seedHash, command.device), nowMs);
    const hash =
      command.srv === '3.2'
        ? mixWide(mix(place, READ_SRVS.length), command.restrictionSeconds)
        : mixWide(mix(place, READ_SRVS.indexOf(command.srv)), command.startSeconds);
    const deadlineMs = nowMs + profile.meterTimeoutMs;
    const asked: Asked = { command, hash, deadlineMs, answer, fail, loses, done: false };
    this.tally.inFlight++;
    if (line.sessions < profile.capacity) this.#openSession(line, asked);
    else if (line.waitingCount < profile.waitingMax) this.#wait(line, asked);
    else this.#answer(asked, { ok: false, code: 'E20' });
  }

  #wait(line: Line, asked: Asked): void {
    this.tally.waiting++;
    line.push(asked);
    // All of a cohort wait equally long, so whoever's patience ends is the first of the line.
    asked.waitingTimer = this.#clock.schedule(asked.deadlineMs, () => {
      line.shift();
      this.tally.waiting--;
      this.#answer(asked, { ok: false, code: 'E21' });
    });
  }

  #answer(asked: Asked, reply: MeterReply): void {
    asked.done = true;
    this.tally.inFlight--;
    this.tally.countReply(asked.command.srv, reply);
    asked.answer(reply);
  }

  #openSession(line: Line, asked: Asked): void {
    line.sessions++;
    this.#wakeUp(line, asked, 0);
  }

  /** Frees the session for the next in line. What is still under way in it is dropped. */
  #closeSession(line: Line): void {
    line.sessions--;
    while (line.sessions < line.profile.capacity) {
      const next = line.shift();
      if (next === undefined) return;
      this.tally.waiting--;
      next.waitingTimer?.cancel();
      this.#openSession(line, next);
    }
  }

  #end(line: Line, asked: Asked, reply: MeterReply): void {
    this.#answer(asked, reply);
    this.#closeSession(line);
  }

  #endBy(line: Line, asked: Asked, code: DeviceFailureCode): void {
    this.#end(line, asked, { ok: false, code });
  }

  /** Sends the SMS number `sent` (from 0), or begins with the attempts when all have arrived. */
  #wakeUp(line: Line, asked: Asked, sent: number): void {
    const { smsWakeUps, smsMedianMs, smsSpread, smsCostGbp } = line.profile;
    if (sent === smsWakeUps) {
      this.#attempt(line, asked, 0);
      return;
    }
    this.tally.countWakeUp(line.cohort, smsCostGbp);
    const draw = FIRST_WAKE_UP_DRAW + 2 * sent;
    const atMs = this.#clock.nowMs() + latencyMs(asked.hash, draw, smsMedianMs, smsSpread);
    if (atMs < asked.deadlineMs) {
      this.#clock.schedule(atMs, () => this.#wakeUp(line, asked, sent + 1));
    } else {
      this.#clock.schedule(asked.deadlineMs, () => this.#endBy(line, asked, 'E21'));
    }
  }

  /**
   * Sends the request for the time number `attempt` (from 0). Its whole course is drawn here; the
   * timers are only those of what will happen. A reply at the very limit is in time.
   */
  #attempt(line: Line, asked: Asked, attempt: number): void {
    const { profile } = line;
    const { hash, loses } = asked;
    const draw = attempt * DRAWS_AN_ATTEMPT;
    const loss = chanceAt(hash, draw);
    const lost = loses !== undefined || loss < profile.lossProbability;
    const requestLost =
      loses === undefined ? loss < profile.lossProbability / 2 : loses === 'request';
    const nowMs = this.#clock.nowMs();
    const limitMs = Math.min(nowMs + profile.attemptTimeoutMs, asked.deadlineMs);
    const requestMs = latencyMs(hash, draw + 1, profile.requestMedianMs, profile.requestSpread);
    const replyMs = latencyMs(hash, draw + 3, profile.replyMedianMs, profile.replySpread);
    const arrivesMs = nowMs + requestMs;
    const returnsMs = arrivesMs + replyMs;
    const inTime = !lost && returnsMs <= limitMs;

    this.tally.countRequest();
    if (lost) this.tally.lostMessages++;
    if (!requestLost && arrivesMs <= limitMs) {
      this.#clock.schedule(arrivesMs, () => {
        const reply = this.#processOrFail(line, asked);
        if (reply === undefined || !inTime) return;
        this.#clock.schedule(returnsMs, () => this.#end(line, asked, reply));
      });
    }
    if (inTime) return;
    this.#clock.schedule(limitMs, () => {
      if (asked.done) return;
      if (!lost) this.tally.lateReplies++;
      const again = attempt < profile.retries && limitMs < asked.deadlineMs;
      if (again) this.#attempt(line, asked, attempt + 1);
      else this.#endBy(line, asked, 'E21');
    });
  }
}

/** Whole milliseconds that a message takes; uses the draw and the one after it. */
function latencyMs(hash: number, draw: number, medianMs: number, spread: number): number {
  if (medianMs === 0) return 0;
  return Math.round(logNormal(medianMs, spread, chanceAt(hash, draw), chanceAt(hash, draw + 1)));
}
