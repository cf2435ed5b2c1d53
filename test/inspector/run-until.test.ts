import { describe, expect, test } from 'vitest';
import { WATCHED_BYTES_MAX } from '../../inspector/points.ts';
import { METER, openInspected } from './inspected.ts';

describe('run-until', () => {
  test('comes to a time, or says that an event did not come', async () => {
    const { tell, refuse, gateway } = openInspected();
    expect((await tell('run-until 2026-11-23T12:00:00Z')).value).toMatchObject({ reached: true });
    expect(await refuse('run-until hit #7 within 2h')).toMatchObject({
      message: `hit ${METER} did not happen until 2026-11-23T14:00:00.000Z`,
    });
    expect(gateway.isObserved).toBe(false);
  });

  test('says where a break, or somebody else, has held it', async () => {
    const { tell, refuse, monitor, clock } = openInspected();
    await tell('break store #7 4.6.1');
    expect(await refuse('run-until hit within 2d')).toMatchObject({
      message: expect.stringMatching(
        /^hit did not happen: the clock was held at 2026-11-24T0\S+ by break 1 \(store /,
      ),
      next: 'the same again searches on from here',
    });
    await tell('break delete all');
    const running = monitor.run('run-until hit within 200d');
    await new Promise((resolve) => setImmediate(resolve));
    clock.pause();
    const { message } = Object(Object(await running).error);
    expect(message).toMatch(/^hit did not happen: the clock was held at 202\S+Z$/);
  });

  test('comes to the run of a schedule', async () => {
    const { tell } = openInspected();
    const { value } = await tell('run-until store #7 4.6.1');
    expect(value).toMatchObject({
      record: { kind: 'store', srv: '4.6.1', outcome: 'stored', deviceId: METER },
    });
  });

  test.each([
    ['run-until #7 import+4', 'CONFLICT', 'no memory to watch'],
    ['run-until #7 import', 'USAGE', `at most ${WATCHED_BYTES_MAX} are watched`],
  ])('refuses to wait for bytes that cannot be watched: %s', async (line, code, message) => {
    const { refuse, clock } = openInspected();
    const beforeMs = clock.nowMs();
    expect(await refuse(line)).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(clock.nowMs()).toBe(beforeMs);
  });
});
