import { describe, expect, test } from 'vitest';
import type { InspectorEvent } from '../../inspector/observatory.ts';
import { TRACE_RECORDS_MAX } from '../../inspector/observatory.ts';
import { WATCHED_BYTES_MAX } from '../../inspector/points.ts';
import { Trace } from '../../inspector/trace.ts';
import { type Inspected, METER, openInspected, runningClock } from './inspected.ts';

const STAMP = '2026-11-22T00:30:00Z';

/** Everything that listeners are told from now on, in short. */
function heard({ monitor }: Inspected): string[] {
  const events: string[] = [];
  monitor.desk.observatory.listen((event: InspectorEvent) => {
    const { kind, deviceId = '' } = event.record;
    events.push(`${event.event} ${kind} ${deviceId.slice(-2)}`.trim());
  });
  return events;
}

describe('nobody who watches', () => {
  test('means that nobody is told', async () => {
    const inspected = openInspected();
    expect(inspected.gateway.isObserved).toBe(false);
    await inspected.tell('trace all on');
    expect(inspected.gateway.isObserved).toBe(true);
    expect(inspected.readMeters.onCommand).toBeDefined();
    await inspected.tell('trace all off');
    expect(inspected.gateway.isObserved).toBe(false);
    expect(inspected.readMeters.onCommand).toBeUndefined();
    await inspected.tell('watch hit');
    expect(inspected.gateway.isObserved).toBe(true);
    await inspected.tell('break delete 1');
    expect(inspected.gateway.isObserved).toBe(false);
  });
});

describe('trace', () => {
  test('records decisions with their clause and messages of the meter', async () => {
    const { tell, ask } = openInspected();
    await tell(`trace ${METER} on`);
    const first = await ask(7);
    const second = await ask(7);
    await ask(3);
    expect([first.served, second.served]).toEqual(['device', 'cache']);
    const { value, text } = await tell(`trace ${METER}`);
    const yesterday = ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'];
    const common = { at: '2026-11-23T09:00:00.000Z', deviceId: METER, srv: '4.8.1' };
    expect(value).toMatchObject({ isTraced: true });
    const { records } = value as { records: { kind: string }[] };
    expect(records.map(({ kind }) => kind).sort()).toEqual(['decision', 'hit', 'read', 'store']);
    expect(records).toEqual(
      expect.arrayContaining([
        {
          ...common,
          device: 7,
          kind: 'decision',
          asker: first.requestId,
          result: 'miss',
          clause: 'AM 18.22(h)',
          rule: 'R5: nothing of the period was cached, so the meter was read',
          period: yesterday,
          read: [yesterday],
          joined: [],
        },
        { ...common, device: 7, kind: 'read', period: yesterday, entries: 49, outcome: 'ok' },
        expect.objectContaining({ kind: 'store', asker: first.requestId, outcome: 'stored' }),
        expect.objectContaining({ kind: 'hit', asker: second.requestId, clause: 'AM 18.22(h)' }),
      ]),
    );
    expect(text).toContain('miss');
  });

  test('says why a request was answered as it was', async () => {
    const { tell, refuse, ask } = openInspected();
    const unseen = await ask(7);
    expect(await refuse(`why ${unseen.requestId}`)).toMatchObject({ code: 'NOT_FOUND' });
    await tell('trace all on');
    const { requestId } = await ask(7);
    expect((await tell(`why ${requestId.toLowerCase()}`)).text).toMatch(
      /hit \[AM 18.22\(h\)\] asked for .*\n +R6: /,
    );
    expect((await refuse('why')).code).toBe('USAGE');
  });

  test('gives what is never cached its period in time as well', async () => {
    const { tell, ask } = openInspected();
    await tell('trace #7 on');
    await ask(7, '4.8.2');
    expect((await tell('trace #7')).value).toMatchObject({
      records: expect.arrayContaining([
        expect.objectContaining({
          result: 'uncacheable',
          period: ['2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'],
        }),
      ]),
    });
  });

  test('keeps the latest of all meters', () => {
    const trace = new Trace(3);
    for (let at = 0; at < 10; at++) {
      trace.add({ at: String(at), kind: 'hit', device: at % 2, asker: `a:${at}` });
    }
    expect(trace.latest(9).map(({ at }) => at)).toEqual(['7', '8', '9']);
    expect(trace.latest(9, 1).map(({ at }) => at)).toEqual(['7', '9']);
    expect(trace.latest(1, 1).map(({ at }) => at)).toEqual(['9']);
    expect(trace.latest(0)).toEqual([]);
    expect(trace.ofAsker('A:6')).toEqual([]);
    expect(trace.ofAsker('A:8')).toHaveLength(1);
  });

  test('lists who is traced, and says when nobody is', async () => {
    const { tell } = openInspected();
    expect((await tell('trace')).text).toBe('nothing is traced');
    expect((await tell('trace #7')).text).toContain(`\`trace ${METER} on\` begins`);
    await tell('trace #7 on');
    expect((await tell('trace')).value).toEqual({ traced: [METER] });
    expect((await tell('trace #7')).text).toBe('nothing has happened yet');
    await tell('trace #7 off');
    expect((await tell('trace')).value).toEqual({ traced: [] });
  });

  test.each([
    ['trace nobody on', 'NOT_FOUND'],
    ['trace #7 maybe', 'USAGE'],
    [`trace #7 ${TRACE_RECORDS_MAX + 1}`, 'USAGE'],
    ['trace #7 on now', 'USAGE'],
  ])('refuses %s', async (line, code) => {
    expect(await openInspected().refuse(line)).toMatchObject({ code });
  });
});

