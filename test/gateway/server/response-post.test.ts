import { describe, expect, test } from 'vitest';
import type { Party } from '../../../gateway/access/inventory.ts';
import { Tally } from '../../../gateway/protocol/tally.ts';
import {
  POST_OUTBOX_BYTES_MAX,
  POST_OUTBOX_MAX,
  POST_TIMEOUT_MS,
  POSTS_AT_ONCE,
  RETRY_DELAYS_MS,
  ResponseOutbox,
} from '../../../gateway/server/response-post.ts';
import { openWire } from '../wire/duis/documents.ts';
import { PROFILE_ANSWER } from '../wire/messages.ts';
import { TurnedTime } from './gateway-port.ts';

function partyOf(name: string): Party {
  const responseUrl = `http://127.0.0.1:1/${name}`;
  return { id: name, name, roles: ['IS'], status: 'active', responseUrl };
}

const PARTY = partyOf('first');

interface Try {
  readonly url: string;
  readonly document: string;
  readonly signal: AbortSignal;
  /** Ends the try: an HTTP status, or a fault of the network. */
  end(outcome: number | Error): Promise<void>;
}

/** An outbox whose every try the test ends by hand. */
function open() {
  const tally = new Tally();
  const time = new TurnedTime();
  const tries: Try[] = [];
  const warnings: object[] = [];
  const log = { debug() {}, error() {}, warn: (fields: object) => warnings.push(fields) };
  const outbox = new ResponseOutbox({
    wire: openWire(),
    tally,
    realTime: time,
    log,
    postDocument: (url, document, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
        tries.push({
          url,
          document: document.toString(),
          signal,
          async end(outcome) {
            if (typeof outcome === 'number') resolve(outcome);
            else reject(outcome);
            await settled();
          },
        });
      }),
  });
  const dropped = () => tally.rejections.get('answer_dropped', 'only', 'only');
  return { outbox, time, tries, warnings, dropped };
}

