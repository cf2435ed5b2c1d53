import { describe, expect, test } from 'vitest';
import { openStream } from '../../emulator/random.ts';
import { READ_SRVS, type ReadSrv } from '../../gateway/protocol/service-reference.ts';
import { Chooser, type MixPart, parseMix } from '../../load/choice.ts';

const MIX: readonly MixPart[] = [
  { srv: '4.8.1', share: 3 },
  { srv: '4.6.1', share: 1 },
];
const KINDS = [
  { srv: '4.8.1', partyId: 'A', group: 0 },
  { srv: '4.8.1', partyId: 'B', group: 0 },
  { srv: '4.6.1', partyId: 'A', group: 0 },
  { srv: '4.6.1', partyId: 'C', group: 1 },
] as const;

function chooser(devices: number, seed = 1): Chooser {
  return new Chooser({ kinds: KINDS, mix: MIX, devices, chance: openStream(seed) });
}

function drawn(count: number, { devices = 10, group = 0, seed = 1 } = {}) {
  const chosen = chooser(devices, seed);
  return Array.from({ length: count }, () => ({ ...chosen.draw(group) }));
}

describe('what is asked', () => {
  test('follows the shares of the mix', () => {
    const chosen = chooser(10);
    const all = Array.from({ length: 4000 }, () => ({ ...chosen.draw(chosen.drawGroup()) }));
    const share = all.filter(({ kind }) => kind < 2).length / 4000;
    expect(share).toBeGreaterThan(0.72);
    expect(share).toBeLessThan(0.78);
  });

  test.each([1, 2, 7, 10, 64])('goes over all %i devices before any comes twice', (devices) => {
    const asked = drawn(2000, { devices }).filter(({ kind }) => kind < 2);
    for (let from = 0; from + devices <= asked.length; from += devices) {
      const places = asked.slice(from, from + devices).map(({ device }) => device);
      expect(new Set(places).size).toBe(devices);
    }
  });

  test('of a connection with a Party of its own is what that Party may ask', () => {
    expect(new Set(drawn(50, { group: 1 }).map(({ kind }) => kind))).toEqual(new Set([3]));
  });

  test('comes from each group as often as the mix has it, however many connections', () => {
    const chosen = chooser(10);
    const groups = Array.from({ length: 4000 }, () => chosen.drawGroup());
    const share = groups.filter((group) => group === 1).length / 4000;
    // Half of the quarter that 4.6.1 has: another Party of group 0 asks for it as well.
    expect(share).toBeGreaterThan(0.11);
    expect(share).toBeLessThan(0.14);
  });

  test('is the same for the same seed, and another for another', () => {
    expect(drawn(100)).toEqual(drawn(100));
    expect(drawn(100)).not.toEqual(drawn(100, { seed: 2 }));
  });

  test('is refused where nobody may ask it', () => {
    const mix: MixPart[] = [{ srv: '4.8.2', share: 1 }];
    const options = { kinds: KINDS, mix, devices: 1, chance: () => 0 };
    expect(() => new Chooser(options)).toThrow('nobody may ask 4.8.2');
  });
});

test('a mix is read with its shares', () => {
  const expected: { srv: ReadSrv; share: number }[] = [
    { srv: '4.8.1', share: 60 },
    { srv: '4.6.1', share: 0.5 },
  ];
  expect(parseMix('4.8.1=60, 4.6.1=0.5', READ_SRVS)).toEqual(expected);
  expect(parseMix('4.8.1=60,4.8.3=0,4.6.1=0.5', READ_SRVS)).toEqual(expected);
});

test.each(['', '4.8.1', '4.8.9=1', '4.8.1=0', '4.8.1=1,4.8.1=2', '4.8.1=-1', '4.8.1=1,'])(
  '"%s" is no mix',
  (text) => {
    expect(parseMix(text, READ_SRVS)).toBeUndefined();
  },
);
