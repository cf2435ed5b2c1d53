import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Monitor } from '../../inspector/monitor.ts';
import { openSession, UNREAD_BYTES_MAX, WAITING_MAX } from '../../inspector/session.ts';
import { openInspected } from './inspected.ts';

/** A socket of which the test is the other end. */
class Socket extends EventEmitter {
  bufferedAmount = 0;
  readonly sent: string[] = [];

  send(text: string): void {
    this.sent.push(text);
  }

  get messages(): { id?: unknown; ok?: boolean; event?: object; leftOut?: number }[] {
    return this.sent.map((text) => JSON.parse(text));
  }

  say(message: unknown): void {
    this.emit(
      'message',
      Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)),
    );
  }

  async heard(count: number): Promise<void> {
    for (let turn = 0; this.sent.length < count && turn < 1000; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function open() {
  const inspected = openInspected();
  const socket = new Socket();
  const faults: unknown[] = [];
  openSession(inspected.monitor, socket, true, (fault) => faults.push(fault));
  return { ...inspected, socket, faults };
}

describe('a session', () => {
  test('answers with text and value, in order, by id', async () => {
    const { socket } = open();
    socket.say({ id: 1, command: 'step 2' });
    socket.say({ id: 'b', command: 'clock' });
    socket.say({ id: 3, command: 'show nobody' });
    await socket.heard(3);
    expect(socket.messages).toEqual([
      expect.objectContaining({ id: 1, ok: true }),
      expect.objectContaining({
        ...{ id: 'b', ok: true, text: expect.stringContaining('10:00:00') },
        value: expect.objectContaining({ now: '2026-11-23T10:00:00.000Z' }),
      }),
      {
        ...{ id: 3, ok: false },
        error: { code: 'NOT_FOUND', message: expect.any(String), next: expect.any(String) },
      },
    ]);
  });

  test.each(['{', '7', 'null', '[]', '{"id":1}', '{"id":1,"command":7}'])(
    'refuses %s and stays',
    async (text) => {
      const { socket } = open();
      socket.say(text);
      socket.say({ id: 2, command: 'clock' });
      await socket.heard(2);
      expect(socket.messages).toEqual([
        expect.objectContaining({ ok: false, error: expect.objectContaining({ code: 'USAGE' }) }),
        expect.objectContaining({ id: 2, ok: true }),
      ]);
    },
  );

  test('lets so many commands wait and no more', async () => {
    const { socket } = open();
    for (let id = 0; id <= WAITING_MAX; id++) socket.say({ id, command: 'clock' });
    await socket.heard(WAITING_MAX + 1);
    expect(socket.messages.filter(({ ok }) => ok === false)).toEqual([
      expect.objectContaining({ id: WAITING_MAX }),
    ]);
  });

  test('is told of events until it closes', async () => {
    const { socket, ask, tell } = open();
    await tell('watch store');
    await ask(7);
    expect(socket.messages).toEqual([
      {
        event: expect.objectContaining({ event: 'watch', id: 1 }),
        text: expect.stringMatching(/^watch 1 \(store\): /),
      },
    ]);
    socket.emit('close');
    await ask(3);
    socket.say({ id: 1, command: 'clock' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(socket.sent).toHaveLength(1);
  });

  test('ends what is under way when it closes, and begins no more', async () => {
    const { socket, clock, world } = open();
    socket.say({ id: 1, command: 'run-until hit within 300d' });
    socket.say({ id: 2, command: 'fault add {"what":"silent"}' });
    await new Promise((resolve) => setImmediate(resolve));
    socket.emit('close');
    const stoodMs = clock.nowMs();
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(clock.nowMs() - stoodMs).toBeLessThan(86_400_000);
    expect(world.faults?.list()).toEqual([]);
    expect(world.gateway.isObserved).toBe(false);
  });

  test('tells a command who is elsewhere', async () => {
    const { monitor } = openInspected();
    const snapshots = {
      save: () => Promise.reject(new Error('written')),
      load: () => Promise.reject(new Error('read')),
    };
    Object.assign(monitor.desk.world, { snapshots });
    const socket = new Socket();
    openSession(monitor, socket, false, () => {});
    socket.say({ id: 1, command: 'snapshot save bug.s1sp' });
    await socket.heard(1);
    expect(socket.messages).toMatchObject([{ ok: false, error: { code: 'UNAVAILABLE' } }]);
    expect(socket.sent[0]).toContain('from there only');
  });

  test('leaves events out that nobody reads, and says how many', async () => {
    const { socket, ask, tell } = open();
    await tell('watch store');
    socket.bufferedAmount = UNREAD_BYTES_MAX + 1;
    await ask(1);
    await ask(2);
    expect(socket.sent).toEqual([]);
    socket.bufferedAmount = 0;
    await ask(3);
    expect(socket.messages).toEqual([expect.objectContaining({ leftOut: 2 })]);
  });

  test('survives a fault of ours', async () => {
    const { world } = openInspected();
    const bug = new Error('a bug');
    const monitor = new Monitor({
      ...world,
      get cohorts(): never {
        throw bug;
      },
    });
    const socket = new Socket();
    const faults: unknown[] = [];
    openSession(monitor, socket, true, (fault) => faults.push(fault));
    socket.say({ id: 1, command: 'meters' });
    socket.say({ id: 2, command: 'clock' });
    await socket.heard(2);
    expect(socket.messages.map(({ ok }) => ok)).toEqual([false, true]);
    expect(faults).toEqual([bug]);
  });
});
