// The sessions of the SMETS1 WAN: each command waits for one, wakes its communications hub, and is
// tried a few times within its deadline. What comes next of each is data and one timer or two, so
// that a snapshot can carry it over.

import type { Agenda } from '../gateway/agenda.ts';
import type { Clock } from '../gateway/protocol/clock.ts';
import type { DeviceFailureCode } from '../gateway/protocol/response-codes.ts';
import type { MeterCommand, MeterReply } from '../gateway/s1sp/meter-network.ts';
import type { Asked, AskedState, Step } from './asked.ts';
import type { CohortLine } from './cohort-line.ts';
import { chanceAt, logNormal } from './random.ts';
import type { WanTally } from './wan-tally.ts';

export type Line = CohortLine<Asked>;

/**
 * Chances of a read are numbered: those of attempt a from a × DRAWS_AN_ATTEMPT, those of its
 * wake-ups from FIRST_WAKE_UP_DRAW, beyond those of the most attempts a profile may have.
 */
const DRAWS_AN_ATTEMPT = 8;
const FIRST_WAKE_UP_DRAW = 1024;

export interface SessionsParts {
  readonly clock: Clock;
  readonly tally: WanTally;
  /** Has the meter process a command that has arrived at it. */
  process(command: MeterCommand): MeterReply;
}

export class WanSessions {
  readonly #clock: Clock;
  readonly #tally: WanTally;
  readonly #process: (command: MeterCommand) => MeterReply;
  /** In the order in which they were asked for. */
  readonly #underWay = new Set<Asked>();

  constructor({ clock, tally, process }: SessionsParts) {
    this.#clock = clock;
    this.#tally = tally;
    this.#process = process;
  }

  /** What is on its way, in the order in which it was asked for. */
  underWay(): readonly Asked[] {
    return [...this.#underWay];
  }

  /** Brings a command its one answer, in a session or without. */
  begin(line: Line, asked: Asked): void {
    const { profile } = line;
    this.#tally.inFlight++;
    this.#underWay.add(asked);
    if (line.sessions < profile.capacity) this.#openSession(line, asked);
    else if (line.waitingCount < profile.waitingMax) this.#wait(line, asked);
    else this.#answer(asked, { ok: false, code: 'E20' });
  }

  /** Goes on with one that a snapshot has carried over. */
  resume(line: Line, asked: Asked, { place, limit }: AskedState, agenda: Agenda): void {
    this.#tally.inFlight++;
    this.#underWay.add(asked);
    if (asked.next === 'turn') {
      this.#tally.waiting++;
      line.push(asked);
    } else line.sessions++;
    if (asked.next !== 'none') {
      agenda.add(place, () => this.#setTimer(line, asked, asked.next, asked.nextMs));
    }
    if (limit !== undefined) agenda.add(limit.place, () => this.#setLimit(line, asked));
  }

  #wait(line: Line, asked: Asked): void {
    this.#tally.waiting++;
    line.push(asked);
    this.#setTimer(line, asked, 'turn', asked.deadlineMs);
  }

  #answer(asked: Asked, reply: MeterReply): void {
    asked.done = true;
    this.#underWay.delete(asked);
    this.#tally.inFlight--;
    this.#tally.countReply(asked.command.srv, reply);
    asked.answer(reply);
  }

  #openSession(line: Line, asked: Asked): void {
    line.sessions++;
    this.#wakeUp(line, asked);
  }

  /** Frees the session for the next in line. What is still under way in it is dropped. */
  #closeSession(line: Line): void {
    line.sessions--;
    while (line.sessions < line.profile.capacity) {
      const next = line.shift();
      if (next === undefined) return;
      this.#tally.waiting--;
      next.timer?.cancel();
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

  #setTimer(line: Line, asked: Asked, next: Step, atMs: number): void {
    asked.next = next;
    asked.nextMs = atMs;
    asked.timer = this.#clock.schedule(atMs, () => this.#goOn(line, asked));
  }

