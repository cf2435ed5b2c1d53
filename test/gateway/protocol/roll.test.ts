import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Enrolled, Roll } from '../../../gateway/protocol/roll.ts';

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
