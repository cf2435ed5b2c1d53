import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Static } from '../../gateway/protocol/schema.ts';
import type { LoadResult } from '../../load/result.ts';
import { readResult } from '../../load/result-file.ts';
import { type RESULT_SCHEMA, resultSchemaText } from '../../load/result-schema.ts';
import { sampleResult, sampleScenario } from './sample-result.ts';

type Frozen<T> = T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;

const result = sampleResult({ scenario: sampleScenario() });

function problemOf(value: unknown): string {
  const read = readResult(typeof value === 'string' ? value : JSON.stringify(value));
  if ('result' in read) throw new Error('it was taken');
  return read.problem;
}

test('the schema is of the type that the program writes', () => {
  expectTypeOf<Frozen<Static<typeof RESULT_SCHEMA>>>().toEqualTypeOf<Frozen<LoadResult>>();
});

test('docs/load-result.schema.json is the schema (vitest -u writes it)', async () => {
  await expect(resultSchemaText()).toMatchFileSnapshot('../../docs/load-result.schema.json');
});

describe('a result file', () => {
  test('comes back as it was written', () => {
    expect(readResult(JSON.stringify(result))).toEqual({ result });
  });

  test('may lack what is optional and hold keys of a later version', () => {
    const { targets, scenario, gatewayCounts, ...least } = result;
    const later = { ...least, colour: 'blue' };
    expect(readResult(JSON.stringify(later))).toEqual({ result: later });
  });

  test.each([
    ['{"format":', 'is not JSON ('],
    ['', 'is not JSON ('],
    ['[]', 'is not a load result: no "format" key'],
    ['null', 'is not a load result: no "format" key'],
    ['{"rate": 5}', 'is not a load result: no "format" key'],
    ['{"format": "s1sp-load-result/2"}', 'is of format "s1sp-load-result/2", and this s1sp reads'],
    ['{"format": 1}', 'is of format 1, and this s1sp reads "s1sp-load-result/1"'],
  ])('that holds %j is refused', (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  test('is refused with the place of what is missing', () => {
    const { planned, ...rest } = result;
    expect(problemOf(rest)).toBe('lacks /planned; make one with s1sp load --out FILE');
    const { p99Ms, ...latency } = result.latency.fromSent;
    const damaged = { ...result, latency: { ...result.latency, fromSent: latency } };
    expect(problemOf(damaged)).toContain('lacks /latency/fromSent/p99Ms;');
  });

  test('is refused with the place of what does not fit', () => {
    const [first, ...others] = result.seconds;
    expect(problemOf({ ...result, seconds: [{ ...first, hits: -1 }, ...others] })).toContain(
      'does not fit at /seconds/0/hits: it must be >= 0',
    );
    expect(problemOf({ ...result, interrupted: 'no' })).toContain(
      'does not fit at /interrupted: it must be boolean',
    );
  });

  test('is refused where a histogram cannot be read', () => {
    for (const hdr of ['', 'aGVsbG8=', result.latency.fromSent.hdr.slice(0, 40)]) {
      const fromSent = { ...result.latency.fromSent, hdr };
      const damaged = { ...result, latency: { ...result.latency, fromSent } };
      expect(problemOf(damaged), hdr).toContain('no readable histogram at /latency/fromSent/hdr');
    }
  });
});
