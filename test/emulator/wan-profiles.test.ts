import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  checkWanProfile,
  isInstant,
  readWanProfile,
  WAN_PROFILES,
} from '../../emulator/wan-profiles.ts';
import { JsonCheck } from '../../gateway/protocol/json-check.ts';

describe('profiles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wan-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function check(value: unknown) {
    const json = new JsonCheck('wan.json');
    return json.result(checkWanProfile(json, value, '', 'wan.json'));
  }

  test('only none is instant', () => {
    const instant = Object.values(WAN_PROFILES).filter(isInstant);
    expect(instant.map(({ name }) => name)).toEqual(['none']);
  });

  test('what a file leaves out is as in typical, or as in the profile it is based on', () => {
    expect(check({ lossProbability: 0.5 })).toEqual({
      ok: true,
      value: { ...WAN_PROFILES.typical, name: 'wan.json', lossProbability: 0.5 },
    });
    expect(check({ name: 'mine', basedOn: 'sms', retries: 0 })).toEqual({
      ok: true,
      value: { ...WAN_PROFILES.sms, name: 'mine', retries: 0 },
    });
  });

  test.each([
    [{ lossPropability: 0.1 }, '/lossPropability: unknown key; did you mean "lossProbability"?'],
    [{ lossProbability: 1.01 }, '/lossProbability: 1.01 is not a number from 0 to 1'],
    [{ retries: 1.5 }, '/retries: 1.5 is not a whole number from 0 to 10'],
    [{ retries: -1 }, '/retries: -1 is not a whole number from 0 to 10'],
    [{ retries: '2' }, '/retries: "2" is not a whole number from 0 to 10'],
    [{ capacity: 0 }, '/capacity: 0 is not a whole number from 1 to 1000000'],
    [{ meterTimeoutMs: 0 }, '/meterTimeoutMs: 0 is not a whole number from 1 to 86400000'],
    [{ requestSpread: 3.1 }, '/requestSpread: 3.1 is not a number from 0 to 3'],
    [
      { basedOn: 'slowly' },
      '/basedOn: "slowly" is not one of none, typical, slow, sms; did you mean "slow"?',
    ],
    [[], '[] is not an object'],
  ])('%j is refused: %s', (value, problem) => {
    expect(check(value)).toEqual({ ok: false, problems: [`wan.json: ${problem}`] });
  });

  test('an unknown key that resembles none lists those there are', () => {
    const checked = check({ bandwidth: 3 });
    expect(checked.ok ? [] : checked.problems).toEqual([
      expect.stringMatching(
        /^wan\.json: \/bandwidth: unknown key; known are name, basedOn, requestMedianMs, /,
      ),
    ]);
  });

  test('all that is wrong is said at once', () => {
    const checked = check({ retries: 11, capacity: 0 });
    expect(checked.ok ? 0 : checked.problems.length).toBe(2);
  });

  test('the limits themselves are taken', () => {
    expect(check({ lossProbability: 1, retries: 10, capacity: 1, waitingMax: 0 }).ok).toBe(true);
  });

  test('a name is a built-in profile', () => {
    expect(readWanProfile('slow')).toEqual({ ok: true, value: WAN_PROFILES.slow });
  });

  test('a name that is neither built in nor a file is refused', () => {
    expect(readWanProfile('typcal')).toEqual({
      ok: false,
      problems: [
        'the WAN "typcal" is neither none, typical, slow, sms nor a file; did you mean "typical"?',
      ],
    });
  });

  test('a file is read, and named in what is wrong with it', () => {
    const file = join(folder, 'mine.json');
    writeFileSync(file, '{"replyMedianMs": 10}');
    const read = readWanProfile(file);
    expect(read.ok && read.value.replyMedianMs).toBe(10);
    writeFileSync(file, '{"replyMedianMs": 10');
    const broken = readWanProfile(file);
    expect(broken.ok ? '' : broken.problems[0]).toMatch(`${file}: `);
  });
});
