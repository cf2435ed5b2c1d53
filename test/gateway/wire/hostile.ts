// Messages that start out right and are then bent, as fast-check arbitraries.

import fc from 'fast-check';
import { CREATE_SCHEDULE, READ_DAY } from './messages.ts';

const KEYS = [
  'requestId',
  'serviceReferenceVariant',
  'serviceReference',
  'commandVariant',
  'explain',
  'executionDateTime',
  'readLogPeriod',
  'startDateTime',
  'endDateTime',
  'createSchedule',
  'readSchedule',
  'dspScheduleId',
  'deviceId',
  '__proto__',
  'constructor',
  'length',
  '',
];

const TEXTS = [
  READ_DAY.requestId,
  READ_DAY.requestId.toLowerCase(),
  `${READ_DAY.requestId}0`,
  `${READ_DAY.requestId.slice(0, 48)}18446744073709551616`,
  '2026-11-22T00:00:00Z',
  '2026-11-23T00:00:00.5Z',
  '2026-11-22T01:00:00+01:00',
  '2026-02-30T00:00:00Z',
  '4.6.1',
  '4.8.1',
  '4.8.2',
  '4.8.3',
  '5.1',
  '5.2',
  '5.3',
  '3.2',
  '4.8',
  '5.2',
  '00:00:00Z',
  '2026-11-22',
  '90-B3-D5-1F-40-00-00-07',
];

const key = fc.oneof(fc.constantFrom(...KEYS), fc.string());
const leaf = fc.oneof(
  fc.constantFrom<unknown>(...TEXTS, null, true, false, 0, 1, 8, 9, 10, -1, 1.5, 1e12, 2 ** 60),
  fc.string(),
  fc.double(),
);

/** Any plain value that JSON can hold, leaning towards our own words. */
export const anyMessage = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  ),
})).value;

const READ_SCHEDULE = {
  requestId: CREATE_SCHEDULE.requestId,
  serviceReferenceVariant: '5.2',
  readSchedule: { dspScheduleId: 7 },
};

/** A step through a message: into the key at this place, wrapping around. */
type Place = number;

interface Bend {
  readonly places: readonly Place[];
  readonly how: 'drop' | 'replace' | 'rename' | 'add';
  readonly key: string;
  readonly value: unknown;
}

const bend: fc.Arbitrary<Bend> = fc.record({
  places: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  how: fc.constantFrom('drop', 'replace', 'rename', 'add'),
  key,
  value: fc.oneof({ weight: 4, arbitrary: leaf }, { weight: 1, arbitrary: anyMessage }),
});

function bent(value: unknown, { places, how, key: name, value: other }: Bend): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return other;
  const entries = Object.entries(value);
  const [place = 0, ...deeper] = places;
  const at = entries.length === 0 ? 0 : place % entries.length;
  const [oldName, oldValue] = entries[at] ?? [name, other];
  if (how === 'add') entries.push([name, other]);
  else if (how === 'drop') entries.splice(at, 1);
  else if (how === 'rename') entries[at] = [name, oldValue];
  else if (deeper.length === 0) entries[at] = [oldName, other];
  else entries[at] = [oldName, bent(oldValue, { places: deeper, how, key: name, value: other })];
  return Object.fromEntries(entries);
}

/** A right message with a few keys dropped, renamed, added or given another value. */
export const bentMessage = fc
  .tuple(
    fc.constantFrom<unknown>(READ_DAY, READ_DAY, CREATE_SCHEDULE, READ_SCHEDULE),
    fc.array(bend, { maxLength: 2 }),
  )
  .map(([message, bends]) => bends.reduce<unknown>(bent, message));

/** Bytes of a frame with a few of them changed, dropped or put in. */
export function bentBytes(frames: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const change = fc.record({ at: fc.nat(), byte: fc.nat(255), how: fc.nat(2) });
  return fc
    .tuple(fc.constantFrom(...frames), fc.array(change, { maxLength: 4 }))
    .map(([frame, changes]) => {
      const bytes = [...frame];
      for (const { at, byte, how } of changes) {
        bytes.splice(at % (bytes.length + 1), how === 0 ? 0 : 1, ...(how === 2 ? [] : [byte]));
      }
      return Buffer.from(bytes);
    });
}
