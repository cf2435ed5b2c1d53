// Requests that wait for their execution time: in which order they run, and are seen.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../../../emulator/clock.ts';
import { FUTURE_DATED_MAX, FutureDated, type Place } from '../../../gateway/dsp/future-dated.ts';
import type { RequestId } from '../../../gateway/protocol/service-request.ts';

const NOW = Date.UTC(2026, 10, 23, 9);

function requestId(text: string): RequestId {
  return { text, originatorId: '', targetHigh: 0, targetLow: 0, counter: '0' };
}

function open(): { clock: ManualClock; futureDated: FutureDated } {
  const clock = new ManualClock(NOW);
  return { clock, futureDated: new FutureDated(clock) };
}

/** Every page from the first on, `limit` at a time. */
function allOf(futureDated: FutureDated, limit: number): string[] {
  const seen: string[] = [];
  let after: Place | undefined;
  for (;;) {
    const page = futureDated.page(limit, after);
    expect(page.length).toBeLessThanOrEqual(limit);
    seen.push(...page.map((request) => request.requestId));
    after = page.at(-1);
    if (after === undefined) return seen;
  }
}

test('a RequestID waits in upper and lower case alike, until it runs', async () => {
  const { clock, futureDated } = open();
  futureDated.wait(requestId('aB:1'), '4.8.1', NOW + 1000, () => {
    expect(futureDated.has(requestId('aB:1'))).toBe(false);
  });
  for (const text of ['aB:1', 'AB:1', 'ab:1']) {
    expect(futureDated.has(requestId(text))).toBe(true);
  }
  expect(futureDated.has(requestId('ab:2'))).toBe(false);
  await clock.advanceTo(NOW + 999);
  expect(futureDated.count).toBe(1);
  await clock.advanceTo(NOW + 1000);
  expect([futureDated.count, futureDated.has(requestId('ab:1'))]).toEqual([0, false]);
  expect.assertions(7);
});

test('what waits is seen in the order in which it runs, page after page', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -5, max: 50 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      (seconds, limit) => {
        const { futureDated } = open();
        seconds.forEach((second, i) => {
          futureDated.wait(requestId(`r${i}`), '4.8.1', NOW + second * 1000, () => {});
        });
        const expected = seconds
          .map((second, i) => ({ second, i }))
          .sort((a, b) => a.second - b.second || a.i - b.i)
          .map(({ i }) => `r${i}`);
        expect(allOf(futureDated, limit)).toEqual(expected);
      },
    ),
    { seed: 42, numRuns: 300 },
  );
});

test('what runs between two looks makes nobody miss what is behind it', async () => {
  const { clock, futureDated } = open();
  for (const [i, minutes] of [30, 10, 20, 10].entries()) {
    futureDated.wait(requestId(`r${i}`), '4.6.1', NOW + minutes * 60_000, () => {});
  }
  const [first] = futureDated.page(1);
  expect(first?.requestId).toBe('r1');
  await clock.advanceTo(NOW + 10 * 60_000);
  expect(futureDated.page(5, first).map((request) => request.requestId)).toEqual(['r2', 'r0']);
});

describe('the number that may wait', () => {
  test('is limited, and frees itself as they run', async () => {
    const { clock, futureDated } = open();
    for (let i = 0; i < FUTURE_DATED_MAX; i++) {
      futureDated.wait(requestId(`${i}`), '4.8.1', NOW + (FUTURE_DATED_MAX - i), () => {});
    }
    const oneMore = () => futureDated.wait(requestId('more'), '4.8.1', NOW + 1, () => {});
    expect(oneMore).toThrow(expect.objectContaining({ code: 'BUSY', retryAfterMs: 60_000 }));
    expect(futureDated.page(3).map((request) => request.requestId)).toEqual([
      '99999',
      '99998',
      '99997',
    ]);
    await clock.advanceTo(NOW + 1);
    expect(oneMore).not.toThrow();
    expect(futureDated.count).toBe(FUTURE_DATED_MAX);
  });
});