describe('break and watch', () => {
  test.each([
    ['watch hit', ['watch hit 07']],
    ['watch read #7', ['watch read 07']],
    ['watch store', ['watch store 07']],
    ['watch 4.8.1 #7', 4],
    ['watch 4.6.1 #7', []],
    ['watch hit #3', []],
  ])('%s tells what fits', async (line, expected) => {
    const inspected = openInspected();
    await inspected.tell(line);
    const events = heard(inspected);
    await inspected.ask(7);
    await inspected.ask(7);
    if (typeof expected === 'number') expect(events).toHaveLength(expected);
    else expect(events).toEqual(expected);
    expect((await inspected.tell('watch list')).value).toMatchObject({
      points: [{ id: 1, action: 'watch', hits: events.length }],
    });
  });

  test('wait for one RequestID', async () => {
    const inspected = openInspected();
    const next = `90-B3-D5-1F-30-01-00-07:${METER}:1001`;
    await inspected.tell(`watch ${next.toLowerCase()}`);
    const events = heard(inspected);
    await inspected.ask(7);
    expect(events).toEqual([]);
    expect((await inspected.ask(7)).requestId).toBe(next);
    expect(events).toEqual(['watch hit 07']);
  });

  test('a break holds a clock that runs, a watch does not', async () => {
    const { clock, pass } = runningClock();
    const inspected = openInspected(clock);
    await inspected.tell('watch hit');
    await inspected.ask(7);
    await inspected.ask(7);
    expect(clock.isPaused).toBe(false);
    await inspected.tell('break hit #7');
    await inspected.ask(7);
    expect(clock.isPaused).toBe(true);
    pass(1000);
    expect((await inspected.tell('clock')).text).toContain('09:00:00.000Z  paused');
  });

  test('a break ends a step on its way', async () => {
    const { tell } = openInspected();
    await tell('break read #7 4.8.1');
    const { text, value } = await tell('step 48');
    expect(value).toMatchObject({ reached: false, breaks: [expect.stringMatching(/^break 1 /)] });
    expect(text).toContain(`stopped by break 1 (read ${METER} 4.8.1)`);
    expect((await tell('clock')).text).toMatch(/^2026-11-24T0[0-6]:/);
  });

  test('see an expiry at 25 hours, and the purge of a decommissioned meter', async () => {
    const inspected = openInspected();
    await inspected.ask(7);
    await inspected.ask(3);
    inspected.gateway.setDeviceStatus(3, 'Suspended');
    await inspected.tell('watch expire #3');
    await inspected.tell('watch erase');
    const events = heard(inspected);
    const { value } = await inspected.tell('run-until expire #7 within 26h');
    expect(value).toMatchObject({ reached: true, record: { entries: 48, deviceId: METER } });
    expect((await inspected.tell('clock')).text).toMatch(/^2026-11-24T10:00:00.000Z/);
    expect(events).toContain('watch expire 03');
    inspected.gateway.setDeviceStatus(7, 'Decommissioned');
    expect(events.filter((each) => each === 'watch erase 07')).toHaveLength(3);
  });

  test('see pokes, and a meter made real go on at each half hour', async () => {
    const inspected = openInspected();
    await inspected.tell('real #7');
    await inspected.tell('watch write #7');
    const events = heard(inspected);
    await inspected.tell(`poke #7 import[${STAMP}] 1`);
    await inspected.tell('step 2');
    expect(events).toEqual(Array(3).fill('watch write 07'));
    expect((await inspected.tell('x/1uw #7 header.newestHalfHour')).value).toMatchObject({
      values: [997_460],
    });
  });

  test('of an address see its bytes change and nothing else', async () => {
    const inspected = openInspected();
    await inspected.tell('real #7');
    await inspected.tell(`watch #7 import[${STAMP}]`);
    const events = heard(inspected);
    await inspected.tell('poke #7 import[2026-11-22T01:00:00Z] 1');
    await inspected.ask(7);
    expect(events).toEqual([]);
    await inspected.tell(`poke #7 import[${STAMP}] 1`);
    await inspected.tell(`poke #7 import[${STAMP}] 1`);
    expect(events).toEqual(['watch write 07']);
  });

  test('of the cache see a store and an erasure', async () => {
    const inspected = openInspected();
    await inspected.ask(7, '4.8.3');
    await inspected.tell('watch #7 cache.import.values');
    const events = heard(inspected);
    await inspected.ask(7);
    expect(events).toEqual(['watch store 07']);
    inspected.gateway.setDeviceStatus(7, 'Decommissioned');
    expect(events).toContain('watch erase 07');
  });

  test('are listed and deleted', async () => {
    const { tell } = openInspected();
    await tell('break hit #7');
    await tell('watch 4.8.1');
    expect((await tell('break')).value).toEqual({
      points: [
        { id: 1, action: 'break', wanted: `hit ${METER}`, hits: 0 },
        { id: 2, action: 'watch', wanted: 'anything 4.8.1', hits: 0 },
      ],
    });
    await tell('watch delete 2');
    expect((await tell('break delete all')).value).toEqual({ deleted: 1 });
    expect((await tell('watch list')).text).toBe('none');
  });

  test('are bounded in number', async () => {
    const { tell, refuse } = openInspected();
    for (let at = 0; at < 64; at++) await tell('watch hit');
    expect((await refuse('watch hit')).message).toBe('there are 64 already');
  });

  test.each([
    ['break delete 7', 'NOT_FOUND', 'there is no break or watch 7'],
    ['break delete seven', 'USAGE', 'delete wants a number, or all'],
    ['watch delete', 'USAGE', 'delete wants a number, or all'],
    ['watch thunder', 'USAGE', '"thunder" is nothing to wait for'],
    ['watch 91', 'NOT_FOUND', 'no meter begins with "91"'],
    ['watch #7 nowhere', 'USAGE', '"nowhere" is no range of addresses'],
    ['watch #7 import', 'USAGE', `at most ${WATCHED_BYTES_MAX} are watched`],
    ['watch #7 import+4', 'CONFLICT', 'no memory to watch'],
    ['watch #7 import[99999]', 'USAGE', 'import has the places 0 to 19055, and no 99999'],
    ['watch #7 #8', 'USAGE', 'one METER is wanted, and #8 is a second'],
    ['break hit #7 within 1h', 'USAGE', 'only run-until takes `within`'],
    ['break hit within 1h', 'USAGE', 'only run-until takes `within`'],
    ['break hit 4.8.9', 'USAGE', 'meters are told nothing by "4.8.9"'],
    ['break hit #7 5.1', 'USAGE', 'meters are told nothing by "5.1"'],
    [`break ${METER}:${METER}:x`, 'USAGE', 'is no RequestID'],
  ])('refuse %s', async (line, code, message) => {
    expect(await openInspected().refuse(line)).toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });
});
