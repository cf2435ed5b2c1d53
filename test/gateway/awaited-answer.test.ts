import { expect, test } from 'vitest';
import { AwaitedAnswer, type Counter } from '../../gateway/awaited-answer.ts';
import type { Peer } from '../../gateway/peer.ts';
import { ProtocolError } from '../../gateway/protocol/errors.ts';
import { BatchAnswers, LoneAnswer, type Owed } from '../../gateway/sending.ts';
import { jsonWire } from '../../gateway/wire/json.ts';
import { readServiceRequest } from '../../gateway/wire/request.ts';

const REQUEST = readServiceRequest({
  requestId: '90-B3-D5-1F-30-01-00-00:90-B3-D5-1F-40-00-00-01:1',
  serviceReferenceVariant: '4.8.1',
  readLogPeriod: { startDateTime: '2026-11-22T00:00:00Z', endDateTime: '2026-11-23T00:00:00Z' },
});

function isSpareAfter(owedTo: (rooms: Counter['rooms'], peer: Peer) => Owed): AwaitedAnswer[] {
  const inFlight = { end: () => true } as Partial<Counter['rooms']['inFlight']>;
  const rooms = { inFlight } as Counter['rooms'];
  const spare: AwaitedAnswer[] = [];
  const counter = {
    rooms,
    give(_, owed) {
      expect(owed.peer).toBe(peer);
    },
    spare: (awaited) => spare.push(awaited),
  } as Partial<Counter> as Counter;
  const peer: Peer = { party: null, inFlight: 1, send() {} };
  const owed = owedTo(rooms, peer);
  const awaited = new AwaitedAnswer(counter, owed);
  if ('duisSrv' in REQUEST) throw new Error('4.8.1 is served');
  awaited.begin(REQUEST, undefined, owed);
  expect(awaited.peer).toBe(peer);
  awaited.fail(new ProtocolError('INTERNAL', 'a fault'));
  expect(awaited.peer).not.toBe(peer);
  return spare;
}

test('an answer that has been given lets go of the connection that it went to', () => {
  expect(isSpareAfter((rooms, peer) => new LoneAnswer(rooms, jsonWire, peer, 0)).length).toBe(1);
  expect(isSpareAfter((rooms, peer) => new BatchAnswers(rooms, jsonWire, peer, 0)).length).toBe(1);
});
