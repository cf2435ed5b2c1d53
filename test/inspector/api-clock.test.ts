import { afterEach, describe, expect, test } from 'vitest';
import { openPort } from '../gateway/server/gateway-port.ts';
import * as api from './api-port.ts';
import { type ApiPort, openApi } from './api-port.ts';
import { type Inspected, openInspected, runningClock } from './inspected.ts';

let port: ApiPort | undefined;

afterEach(async () => {
  await port?.drain();
  port = undefined;
});

async function open(inspected?: Inspected): Promise<ApiPort> {
  port = await openApi(inspected);
  return port;
}

const get = (path: string) => api.get(port ?? { port: 0 }, path);
const send = (method: string, path: string, body: unknown) =>
  api.send(port ?? { port: 0 }, method, path, body);

describe('the clock page', () => {
  test('moves a manual clock, and tells how it stands', async () => {
    await open();
    expect((await send('POST', '/api/v1/clock', { advanceSeconds: 60 })).json).toEqual({
      now: '2026-11-23T09:01:00.000Z',
    });
    expect((await get('/api/v1/clock')).json).toEqual({
      ...{ now: '2026-11-23T09:01:00.000Z', kind: 'manual', isPaused: true, speed: 0 },
    });
    expect((await send('POST', '/api/v1/clock', { pause: true })).status).toBe(200);
    expect((await send('POST', '/api/v1/clock', { resume: true })).status).toBe(409);
    expect((await send('POST', '/api/v1/clock', { speed: 2 })).status).toBe(409);
  });

  test('pauses, leads on, speeds up and resumes a clock that runs', async () => {
    const { clock } = runningClock();
    await open(openInspected(clock));
    const running = await send('POST', '/api/v1/clock', { advanceSeconds: 60 });
    expect([running.status, running.json.error.next]).toEqual([409, 'POST {"pause": true} first']);
    expect((await send('POST', '/api/v1/clock', { pause: true })).json).toMatchObject({
      isPaused: true,
    });
    expect((await send('POST', '/api/v1/clock', { advanceSeconds: 60 })).json).toEqual({
      now: '2026-11-23T09:01:00.000Z',
    });
    expect((await send('POST', '/api/v1/clock', { speed: 5 })).json).toMatchObject({ speed: 5 });
    expect((await send('POST', '/api/v1/clock', { resume: true })).json).toMatchObject({
      isPaused: false,
    });
  });

  test.each([
    ['let go', { runs: true, aheadMs: 0 }, 409],
    ['led further', { runs: false, aheadMs: 7_200_000 }, 409],
    ['broken', { runs: false, aheadMs: 0 }, 500],
  ])('does not move a clock that is %s meanwhile', async (_, { runs, aheadMs }, status) => {
    let isPaused = true;
    let now = 0;
    const moved = await openPort({
      clock: { nowMs: () => now, schedule: () => ({ cancel() {}, place: 0 }), reschedule() {} },
      clockControls: {
        ...{ kind: 'running', speed: 1, pause() {} },
        get isPaused() {
          return isPaused;
        },
      },
      async advanceTo() {
        isPaused = !runs;
        now += aheadMs;
        throw new RangeError('not now');
      },
    });
    const answer = await api.send(moved, 'POST', '/api/v1/clock', { advanceSeconds: 3600 });
    await moved.drain();
    expect(answer.status).toBe(status);
    if (status === 409) {
      expect(answer.json.error).toMatchObject({ code: 'CONFLICT', message: 'not now' });
      expect(answer.json.error.next).toContain('try again');
    }
  });

  test.each([
    [{ speed: 0 }, '/speed'],
    [{ speed: 'fast' }, '/speed'],
    [{ pause: 1 }, '/pause'],
    [{ resume: 'yes' }, '/resume'],
    [{ pause: true, resume: true }, ''],
    [{ paus: true }, '/paus'],
  ])('refuses %j', async (body, path) => {
    const { clock } = runningClock();
    await open(openInspected(clock));
    clock.pause();
    const { status, json } = await send('POST', '/api/v1/clock', body);
    expect([status, json.error.path]).toEqual([400, path]);
  });
});
