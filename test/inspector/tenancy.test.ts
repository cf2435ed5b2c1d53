// What the trace and `why` tell beyond reads: a change of tenancy, and the latest of a meter.

import { describe, expect, test } from 'vitest';
import type { InspectorEvent } from '../../inspector/observatory.ts';
import { METER, openInspected } from './inspected.ts';

const RESTRICTION = { device: 7, srv: '3.2', restrictionSeconds: 997_440 * 1800 } as const;

describe('a change of tenancy', () => {
  test('is traced when the meter takes it', async () => {
    const { tell, readMeters } = openInspected();
    await tell('trace #7 on');
    await tell('watch restrict');
    await tell('watch 3.2 #3');
    readMeters.restrictMeter(RESTRICTION, 997_458 * 1800);
    const { value, text } = await tell('trace #7');
    expect(value).toMatchObject({
      records: [{ kind: 'restrict', srv: '3.2', deviceId: METER, outcome: 'ok' }],
    });
    expect(text).toContain('half hours up to 2026-11-23T00:00:00Z are restricted');
    expect((await tell('watch')).value).toMatchObject({ points: [{ hits: 1 }, { hits: 0 }] });
  });

  test('is told of nobody who does not ask', () => {
    const { readMeters } = openInspected();
    expect(readMeters.onCommand).toBeUndefined();
    expect(readMeters.restrictMeter(RESTRICTION, 997_458 * 1800)).toMatchObject({ ok: true });
  });
});

describe('why', () => {
  test('tells of the latest request of a meter, and of what came of it', async () => {
    const { tell, refuse, ask } = openInspected();
    expect((await refuse('why #7')).message).toBe(`nothing is recorded of ${METER}`);
    await tell('trace all on');
    const { requestId } = await ask(7);
    await ask(3);
    const { text, value } = await tell('why #7');
    expect(value).toMatchObject({ asker: requestId, records: [{ result: 'miss' }, {}] });
    expect(text.split('\n')).toEqual([
      `4.8.1 of ${METER} for ${requestId}`,
      '  2026-11-23T09:00:00.000Z  miss [AM 18.22(h)] asked for ' +
        '2026-11-22T00:00:00Z..2026-11-23T00:00:00Z',
      expect.stringMatching(/^ {28}R5: nothing of the period was cached/),
      expect.stringMatching(/^ {28}from the meter: 2026-11-22T00:00:00Z..2026-11-23T00:00:00Z$/),
      '  2026-11-23T09:00:00.000Z  given to the cache: 2026-11-22T00:00:00Z..2026-11-23T00:00:00Z',
    ]);
  });

  test('wants a RequestID, a schedule or a METER', async () => {
    const { refuse } = openInspected();
    expect((await refuse('why')).message).toBe('a REQUESTID or a METER is wanted');
    expect((await refuse('why a:b:1')).message).toBe('nothing is recorded of a:b:1');
    expect((await refuse('why schedule 7')).code).toBe('NOT_FOUND');
    expect((await refuse('why nobody')).message).toContain('does not begin an EUI-64');
  });
});

describe('run-until', () => {
  test('tells whoever asked, and nobody else', async () => {
    const { tell, monitor } = openInspected();
    const events: InspectorEvent[] = [];
    monitor.desk.observatory.listen((event) => events.push(event));
    const { text } = await tell('run-until store #7 4.6.1');
    expect(text.split('\n')).toEqual([
      expect.stringMatching(/^2026-11-24T0\d:\d\d:\d\d.\d{3}Z$/),
      expect.stringContaining('store'),
    ]);
    expect(events).toEqual([]);
  });
});
