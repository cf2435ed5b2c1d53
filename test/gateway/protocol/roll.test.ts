import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Enrolled, Roll } from '../../../gateway/protocol/roll.ts';
import { SplitMap } from '../../../gateway/protocol/split-map.ts';

class Member implements Enrolled<Member> {
  before: Member | undefined = undefined;
  after: Member | undefined = undefined;
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }
}

test('a roll gives its members in the order in which they came, as a Set does', () => {
  const step = fc.record({ id: fc.nat(20), isLeaving: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const members = Array.from({ length: 21 }, (_, id) => new Member(id));
      const roll = new Roll<Member>();
      const model = new Set<number>();
      for (const { id, isLeaving } of steps) {
        const member = members[id] as Member;
        if (isLeaving && model.delete(id)) roll.remove(member);
        else if (!isLeaving && !model.has(id)) {
          roll.add(member);
          model.add(id);
        }
        expect([...roll].map((each) => each.id)).toEqual([...model]);
      }
    }),
    { seed: 11, numRuns: 100 },
  );
});

test('a map in parts holds what a Map holds, whatever the keys hash to', () => {
  const step = fc.record({
    key: fc.integer({ min: -50, max: 5_000_000_000 }),
    value: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const map = new SplitMap<number, number>();
      const model = new Map<number, number>();
      for (const { key, value } of steps) {
        if (value === 0) {
          map.delete(key, key);
          model.delete(key);
        } else {
          map.set(key, key, value);
          model.set(key, value);
        }
        expect([map.size, map.has(key, key)]).toEqual([model.size, model.has(key)]);
        expect(map.get(key, key)).toBe(model.get(key));
      }
      for (const { key } of steps) expect(map.get(key, key)).toBe(model.get(key));
    }),
    { seed: 12, numRuns: 100 },
  );
});
