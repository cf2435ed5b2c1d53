// Where unasked answers go, and what an outbox keeps.

import { describe, expect, test } from 'vitest';
import type { Party } from '../../../gateway/access/inventory.ts';
import { Delivery, OUTBOX_BYTES_MAX, OUTBOX_MAX } from '../../../gateway/dsp/delivery.ts';
import type { Peer } from '../../../gateway/peer.ts';
import type { ServiceResponse } from '../../../gateway/protocol/service-response.ts';
import { jsonWire } from '../../../gateway/wire/json.ts';
import { openWire } from '../wire/duis/documents.ts';

const PARTY: Party = { id: '90-B3-D5-1F-30-01-00-00', name: 'x', roles: ['IS'], status: 'active' };

function answer(dspScheduleId: number, entries = 0): ServiceResponse {
  const columns = [new Uint32Array(entries).fill(100_000)];
  return {
    kind: 'log',
    responseId: `a:b:${dspScheduleId}`,
    dspScheduleId,
    responseCode: 'I0',
    responseMs: 0,
    serviceReferenceVariant: '4.8.1',
    served: 'device',
    log: { srv: '4.8.1', profile: { firstHalfHour: 1, count: entries, columns } },
  };
}

/** A peer that takes a few answers and then waits to be asked again. */
class Slow implements Peer {
  readonly party = null;
  inFlight = 0;
  isOpen = true;
  readonly ids: number[] = [];
  again: (() => void) | undefined;

  send(frame: Buffer): void {
    if (this.isOpen) this.ids.push(JSON.parse(frame.toString()).dspScheduleId);
  }

  whenWritable(run: () => void): void {
    this.again = run;
  }

  goOn(): void {
    const run = this.again;
    this.again = undefined;
    run?.();
  }
}

