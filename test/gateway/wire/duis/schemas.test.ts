import { describe, expect, test } from 'vitest';
import { PROFILE_ANSWER } from '../messages.ts';
import { requestXml, written } from './documents.ts';
import { expectValid } from './schemas.ts';

// A judge who finds nothing looks just like a faultless answer.
describe('the judge', () => {
  const answer = written(PROFILE_ANSWER);

  test('finds an answer valid, and the requests that the tests start from', () => {
    expectValid(answer);
    for (const srv of ['3.2', '4.6.1', '4.8.1', '4.8.2', '4.8.3', '5.1', '5.2', '5.3'] as const) {
      expectValid(requestXml(srv));
    }
  });

  test.each<[string, string | RegExp, string]>([
    ['a code that is none', '>I0<', '>I1<'],
    ['a missing signature', /<ds:Signature.*<\/ds:Signature>/, ''],
    [
      'children out of order',
      /(<ra:Timestamp>[^E]*)(<ra:Electricity>.*?<\/ra:Electricity>)/,
      '$2$1',
    ],
    ['a value that is no number', '>212<', '>many<'],
    ['an element of the wrong namespace', /ra:SMETSData/g, 'sr:SMETSData'],
    ['a missing schemaVersion', / schemaVersion="5.4"/, ''],
  ])('finds %s', (_name, from, to) => {
    const bent = answer.replace(from, to);
    expect(bent).not.toBe(answer);
    expect(() => expectValid(bent)).toThrow();
  });
});
