import { describe, expect, test } from 'vitest';
import { reportPage } from '../../load/report.ts';
import { latencyOf, sampleResult } from './sample-result.ts';

const result = sampleResult();
const page = reportPage(result);

describe('the report page', () => {
  test('is one file: nothing in it is loaded from elsewhere', () => {
    const loaded = [...page.matchAll(/\s(?:src|href)="([^"]*)"/g)].map((match) => match[1]);
    expect(loaded).toEqual(['data:,']);
    expect(page).not.toMatch(/@import|url\(/);
    expect(page).not.toMatch(/^import /m);
  });

  test("keeps uPlot's licence", () => {
    expect(page).toContain('Copyright (c) 2022 Leon Sorokin');
    expect(page).toContain('Permission is hereby granted, free of charge');
  });

  test('allows its own scripts and style by their hashes and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
    expect(policy).toMatch(/^default-src &#39;none&#39;; script-src (&#39;sha256-\S+ ?){2}; style/);
    expect(policy).not.toContain('unsafe');
  });

  test('is the same for the same result', () => {
    expect(reportPage(sampleResult())).toBe(page);
  });

  test.each([
    [[], 'No thresholds were set.'],
    [[{ text: 'wrong==0', measured: 0, met: true }], 'The threshold is met.'],
    [result.thresholds, 'All 2 thresholds are met.'],
    [
      [...result.thresholds, { text: 'p99<50ms', measured: 51.2, met: false }],
      '1 of 3 thresholds not met: p99&lt;50ms',
    ],
  ])('says of the thresholds %j: %s', (thresholds, verdict) => {
    expect(reportPage({ ...result, thresholds })).toContain(verdict);
  });

  test('warns where the generator did not keep up or the run was cut short, only there', () => {
    expect(page).not.toMatch(/did not keep up\.<|was ended early/);
    const warning = 'It was busy 97 % of the time.';
    const generator = { ...result.generator, isBottleneck: true, warning };
    const warned = reportPage({ ...result, generator, interrupted: true });
    expect(warned).toContain(`The generator did not keep up.</strong> ${warning}`);
    expect(warned).toContain('The run was ended early.');
  });

  test('of a run that measured nothing stands all the same', () => {
    const none = latencyOf([]);
    const { gatewayCounts, targets, ...rest } = result;
    const empty = reportPage({
      ...rest,
      seconds: [],
      bySrv: {},
      planned: 0,
      checked: 0,
      thresholds: [],
      served: { cache: 0, device: 0, mixed: 0 },
      latency: { fromPlanned: none, fromSent: none },
      generator: { ...result.generator, lateness: none },
    });
    expect(empty).toContain('not checked');
    expect(empty).not.toContain('data-chart="');
    expect(empty).not.toMatch(/NaN|Infinity|undefined</);
  });

  test('shows no hits and no misses where answers do not tell their origin', () => {
    const untold = reportPage({ ...result, served: { cache: 0, device: 0, mixed: 0 } });
    for (const chart of ['hit-share', 'wan-reads']) {
      expect(page).toContain(`data-chart="${chart}"`);
      expect(untold).not.toContain(`data-chart="${chart}"`);
    }
    expect(untold).toContain('not told');
    expect(untold).not.toContain('From the meter');
  });

  test('tells what is no SR`s answer beside the outcomes', () => {
    const strays = { ...result.strays, repeated: 3 };
    expect(reportPage({ ...result, strays })).toContain('3 repeated, to SRs that had an answer.');
  });
});