describe('an outbox', () => {
  test('is emptied a part at a time, in order, and new answers come last', () => {
    const delivery = new Delivery();
    for (let i = 1; i <= 10; i++) delivery.deliver(PARTY, answer(i, 10_000));
    const peer = new Slow();
    delivery.spoke(PARTY, peer, jsonWire);
    expect(peer.ids.length).toBeGreaterThan(0);
    expect(peer.ids.length).toBeLessThan(10);
    delivery.deliver(PARTY, answer(11));
    delivery.spoke(PARTY, peer, jsonWire);
    for (let i = 0; i < 10; i++) peer.goOn();
    expect(peer.ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(delivery.waiting).toBe(0);
  });

  test('keeps what a connection that closes did not get, for the next one', () => {
    const delivery = new Delivery();
    for (let i = 1; i <= 10; i++) delivery.deliver(PARTY, answer(i, 10_000));
    const [first, second] = [new Slow(), new Slow()];
    delivery.spoke(PARTY, first, jsonWire);
    first.isOpen = false;
    delivery.left(first);
    delivery.spoke(PARTY, second, jsonWire);
    for (let i = 0; i < 10; i++) second.goOn();
    expect([...first.ids, ...second.ids]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('goes on where its Party speaks now, whatever another connection lacks', () => {
    const delivery = new Delivery();
    for (let i = 1; i <= 10; i++) delivery.deliver(PARTY, answer(i, 10_000));
    const [first, second] = [new Slow(), new Slow()];
    delivery.spoke(PARTY, first, jsonWire);
    expect(delivery.hasMail(PARTY, first)).toBe(false);
    expect(delivery.hasMail(PARTY, second)).toBe(true);
    delivery.spoke(PARTY, second, jsonWire);
    first.goOn();
    for (let i = 0; i < 10; i++) second.goOn();
    delivery.deliver(PARTY, answer(11));
    expect([...first.ids, ...second.ids]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(second.ids).toContain(11);
    expect(delivery.hasMail(PARTY, second)).toBe(false);
  });

  test('goes on over the connection that spoke before the one that has closed', () => {
    const delivery = new Delivery();
    const [first, second, third] = [new Slow(), new Slow(), new Slow()];
    for (const peer of [first, second, third, second]) delivery.spoke(PARTY, peer, jsonWire);
    delivery.deliver(PARTY, answer(1));
    second.isOpen = false;
    delivery.deliver(PARTY, answer(2));
    delivery.left(second);
    delivery.deliver(PARTY, answer(3));
    expect([first.ids, second.ids, third.ids]).toEqual([[], [1], [2, 3]]);
    delivery.left(first);
    third.isOpen = false;
    delivery.left(third);
    delivery.deliver(PARTY, answer(4));
    expect(delivery.waiting).toBe(1);
    expect(delivery.peerOf(PARTY)).toBe(undefined);
  });

  test('does not take the word of a connection that has closed', () => {
    const delivery = new Delivery();
    const peer = new Slow();
    peer.isOpen = false;
    delivery.spoke(PARTY, peer, jsonWire);
    expect(delivery.peerOf(PARTY)).toBe(undefined);
  });

  test('takes what is delivered while the connection is closing', () => {
    const delivery = new Delivery();
    const peer = new Slow();
    delivery.spoke(PARTY, peer, jsonWire);
    peer.isOpen = false;
    delivery.deliver(PARTY, answer(1));
    expect(delivery.waiting).toBe(1);
  });

  test('drops the oldest beyond its number, and counts them', () => {
    const delivery = new Delivery();
    for (let i = 1; i <= OUTBOX_MAX; i++) delivery.deliver(PARTY, answer(i));
    expect([delivery.waiting, delivery.dropped]).toEqual([OUTBOX_MAX, 0]);
    delivery.deliver(PARTY, answer(OUTBOX_MAX + 1));
    expect([delivery.waiting, delivery.dropped]).toEqual([OUTBOX_MAX, 1]);
  });

  test('drops the oldest beyond its bytes', () => {
    const delivery = new Delivery();
    const fits = Math.floor(OUTBOX_BYTES_MAX / (19_056 * 4 + 512));
    for (let i = 1; i <= fits; i++) delivery.deliver(PARTY, answer(i, 19_056));
    expect([delivery.waiting, delivery.dropped]).toEqual([fits, 0]);
    delivery.deliver(PARTY, answer(fits + 1, 19_056));
    expect([delivery.waiting, delivery.dropped]).toEqual([fits, 1]);
  });
});

describe('a document that answers a POST', () => {
  const duisWire = openWire();
  const document = Buffer.from('<sr:Response/>');

  class Listener implements Peer {
    readonly party = null;
    inFlight = 0;
    isOpen = true;
    readonly frames: string[] = [];

    send(frame: Buffer): void {
      this.frames.push(frame.toString());
    }
  }

  test.each([
    ['first', ['duis', 'json']],
    ['last', ['json', 'duis']],
  ])('goes to the duis connection that spoke %s', (_, order) => {
    const delivery = new Delivery();
    const peers = { duis: new Listener(), json: new Listener() };
    for (const format of order) {
      if (format === 'duis') delivery.spoke(PARTY, peers.duis, duisWire);
      else delivery.spoke(PARTY, peers.json, jsonWire);
    }
    expect(delivery.deliverDocument(PARTY, document)).toBe(true);
    expect([peers.duis.frames, peers.json.frames]).toEqual([[document.toString()], []]);
  });

  test('goes to the latest of several duis connections', () => {
    const delivery = new Delivery();
    const [first, second] = [new Listener(), new Listener()];
    for (const peer of [first, second]) delivery.spoke(PARTY, peer, duisWire);
    delivery.deliverDocument(PARTY, document);
    delivery.spoke(PARTY, first, duisWire);
    delivery.deliverDocument(PARTY, document);
    expect([first.frames.length, second.frames.length]).toEqual([1, 1]);
  });

  test('goes to the one that spoke before when the latest is closing, or has closed', () => {
    const delivery = new Delivery();
    const [first, second] = [new Listener(), new Listener()];
    for (const peer of [first, second]) delivery.spoke(PARTY, peer, duisWire);
    second.isOpen = false;
    expect(delivery.deliverDocument(PARTY, document)).toBe(true);
    delivery.left(second);
    delivery.deliverDocument(PARTY, document);
    expect([first.frames.length, second.frames.length]).toEqual([2, 0]);
  });

  test('goes nowhere when that connection has closed, is closing, or was never there', () => {
    const delivery = new Delivery();
    const [closed, json] = [new Listener(), new Listener()];
    expect(delivery.deliverDocument(PARTY, document)).toBe(false);
    delivery.spoke(PARTY, closed, duisWire);
    delivery.spoke(PARTY, json, jsonWire);
    closed.isOpen = false;
    expect(delivery.deliverDocument(PARTY, document)).toBe(false);
    closed.isOpen = true;
    delivery.left(closed);
    expect(delivery.deliverDocument(PARTY, document)).toBe(false);
    expect([closed.frames, json.frames]).toEqual([[], []]);
  });

  test('of another Party goes past it', () => {
    const delivery = new Delivery();
    const peer = new Listener();
    delivery.spoke({ ...PARTY, id: '90-B3-D5-1F-30-01-00-01' }, peer, duisWire);
    expect(delivery.deliverDocument(PARTY, document)).toBe(false);
  });
});
