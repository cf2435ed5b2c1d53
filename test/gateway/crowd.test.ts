// Objects of requests in flight are written over by later ones. Whatever a crowd asks, each is to
// be answered as if nobody but its device were there: the same script is acted out by all devices
// together and by each in a world of its own, and every answer has to be the same to the byte.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InquiryState } from '../../gateway/s1sp/inquiry-state.ts';
import { isTrusted, Script } from './crowd/script.ts';
import { misread } from './crowd/truth.ts';
import { type Act, CrowdWorld, type Message } from './crowd/world.ts';

const ROUNDS = 120;
/** Beyond every deadline, and every reply that faults hold up. */
const REST: Act = { kind: 'pass', ms: 120_000 };

/** Every message of a script, those upon answers included, by RequestID. */
function messagesOf(acts: readonly Act[]): Map<string, Message> {
  const found = new Map<string, Message>();
  for (const act of acts) {
    for (const message of act.kind === 'say' ? act.messages : []) {
      for (let each: Message | undefined = message; each !== undefined; each = each.next) {
        found.set(each.requestId, each);
      }
    }
  }
  return found;
}

/** Of what a device is asked, I99 is the promise of an answer. */
function isFinal({ device }: Message, text: string): boolean {
  return device === undefined || !/"responseCode":"I99"|>I99</.test(text);
}

function isDated({ body }: Message): boolean {
  return typeof body === 'object' && 'executionDateTime' in body;
}

describe.each([
  ['until all is answered', 3, [REST]],
  ['until the gateway stops', 4, [{ kind: 'giveUp' } as const, REST]],
])('a crowd that asks %s', (_, seed, end) => {
  const crowd = new CrowdWorld();
  const script = new Script(seed, crowd.fleet.ranges);
  const acts: readonly Act[] = [...script.acts(ROUNDS), ...end];
  const messages = messagesOf(acts);
  let most = 0;

  beforeAll(async () => {
    for (const act of acts) {
      await crowd.act([act]);
      most = Math.max(most, crowd.gateway.inFlight.count);
    }
  });

  afterAll(() => crowd.clock.close());

  test('is many at a time, and is answered from meters, from the cache, from both and not', () => {
    const texts = [...crowd.heard.values()].flat();
    const count = (what: string) => texts.filter((text) => text.includes(what)).length;
    expect(most).toBeGreaterThan(50);
    expect(count('"served":"device"')).toBeGreaterThan(500);
    expect(count('"served":"cache"')).toBeGreaterThan(250);
    expect(count('"served":"mixed"')).toBeGreaterThan(50);
    expect(count('SMETS1SignedResponse')).toBeGreaterThan(50);
    expect(count('"E21"')).toBeGreaterThan(150);
    expect(crowd.tally.coalescedReads).toBeGreaterThan(25);
    expect(count('DUPLICATE_REQUEST_ID')).toBeGreaterThan(10);
  });

  test('gets one final answer to each message, and nothing is left behind', () => {
    expect(crowd.mistakes).toEqual([]);
    expect(crowd.gateway.inFlight.count).toBe(0);
    expect(crowd.wan.tally.inFlight).toBe(0);
    expect(crowd.network.held).toBe(0);
    expect(crowd.gateway.cohortCounts().map(({ inFlight }) => inFlight)).toEqual(
      crowd.fleet.cohorts.map(() => 0),
    );
    for (const [place, said] of crowd.said) {
      const message = messages.get(place.split(' ')[1] ?? '');
      // What is dated is acknowledged and answered, or refused; where it fails an alert says so.
      if (message === undefined || isDated(message)) continue;
      const finals = (crowd.heard.get(place) ?? []).filter((text) => isFinal(message, text));
      expect([place, finals.length]).toEqual([place, said]);
    }
  });

  test('is told what the meters have counted, each what it asked', () => {
    const wrong: string[] = [];
    for (const [place, texts] of crowd.heard) {
      const message = messages.get(place.split(' ')[1] ?? '');
      if (message === undefined) wrong.push(`nobody asked ${place}`);
      else if (message.device === undefined || isTrusted(message.device)) {
        for (const text of texts) wrong.push(...(misread(crowd.fleet, message, text) ?? []));
      }
    }
    expect(wrong).toEqual([]);
  });

  test('is answered as if nobody but its device were there', async () => {
    const alone = new Map<string, string[]>();
    for (let device = 0; device < script.deviceCount; device++) {
      const world = new CrowdWorld();
      await world.act(acts, device);
      expect(world.mistakes).toEqual([]);
      for (const [place, texts] of world.heard) alone.set(place, texts);
      world.clock.close();
    }
    expect([...crowd.heard.keys()].sort()).toEqual([...alone.keys()].sort());
    for (const [place, texts] of crowd.heard) {
      expect([place, texts]).toEqual([place, alone.get(place)]);
    }
  });
});

/** Numbers of the commands that an inquiry waits for. */
function commandsOf(inquiry: InquiryState): readonly number[] {
  if (inquiry.kind === 'fill') return inquiry.parts.flatMap(({ command }) => command ?? []);
  if (inquiry.kind === 'slices') return inquiry.underWay.map(({ command }) => command);
  return [inquiry.command];
}

describe('what is saved of a crowd', () => {
  test('stays as it was while the world goes on', async () => {
    const world = new CrowdWorld();
    const acts = new Script(5, world.fleet.ranges).acts(60);
    await world.act(acts.slice(0, 200));
    const saved = world.save(true);
    const before = JSON.stringify(saved);
    expect(saved.emulator.wan.length).toBeGreaterThan(20);
    await world.act([...acts.slice(200), REST]);
    expect(JSON.stringify(saved)).toBe(before);
    world.clock.close();
  });

  test('names only commands to the device of whoever waits for them', async () => {
    const world = new CrowdWorld();
    let parts = 0;
    for (const act of new Script(6, world.fleet.ranges).acts(150)) {
      await world.act([act]);
      if (act.kind !== 'pass') continue;
      const { emulator, gateway } = world.save(false);
      const commands = [...emulator.wan, ...emulator.held].map(({ command }) => command);
      for (const inquiry of gateway.s1sp.inquiries) {
        const { device } = inquiry.kind === 'restriction' ? inquiry : inquiry.question;
        const asked = commandsOf(inquiry).map((number) => commands[number]?.device);
        expect(asked).toEqual(asked.map(() => device));
        if (inquiry.kind === 'fill') parts += asked.length;
      }
    }
    expect(parts).toBeGreaterThan(50);
    world.clock.close();
  });
});