/** Whatever was waiting for a promise has gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const document = (text: string) => Buffer.from(`<${text}/>`);

describe('an answer', () => {
  test('is POSTed to the responseUrl of its Party, and gone when it was taken', async () => {
    const { outbox, tries, dropped } = open();
    outbox.post(PARTY, document('a'));
    await settled();
    expect(tries.map(({ url, document: body }) => [url, body])).toEqual([
      ['http://127.0.0.1:1/first', '<a/>'],
    ]);
    expect(outbox.waiting).toBe(1);
    await tries[0]?.end(204);
    expect([outbox.waiting, dropped()]).toEqual([0, 0]);
    await outbox.whenEmpty();
  });

  test('that is not a document yet becomes one when its turn comes', async () => {
    const { outbox, tries } = open();
    outbox.post(PARTY, PROFILE_ANSWER);
    await settled();
    expect(tries[0]?.document).toContain('<sr:SMETS1SignedResponse');
  });

  test.each<[string, number | Error]>([
    ['an error of the network', new Error('ECONNREFUSED')],
    ['HTTP 500', 500],
    ['HTTP 503', 503],
    ['HTTP 429', 429],
    ['HTTP 408', 408],
  ])(
    'is tried again after %s, with longer and longer waits, and then dropped',
    async (_name, outcome) => {
      const { outbox, tries, time, dropped } = open();
      outbox.post(PARTY, document('a'));
      await settled();
      for (const [i, delayMs] of RETRY_DELAYS_MS.entries()) {
        await tries[i]?.end(outcome);
        time.turn(delayMs - 1);
        await settled();
        expect(tries).toHaveLength(i + 1);
        time.turn(1);
        await settled();
        expect(tries).toHaveLength(i + 2);
      }
      expect(dropped()).toBe(0);
      await tries.at(-1)?.end(outcome);
      expect([tries.length, outbox.waiting, dropped()]).toEqual([RETRY_DELAYS_MS.length + 1, 0, 1]);
    },
  );

  test('is taken at a later try', async () => {
    const { outbox, tries, time, dropped } = open();
    outbox.post(PARTY, document('a'));
    await settled();
    await tries[0]?.end(502);
    time.turn(RETRY_DELAYS_MS[0] ?? 0);
    await settled();
    await tries[1]?.end(200);
    expect([outbox.waiting, dropped()]).toEqual([0, 0]);
  });

  test.each([301, 400, 404, 413])(
    'that the receiver refuses with HTTP %d is not tried again',
    async (status) => {
      const { outbox, tries, dropped } = open();
      outbox.post(PARTY, document('a'));
      await settled();
      await tries[0]?.end(status);
      expect([tries.length, outbox.waiting, dropped()]).toEqual([1, 0, 1]);
    },
  );

  test('that the receiver does not take in time is taken back and tried again', async () => {
    const { outbox, tries, time } = open();
    outbox.post(PARTY, document('a'));
    await settled();
    time.turn(POST_TIMEOUT_MS - 1);
    expect(tries[0]?.signal.aborted).toBe(false);
    time.turn(1);
    await settled();
    expect(tries[0]?.signal.aborted).toBe(true);
    time.turn(RETRY_DELAYS_MS[0] ?? 0);
    await settled();
    expect(tries).toHaveLength(2);
  });
});

describe('a slow receiver', () => {
  test('is sent a few answers at a time, in their order, and holds up nobody else', async () => {
    const { outbox, tries } = open();
    for (let i = 0; i < 6; i++) outbox.post(PARTY, document(`a${i}`));
    outbox.post(partyOf('second'), document('b'));
    await settled();
    const bodies = () => tries.map(({ document: body }) => body);
    expect(bodies()).toEqual(['<a0/>', '<a1/>', '<a2/>', '<a3/>', '<b/>']);
    expect(POSTS_AT_ONCE).toBe(4);
    await tries[2]?.end(204);
    expect(bodies().at(-1)).toBe('<a4/>');
    await tries[4]?.end(204);
    expect(tries).toHaveLength(6);
  });

  test('has an outbox of so many answers; then the oldest is dropped and counted', async () => {
    const { outbox, tries, dropped } = open();
    for (let i = 0; i < POSTS_AT_ONCE + POST_OUTBOX_MAX; i++) outbox.post(PARTY, document(`a${i}`));
    await settled();
    expect(dropped()).toBe(0);
    outbox.post(PARTY, document('last'));
    expect(dropped()).toBe(1);
    expect(outbox.waiting).toBe(POSTS_AT_ONCE + POST_OUTBOX_MAX);
    await tries[0]?.end(204);
    expect(tries.at(-1)?.document).toBe('<a5/>');
  });

  test('has an outbox of so many bytes', async () => {
    const { outbox, dropped } = open();
    const half = Buffer.alloc(POST_OUTBOX_BYTES_MAX / 2);
    for (let i = 0; i < POSTS_AT_ONCE + 2; i++) outbox.post(PARTY, half);
    expect(dropped()).toBe(0);
    outbox.post(PARTY, Buffer.alloc(1));
    expect(dropped()).toBe(1);
    outbox.post(PARTY, Buffer.alloc(POST_OUTBOX_BYTES_MAX + 1));
    expect(dropped()).toBe(4);
  });

  test('is told of once, and again only after it took something', async () => {
    const { outbox, tries, warnings } = open();
    for (const name of ['a', 'b', 'c', 'd']) outbox.post(PARTY, document(name));
    await settled();
    await tries[0]?.end(400);
    await tries[1]?.end(400);
    expect(warnings).toEqual([
      { party: 'first', responseUrl: 'http://127.0.0.1:1/first', reason: 'HTTP 400' },
    ]);
    await tries[2]?.end(204);
    await tries[3]?.end(new Error('gone'));
    expect(warnings.slice(1)).toEqual([expect.objectContaining({ reason: 'gone' })]);
  });
});

test('giving up drops what waits, ends what is under way, and leaves nothing to come', async () => {
  const { outbox, tries, time, dropped } = open();
  for (let i = 0; i < 6; i++) outbox.post(PARTY, document(`a${i}`));
  await settled();
  await tries[0]?.end(500);
  const empty = outbox.whenEmpty();
  outbox.giveUp();
  await settled();
  await empty;
  expect([outbox.waiting, dropped(), time.pendingCount]).toEqual([0, 6, 0]);
});
