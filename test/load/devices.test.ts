import { describe, expect, test } from 'vitest';
import { Devices } from '../../load/devices.ts';

const HIGH = 0x90b3d51f;
const devices = new Devices([
  { first: { high: HIGH, low: 0xffff_fffe }, count: 3 },
  { first: { high: HIGH + 1, low: 0x100 }, count: 2 },
  { first: { high: HIGH + 1, low: 0x200 }, count: 5 },
]);

describe('the devices of a run', () => {
  test('follow one another over the gaps between stretches', () => {
    expect(devices.count).toBe(10);
    expect([0, 2, 3, 4, 5, 9].map((place) => devices.id(place))).toEqual([
      '90-B3-D5-1F-FF-FF-FF-FE',
      '90-B3-D5-20-00-00-00-00',
      '90-B3-D5-20-00-00-01-00',
      '90-B3-D5-20-00-00-01-01',
      '90-B3-D5-20-00-00-02-00',
      '90-B3-D5-20-00-00-02-04',
    ]);
  });

  test('have places, and others have none', () => {
    for (let place = 0; place < 10; place++) {
      expect(devices.placeOf(devices.at(place))).toBe(place);
    }
    expect(devices.placeOf({ high: HIGH + 1, low: 0x102 })).toBe(-1);
    expect(devices.placeOf({ high: HIGH, low: 0xffff_fffd })).toBe(-1);
  });

  test.each([
    [0, undefined, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [0, 2, [0, 1]],
    [2, 4, [2, 3, 4, 5]],
    [4, undefined, [4, 5, 6, 7, 8, 9]],
    [7, 2, [7, 8]],
  ])('from place %i on, %j of them', (place, count, expected) => {
    const some = devices.from(place, count);
    const ids = Array.from({ length: some.count }, (_, at) => some.id(at));
    expect(ids).toEqual(expected.map((at) => devices.id(at)));
  });

  test('more than there are go on behind the last', () => {
    const more = devices.from(8, 4);
    expect([more.count, more.id(3)]).toEqual([4, '90-B3-D5-20-00-00-02-06']);
  });
});
