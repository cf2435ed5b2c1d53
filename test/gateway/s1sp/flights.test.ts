import { expect, test } from 'vitest';
import { Flight, type Landing } from '../../../gateway/s1sp/flights.ts';
import type { ReadResult } from '../../../gateway/s1sp/log-question.ts';
import type { MeterReply } from '../../../gateway/s1sp/meter-network.ts';

const REPLY: MeterReply = { ok: true, profile: null };
const ANSWER: ReadResult = { ok: false, code: 'E21', decided: 'miss', deviceReads: 1 };

/** A flight that lands by `land`, and what is told of it, in order. */
function flying(land: () => ReadResult | undefined): { flight: Flight; told: string[] } {
  const told: string[] = [];
  const landing: Landing = {
    land,
    crash: () => told.push('crashed'),
    leave: () => told.push('left'),
  };
  const flight = new Flight(landing);
  flight.tell({
    take: () => told.push('answer'),
    fail: (fault) => told.push(`no answer: ${fault}`),
  });
  return { flight, told };
}

function join({ flight, told }: ReturnType<typeof flying>): void {
  flight.reply.tell({
    take: () => told.push('reply'),
    fail: (fault) => told.push(`no reply: ${fault}`),
  });
}

test('whoever asked is told first, then whoever joined, and then the flight is left', () => {
  const flown = flying(() => ANSWER);
  join(flown);
  flown.flight.take(REPLY);
  expect(flown.told).toEqual(['answer', 'reply', 'left']);
  expect(flown.flight.landed).toBe(REPLY);
});

test('a flight that nobody joined keeps no reply for those who begin it anew', () => {
  const { flight, told } = flying(() => ANSWER);
  flight.take(REPLY);
  expect(told).toEqual(['answer', 'left']);
  expect(flight.isAlone).toBe(true);
  expect(flight.landed).toBe(undefined);
});

test('a flight that is part of an answer brings none', () => {
  const flown = flying(() => undefined);
  join(flown);
  flown.flight.take(REPLY);
  expect(flown.told).toEqual(['reply', 'left']);
});

test('a bug on landing goes to all who wait, and the flight is not used again', () => {
  const flown = flying(() => {
    throw new Error('a bug');
  });
  join(flown);
  flown.flight.take(REPLY);
  expect(flown.told).toEqual(['no answer: Error: a bug', 'no reply: Error: a bug']);
});

test('a bug on the way goes to all who wait as well', () => {
  const flown = flying(() => ANSWER);
  join(flown);
  flown.flight.fail(new Error('lost'));
  expect(flown.told).toEqual(['crashed', 'no answer: Error: lost', 'no reply: Error: lost']);
});
