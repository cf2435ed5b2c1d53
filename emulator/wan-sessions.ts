// The sessions of the SMETS1 WAN: each command waits for one, wakes its communications hub, and is
// tried a few times within its deadline. What comes next of each is data and one timer or two, so
// that a snapshot can carry it over.

import type { Agenda } from '../gateway/agenda.ts';
import type { Clock, Timer } from '../gateway/protocol/clock.ts';
import type { DeviceFailureCode } from '../gateway/protocol/response-codes.ts';
import { Roll } from '../gateway/protocol/roll.ts';
import type { MeterCommand, MeterReply } from '../gateway/s1sp/meter-network.ts';
import { Asked, type AskedState, resumeAsked, type Sending, type Step } from './asked.ts';
import type { CohortLine } from './cohort-line.ts';
import { ReplyRooms } from './kept-reply.ts';
import { chanceAt, logNormal } from './random.ts';
import type { WanTally } from './wan-tally.ts';

export type Line = CohortLine<Asked>;

/**
 * Chances of a read are numbered: those of attempt a from a × DRAWS_AN_ATTEMPT, those of its
 * wake-ups from FIRST_WAKE_UP_DRAW, beyond those of the most attempts a profile may have.
 */
const DRAWS_AN_ATTEMPT = 8;
const FIRST_WAKE_UP_DRAW = 1024;

