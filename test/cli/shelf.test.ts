// The shelf of a gateway that runs: what it saves, what it loads, and when it does neither.

import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openShelf } from '../../cli/shelf.ts';
import type { ServedWorld } from '../../cli/world.ts';
import type { Peer } from '../../gateway/peer.ts';
import { jsonWire } from '../../gateway/wire/json.ts';
import { Asked, place } from './snapshot-world.ts';

/** A shelf, and the worlds that were to take its world's place. */
function shelfOf({ world }: Asked) {
  const replaced: ServedWorld[] = [];
  return { shelf: openShelf(world, (by) => void replaced.push(by)), replaced };
}

test('has the world of a file take its place, at its time', async () => {
  const first = Asked.open();
  await first.pass(90);
  const file = place('shelf.s1sp');
  const view = await shelfOf(first).shelf.save(file, true);
  expect(view).toMatchObject({ file, now: '2026-11-23T09:01:30.000Z', containsReadings: true });
  const other = Asked.open();
  const { shelf, replaced } = shelfOf(other);
  expect(await shelf.load(file)).toEqual(view);
  expect(replaced.map(({ clock }) => clock.nowMs())).toEqual([first.world.clock.nowMs()]);
  for (const asked of [first, other]) asked.hangUp();
});

describe('keeps its world', () => {
  test('while requests are in flight', async () => {
    const asked = Asked.open();
    const file = place('busy.s1sp');
    const { shelf, replaced } = shelfOf(asked);
    await shelf.save(file, false);
    asked.read('4.8.1', 1, 'IS', 1);
    await expect(shelf.load(file)).rejects.toMatchObject({
      message: 'requests or answers are under way: 1',
      next: 'lead the clock on (`clock advance 1m`) until all have been answered',
    });
    await asked.pass(40);
    expect(replaced).toEqual([]);
    await shelf.load(file);
    expect(replaced).toHaveLength(1);
  });

  test('where a file is none, or of another world', async () => {
    const { shelf, replaced } = shelfOf(Asked.open({ fleet: undefined, meters: 3 }));
    const file = place('none.s1sp');
    await expect(shelf.load(file)).rejects.toThrow('cannot be read');
    writeFileSync(file, 'S1SP');
    await expect(shelf.load(file)).rejects.toThrow('is cut off');
    const other = place('other-fleet.s1sp');
    await shelfOf(Asked.open()).shelf.save(other, false);
    await expect(shelf.load(other)).rejects.toThrow('is of another fleet');
    expect(replaced).toEqual([]);
  });
});

test('saves nothing while what came over HTTP is in flight, and says so', async () => {
  const asked = Asked.open();
  const peer: Peer = { party: null, inFlight: 0, send: () => {}, speaksFor: () => {} };
  const requestId = `90-B3-D5-1F-30-01-00-00:${asked.deviceId(1)}:1`;
  const readLogPeriod = {
    startDateTime: '2026-11-22T00:00:00Z',
    endDateTime: '2026-11-23T00:00:00Z',
  };
  const message = { requestId, serviceReferenceVariant: '4.8.1', readLogPeriod };
  asked.world.gateway.handle(Buffer.from(JSON.stringify(message)), jsonWire, peer);
  const { shelf } = shelfOf(asked);
  await expect(shelf.save(place('http.s1sp'), true)).rejects.toThrow(
    'requests that came over HTTP are in flight: 1',
  );
  await asked.pass(40);
  await shelf.save(place('http.s1sp'), true);
});