  #setLimit(line: Line, asked: Asked): void {
    asked.limit = this.#clock.schedule(asked.limitMs, () => this.#timeOut(line, asked));
  }

  /** What comes next has come. */
  #goOn(line: Line, asked: Asked): void {
    switch (asked.next) {
      case 'turn':
        // All of a cohort wait equally long, so whoever's patience ends is the first of the line.
        line.shift();
        this.#tally.waiting--;
        this.#answer(asked, { ok: false, code: 'E21' });
        break;
      case 'wakeUp':
        asked.sent++;
        this.#wakeUp(line, asked);
        break;
      case 'noWakeUp':
        this.#endBy(line, asked, 'E21');
        break;
      case 'arrival':
        this.#arrive(line, asked);
        break;
      case 'return':
        this.#end(line, asked, asked.reply ?? { ok: false, code: 'E21' });
        break;
    }
  }

  /** Sends the next SMS, or begins with the attempts when all have arrived. */
  #wakeUp(line: Line, asked: Asked): void {
    const { smsWakeUps, smsMedianMs, smsSpread, smsCostGbp } = line.profile;
    if (asked.sent === smsWakeUps) {
      this.#attempt(line, asked);
      return;
    }
    this.#tally.countWakeUp(line.cohort, smsCostGbp);
    const draw = FIRST_WAKE_UP_DRAW + 2 * asked.sent;
    const atMs = this.#clock.nowMs() + latencyMs(asked.hash, draw, smsMedianMs, smsSpread);
    if (atMs < asked.deadlineMs) this.#setTimer(line, asked, 'wakeUp', atMs);
    else this.#setTimer(line, asked, 'noWakeUp', asked.deadlineMs);
  }

  /**
   * Sends the request. Its whole course is drawn here; the timers are only those of what will
   * happen. A reply at the very limit is in time.
   */
  #attempt(line: Line, asked: Asked): void {
    const { profile } = line;
    const { hash, loses } = asked;
    const draw = asked.attempt * DRAWS_AN_ATTEMPT;
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

    this.#tally.countRequest();
    if (lost) this.#tally.lostMessages++;
    asked.lost = lost;
    asked.limitMs = limitMs;
    asked.returnsMs = inTime ? returnsMs : -1;
    asked.next = 'none';
    if (!requestLost && arrivesMs <= limitMs) this.#setTimer(line, asked, 'arrival', arrivesMs);
    if (!inTime) this.#setLimit(line, asked);
  }

  #arrive(line: Line, asked: Asked): void {
    asked.next = 'none';
    const reply = this.#processOrFail(line, asked);
    if (reply === undefined || asked.returnsMs < 0) return;
    asked.reply = reply;
    asked.arrivedMs = this.#clock.nowMs();
    this.#setTimer(line, asked, 'return', asked.returnsMs);
  }

  /** No reply to this attempt has come in time. */
  #timeOut(line: Line, asked: Asked): void {
    asked.limit = undefined;
    if (asked.done) return;
    const { profile } = line;
    if (!asked.lost) this.#tally.lateReplies++;
    const again = asked.attempt < profile.retries && asked.limitMs < asked.deadlineMs;
    if (again) {
      asked.attempt++;
      this.#attempt(line, asked);
    } else this.#endBy(line, asked, 'E21');
  }

  /** The meter's reply; a bug of the meter rejects that read, and does not end the program. */
  #processOrFail(line: Line, asked: Asked): MeterReply | undefined {
    try {
      return this.#process(asked.command);
    } catch (fault) {
      asked.done = true;
      this.#underWay.delete(asked);
      this.#tally.inFlight--;
      asked.fail(fault);
      this.#closeSession(line);
      return undefined;
    }
  }
}

/** Whole milliseconds that a message takes; uses the draw and the one after it. */
function latencyMs(hash: number, draw: number, medianMs: number, spread: number): number {
  if (medianMs === 0) return 0;
  return Math.round(logNormal(medianMs, spread, chanceAt(hash, draw), chanceAt(hash, draw + 1)));
}
