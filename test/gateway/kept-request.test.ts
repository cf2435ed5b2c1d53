import { expect, test } from 'vitest';
import { KeptRequest } from '../../gateway/kept-request.ts';
import { KeptQuestion } from '../../gateway/s1sp/kept-question.ts';
import { readServiceRequest } from '../../gateway/wire/request.ts';

const PERIOD = { startDateTime: '2026-11-22T00:00:00Z', endDateTime: '2026-11-23T00:00:00Z' };
const IDS = [
  '90-B3-D5-1F-30-01-00-00:90-B3-D5-1F-40-00-00-01:0',
  '90-b3-d5-1f-30-01-00-00:ff-ff-ff-ff-ff-ff-ff-ff:18446744073709551615',
];
const READS = IDS.flatMap((requestId) =>
  ['4.6.1', '4.8.1', '4.8.2', '4.8.3'].flatMap((serviceReferenceVariant) =>
    [true, false].map((explain) => {
      const message = { requestId, serviceReferenceVariant, readLogPeriod: PERIOD, explain };
      return readServiceRequest(message);
    }),
  ),
);
const RESTRICTION = readServiceRequest({
  requestId: IDS[0],
  serviceReferenceVariant: '3.2',
  restrictAccessForChangeOfTenancy: { restrictionDateTime: '2026-11-22T00:00:00Z' },
});

test('a request that is kept is the request that came, whichever was kept before', () => {
  const kept = new KeptRequest();
  for (const request of [...READS, RESTRICTION, ...READS]) {
    kept.keep(request, undefined);
    expect(kept.request).toEqual(request);
    expect(kept.askedBy(request)).toBe(undefined);
  }
});

test('what a device is asked is kept with its request and not with the next', () => {
  const kept = new KeptRequest();
  const [request] = READS;
  if (request === undefined || !('requestId' in request)) throw new Error('there is a request');
  const { targetHigh: high, targetLow: low } = request.requestId;
  const cohort = { deviceType: 'ESME' };
  const party = { id: '90-B3-D5-1F-30-01-00-00' };
  const asked = { target: { device: 3, high, low, cohort, role: 'IS' }, party, sinceMs: 2 ** 41 };
  kept.keep(request, asked as Parameters<KeptRequest['keep']>[1]);
  expect(kept.askedBy(request)).toEqual(asked);
  kept.keep(request, undefined);
  expect(kept.askedBy(request)).toBe(undefined);
});

test('a question that is kept is the one that was asked, beyond 2^31 too', () => {
  const kept = new KeptQuestion();
  expect(() => kept.question).toThrow('no question is kept');
  const cohort = { deviceType: 'ESME' } as const;
  for (const half of [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
    const question = {
      asker: IDS[0] as string,
      target: { device: half % 97, high: half, low: 0xffff_ffff - half, cohort },
      srv: '4.8.2',
      period: { startSeconds: half % 11, endSeconds: 2 ** 32 },
      explain: half > 1,
    } as const;
    kept.keep(question as Parameters<KeptQuestion['keep']>[0]);
    expect(kept.question).toEqual(question);
    expect(kept.device).toBe(half % 97);
  }
});
