import pc from 'picocolors';
import { expect, test } from 'vitest';
import { LatencyRecord } from '../../load/latency.ts';
import { type Glimpse, liveLines, plainLine } from '../../load/live-view.ts';
import { summaryText } from '../../load/summary.ts';
import { sampleResult } from './sample-result.ts';

const PLAIN = pc.createColors(false);
const ESCAPE = '\u001b';

const GLIMPSE: Glimpse = {
  elapsedSeconds: 15,
  phase: 'measured',
  progress: 0.5,
  rate: 4999.6,
  p50Ms: 0.41,
  p99Ms: 3.2,
  hitShare: 0.5,
  errors: 2,
  inFlight: 12,
  waiting: 0,
};

test('without colours, nothing that is shown holds a control character', () => {
  for (const text of [summaryText(sampleResult(), PLAIN), liveLines(GLIMPSE, PLAIN)]) {
    expect(text).not.toContain(ESCAPE);
  }
});

test('the summary has a line for each outcome, with the codes of refusals', () => {
  const base = sampleResult();
  const outcomes = {
    ...{ right: 1000, wrong: 1, stale: 2, refused: { E21: 1200, BUSY: 3 } },
    ...{ timedOut: 4, lost: 5, notSent: 6 },
  };
  const text = summaryText({ ...base, outcomes, remarks: ['wrong: a thing'] }, PLAIN);
  expect(text).toMatch(/^wrong +1$/m);
  expect(text).toMatch(/^stale +2$/m);
  expect(text).toMatch(/^refused +1,203 +E21 1,200, BUSY 3$/m);
  expect(text).toMatch(/^timed out +4$/m);
  expect(text).toMatch(/^lost +5$/m);
  expect(text).toMatch(/^not sent +6$/m);
  expect(text).toContain('wrong: a thing');
  expect(text).toContain('from the planned send time');
});

test('the live view has half a bar at half time', () => {
  const lines = liveLines(GLIMPSE, PLAIN).split('\n');
  expect(lines[0]).toBe(`  ${'█'.repeat(15)}${'░'.repeat(15)} 15 s`);
  expect(lines[1]).toContain('5,000 SR/s');
  expect(plainLine({ ...GLIMPSE, phase: 'warm-up' })).toBe(
    '15 s (warm-up): 5000 SR/s, p50 0.410 ms, p99 3.20 ms, hits 50.0 %, errors 2, ' +
      'in flight 12, waiting 0',
  );
});

test('a second without answers has no latency and no share of hits', () => {
  const none = { p50Ms: undefined, p99Ms: undefined, hitShare: undefined };
  const glimpse: Glimpse = { ...GLIMPSE, ...none, phase: 'waiting for the last answers', rate: 0 };
  expect(plainLine(glimpse)).toBe(
    '15 s (waiting for the last answers): 0 SR/s, p50 –, p99 –, hits –, errors 2, ' +
      'in flight 12, waiting 0',
  );
  expect(liveLines(glimpse, PLAIN)).toContain('hits –');
});

test('targets that were all met are one line, missed ones a table', () => {
  const target = { srv: '4.8.1', role: 'IS', targetSeconds: 16, met: 1200, missed: 0 };
  const text = (missed: number) =>
    summaryText({ ...sampleResult(), targets: [{ ...target, missed }] }, PLAIN);
  expect(text(0)).toMatch(/^Target Response Times: all 1,200 met$/m);
  expect(text(3)).toMatch(/^4\.8\.1 IS +16 +1,200 +3$/m);
});

test('what is no SR`s answer is told in one line, if there is any of it', () => {
  const base = sampleResult();
  expect(summaryText(base, PLAIN)).not.toContain("no SR's answer");
  const strays = {
    ...{ late: 1200, repeated: 2, unknown: 0, unreadable: 1 },
    unaddressed: { MALFORMED_FRAME: 3 },
  };
  expect(summaryText({ ...base, strays }, PLAIN)).toContain(
    "\nno SR's answer: 1,200 late, after the time-out; 2 repeated, to SRs that had an answer; " +
      '1 unreadable, each the end of its connection; 3 MALFORMED_FRAME without a RequestID\n',
  );
});

test('where answers do not tell their origin, hits are not said to be none', () => {
  const base = sampleResult();
  const { '4.8.1': row } = base.bySrv;
  if (row === undefined) throw new Error('no 4.8.1');
  const untold = { ...base, served: { cache: 0, device: 0, mixed: 0 }, bySrv: { '4.8.1': row } };
  const text = summaryText(untold, PLAIN);
  expect(text).toMatch(/^4\.8\.1 +[\d,]+ +– +– /m);
  expect(text).not.toContain('served from');
});

test('a run without answers has no latency, and not one of 0', () => {
  const base = sampleResult();
  const none = new LatencyRecord().result();
  const text = summaryText({ ...base, latency: { fromPlanned: none, fromSent: none } }, PLAIN);
  expect(text).toMatch(/^from the planned send time +– +– +– +– +–$/m);
});
