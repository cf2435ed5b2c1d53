// Where unasked answers go, and what an outbox keeps.

import { describe, expect, test } from 'vitest';
import type { Party } from '../../../gateway/access/inventory.ts';
import { Delivery, OUTBOX_BYTES_MAX, OUTBOX_MAX } from '../../../gateway/dsp/delivery.ts';
import type { Peer } from '../../../gateway/peer.ts';
import type { ServiceResponse } from '../../../gateway/protocol/service-response.ts';
import { jsonWire } from '../../../gateway/wire/json.ts';

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