/** Answered commands kept to be used again: a WAN that is busier than that makes new ones. */
const SPARE_MAX = 2 ** 16;

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
  readonly #underWay = new Roll<Asked>();
  /** Those that have been answered, to be used again. */
  readonly #spare: Asked[] = [];
  readonly #rooms = new ReplyRooms();

  constructor({ clock, tally, process }: SessionsParts) {
    this.#clock = clock;
    this.#tally = tally;
    this.#process = process;
  }

  /** What is on its way, in the order in which it was asked for. */
  underWay(): readonly Asked[] {
    return [...this.#underWay];
  }

  /** Brings a command its one answer, in a session; or none at all, and E20 is the answer. */
  begin(line: Line, sending: Sending): MeterReply | Asked {
    const { profile } = line;
    const hasSession = line.sessions < profile.capacity;
    if (!hasSession && line.waitingCount >= profile.waitingMax) {
      const refused = { ok: false, code: 'E20' } as const;
      this.#tally.countReply(sending.command.srv, refused);
      return refused;
    }
    const asked = this.#askedOf(sending, line);
    this.#tally.inFlight++;
    this.#underWay.add(asked);
    if (hasSession) this.#openSession(asked);
    else this.#wait(asked);
    return asked;
  }

  #askedOf(sending: Sending, line: Line): Asked {
    const asked = this.#spare.pop();
    if (asked === undefined) return new Asked(sending, line, this.#rooms.next());
    asked.begin(sending, line);
    return asked;
  }

  /** Goes on with one that a snapshot has carried over. */
  resume(line: Line, state: AskedState, agenda: Agenda): Asked {
    const { command, hash, deadlineMs, loses, place, limit } = state;
    const asked = new Asked({ command, hash, deadlineMs, loses }, line, this.#rooms.next());
    resumeAsked(asked, state);
    this.#tally.inFlight++;
    this.#underWay.add(asked);
    if (asked.next === 'turn') {
      this.#tally.waiting++;
      line.push(asked);
    } else line.sessions++;
    if (asked.next !== 'none') {
      agenda.add(place, () => this.#setTimer(asked, asked.next, asked.nextMs));
    }
    if (limit !== undefined) agenda.add(limit.place, () => this.#setLimit(asked));
    return asked;
  }

  #wait(asked: Asked): void {
    this.#tally.waiting++;
    asked.line.push(asked);
    this.#setTimer(asked, 'turn', asked.deadlineMs);
  }

  #openSession(asked: Asked): void {
    asked.line.sessions++;
    this.#wakeUp(asked);
  }

  /** Frees the session for the next in line. What is still under way in it is dropped. */
  #closeSession(line: Line): void {
    line.sessions--;
    while (line.sessions < line.profile.capacity) {
      const next = line.shift();
      if (next === undefined) return;
      this.#tally.waiting--;
      next.timer?.cancel();
      this.#openSession(next);
    }
  }

  /** It is under way no longer, and nothing will come of it any more. */
  #leave(asked: Asked): void {
    asked.timer?.cancel();
    asked.limit?.cancel();
    asked.hasLimit = false;
    this.#underWay.remove(asked);
    this.#tally.inFlight--;
  }

  /** Gives its reply to whoever waits for it, and keeps it for another command. */
  #answer(asked: Asked, reply: MeterReply): void {
    asked.answer(reply);
    if (this.#spare.length < SPARE_MAX) this.#spare.push(asked);
  }

  #end(asked: Asked, reply: MeterReply): void {
    this.#leave(asked);
    this.#tally.countReply(asked.command.srv, reply);
    this.#closeSession(asked.line);
    this.#answer(asked, reply);
  }

  #endBy(asked: Asked, code: DeviceFailureCode): void {
    this.#end(asked, { ok: false, code });
  }

  #setTimer(asked: Asked, next: Step, atMs: number): void {
    asked.next = next;
    asked.nextMs = atMs;
    if (asked.timer === undefined) asked.timer = this.#newTimer(asked, atMs);
    else this.#clock.reschedule(asked.timer, atMs);
  }

  // Apart: whatever a function's closures need is made anew whenever it is called.
  #newTimer(asked: Asked, atMs: number): Timer {
    return this.#clock.schedule(atMs, () => this.#goOn(asked));
  }

  #setLimit(asked: Asked): void {
    asked.hasLimit = true;
    if (asked.limit === undefined) asked.limit = this.#newLimit(asked);
    else this.#clock.reschedule(asked.limit, asked.limitMs);
  }

  #newLimit(asked: Asked): Timer {
    return this.#clock.schedule(asked.limitMs, () => this.#timeOut(asked));
  }

  /** What comes next has come. */
  #goOn(asked: Asked): void {
    switch (asked.next) {
      case 'turn':
        this.#loseTurn(asked);
        break;
      case 'wakeUp':
        asked.sent++;
        this.#wakeUp(asked);
        break;
      case 'noWakeUp':
        this.#endBy(asked, 'E21');
        break;
      case 'arrival':
        this.#arrive(asked);
        break;
      case 'return':
        this.#end(asked, asked.reply ?? { ok: false, code: 'E21' });
        break;
    }
  }

  /** All of a cohort wait equally long, so whoever's patience ends is the first of the line. */
  #loseTurn(asked: Asked): void {
    const reply = { ok: false, code: 'E21' } as const;
    asked.line.shift();
    this.#tally.waiting--;
    this.#leave(asked);
    this.#tally.countReply(asked.command.srv, reply);
    this.#answer(asked, reply);
  }

  /** Sends the next SMS, or begins with the attempts when all have arrived. */
  #wakeUp(asked: Asked): void {
    const { smsWakeUps, smsMedianMs, smsSpread, smsCostGbp } = asked.line.profile;
    if (asked.sent === smsWakeUps) {
      this.#attempt(asked);
      return;
    }
    this.#tally.countWakeUp(asked.line.cohort, smsCostGbp);
    const draw = FIRST_WAKE_UP_DRAW + 2 * asked.sent;
    const atMs = this.#clock.nowMs() + latencyMs(asked.hash, draw, smsMedianMs, smsSpread);
    if (atMs < asked.deadlineMs) this.#setTimer(asked, 'wakeUp', atMs);
    else this.#setTimer(asked, 'noWakeUp', asked.deadlineMs);
  }

  /**
   * Sends the request. Its whole course is drawn here; the timers are only those of what will
   * happen. A reply at the very limit is in time.
   */
  #attempt(asked: Asked): void {
    const { hash, loses, line } = asked;
    const { profile } = line;
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
    asked.returnsMs = inTime ? returnsMs : -1;
    asked.next = 'none';
    if (!requestLost && arrivesMs <= limitMs) this.#setTimer(asked, 'arrival', arrivesMs);
    if (inTime) return;
    asked.limitMs = limitMs;
    this.#setLimit(asked);
  }

  #arrive(asked: Asked): void {
    asked.next = 'none';
    const reply = this.#processOrFail(asked);
    if (reply === undefined || asked.returnsMs < 0) return;
    asked.reply = reply;
    asked.arrivedMs = this.#clock.nowMs();
    this.#setTimer(asked, 'return', asked.returnsMs);
  }

  /** No reply to this attempt has come in time. */
  #timeOut(asked: Asked): void {
    asked.hasLimit = false;
    const { profile } = asked.line;
    if (!asked.lost) this.#tally.lateReplies++;
    const again = asked.attempt < profile.retries && asked.limitMs < asked.deadlineMs;
    if (again) {
      asked.attempt++;
      this.#attempt(asked);
    } else this.#endBy(asked, 'E21');
  }

  /** The meter's reply; a bug of the meter rejects that read, and does not end the program. */
  #processOrFail(asked: Asked): MeterReply | undefined {
    try {
      return this.#process(asked.command);
    } catch (fault) {
      this.#leave(asked);
      this.#closeSession(asked.line);
      asked.fail(fault);
      return undefined;
    }
  }
}

/** Whole milliseconds that a message takes; uses the draw and the one after it. */
function latencyMs(hash: number, draw: number, medianMs: number, spread: number): number {
  if (medianMs === 0) return 0;
  return Math.round(logNormal(medianMs, spread, chanceAt(hash, draw), chanceAt(hash, draw + 1)));
}
