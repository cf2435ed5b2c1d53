import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Hashed, HashIndex } from '../../../gateway/protocol/hash-index.ts';

interface Member extends Hashed {
  readonly id: number;
}

function membersOf(index: HashIndex<Member>, hash: number): Member[] {
  const found: Member[] = [];
  for (let place = index.first(hash); place >= 0; place = index.next(place, hash)) {
    found.push(index.at(place));
  }
  return found;
}

/** Times the number that spreads hashes this is 1, in 32 bits: a hash can be made for a place. */
const SPREAD_BACK = 0x0e8b2f51;
/** Hash whose home is a place of 1,024; `twin` tells hashes of one home apart. */
const hashAt = (place: number, twin: number) =>
  Math.imul(((place << 22) | twin) >>> 0, SPREAD_BACK);

describe('an index', () => {
  test('has the members of a hash in the order in which they were added', () => {
    // Homes about the end of the table, where it goes on at its beginning, and few hashes.
    const hash = fc.tuple(fc.constantFrom(1021, 1022, 1023, 0, 1), fc.nat(1));
    const step = fc.record({ hash, isLeaving: fc.boolean(), which: fc.nat() });
    const steps = fc.array(step, { minLength: 20, maxLength: 200 });
    fc.assert(
      fc.property(steps, (taken) => {
        const index = new HashIndex<Member>();
        let model: Member[] = [];
        taken.forEach(({ hash: [place, twin], isLeaving, which }, id) => {
          const leaving = isLeaving ? model[which % model.length] : undefined;
          if (leaving !== undefined) {
            model = model.filter((member) => member !== leaving);
            expect([index.remove(leaving), index.remove(leaving)]).toEqual([true, false]);
          } else {
            const member = { id, hash: hashAt(place, twin) };
            model.push(member);
            index.add(member);
          }
          expect(index.size).toBe(model.length);
          for (const { hash } of model) {
            expect(membersOf(index, hash)).toEqual(model.filter((each) => each.hash === hash));
          }
        });
      }),
      { seed: 13, numRuns: 100 },
    );
  });

  test('keeps everybody, and their order, when it grows', () => {
    const index = new HashIndex<Member>();
    // All of 64 hashes, so the table is full of members away from home, across its end too.
    const members = Array.from({ length: 3000 }, (_, id) => ({
      id,
      hash: hashAt((1000 + (id % 64)) & 1023, 0),
    }));
    for (const member of members) index.add(member);
    for (const member of members.filter(({ id }) => id % 3 === 0)) index.remove(member);
    expect(index.size).toBe(2000);
    for (const { hash } of members.slice(0, 64)) {
      const left = members.filter((each) => each.hash === hash && each.id % 3 !== 0);
      expect(membersOf(index, hash)).toEqual(left);
    }
  });

  test('has nobody of a hash that was never added, and nobody at a free place', () => {
    const index = new HashIndex<Member>();
    index.add({ id: 1, hash: hashAt(5, 0) });
    expect(index.first(hashAt(5, 1))).toBe(-1);
    expect(index.first(hashAt(4, 0))).toBe(-1);
    expect(() => index.at(4)).toThrow(RangeError);
  });
});
