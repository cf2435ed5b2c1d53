// The operations that look into meters, cache and faults. They show what the monitor shows, as
// JSON.

import { formatMs } from '../../gateway/protocol/half-hours.ts';
import { type TSchema, Type } from '../../gateway/protocol/schema.ts';
import type { Command } from '../command.ts';
import { isLogName } from '../commands/log.ts';
import { mem } from '../commands/memory.ts';
import { trace } from '../commands/trace.ts';
import { pictureOf } from '../device-memory.ts';
import { devicesOf, findDevice, shown } from '../device-prefix.ts';
import { faultPresets } from '../fault-presets.ts';
import { fleetView, liveView } from '../live.ts';
import { cacheView, LOG_VIEWS, logView, meterSummary, meterView } from '../meter-view.ts';
import type { Monitor } from '../monitor.ts';
import { type Outcome, type Refused, refused } from '../outcome.ts';
import { PERIOD_FORMS, periodFault, readPeriod } from '../value-words.ts';
import { LOGS, nowSecondsOf } from '../world.ts';
import * as answers from './answers.ts';
import type { Asked, Operation } from './operation.ts';

const METERS_DEFAULT = 50;
const METERS_MAX = 1000;
const RECORDS_DEFAULT = 100;
const RECORDS_MAX = 10_000;
const MEMORY_DEFAULT = 256;

const whole = (min: number, max: number) => ({
  pattern: '^\\d{1,9}$',
  description: `a whole number from ${min} to ${max}`,
});
const text = (description: string) => Type.String({ description, maxLength: 64 });
const optional = (schema: TSchema) => Type.Optional(schema);
const queryOf = (properties: Record<string, TSchema>) =>
  Type.Object(properties, { additionalProperties: false });

/** What a view may be, as a refusal says it. */
const VIEW_WORDS = `one of ${LOG_VIEWS.join(', ')}`;

const METER = '/api/v1/meters/{deviceId}';

/** A whole number of a query; the refusal where it is out of bounds. */
function numberIn(asked: Asked, key: string, fallback: number, max: number): number | Refused {
  const value = Number(asked.query[key] ?? fallback);
  if (value >= 1 && value <= max) return value;
  const message = `/${key} must be a whole number from 1 to ${max}`;
  return refused('USAGE', message, `leave it out for ${fallback}`, `/${key}`);
}

export function inspectorOperations(monitor: Monitor): Operation[] {
  const { desk } = monitor;
  const { world } = desk;

  /** Runs `then` with the one device that the path names. */
  function ofMeter(asked: Asked, then: (device: number) => object | Refused): object | Refused {
    const found = findDevice(world, asked.params.deviceId ?? '');
    return found.ok ? then(found.device) : found;
  }

  /** What a command of the monitor has to say, as its value. */
  async function valueFrom(command: Command, words: readonly string[]): Promise<object | Refused> {
    const outcome: Outcome = await command.run(desk, words);
    if (!outcome.ok) return outcome;
    const { value } = outcome;
    return typeof value === 'object' && value !== null ? value : {};
  }

  return [
    {
      method: 'GET',
      path: '/api/v1/fleet',
      summary: 'The cohorts and what they come to.',
      answers: answers.FLEET,
      run: () => fleetView(world),
    },
    {
      method: 'GET',
      path: '/api/v1/live',
      summary: 'Counters since the start, for a live view.',
      answers: answers.LIVE,
      run: () => liveView(world),
    },
    {
      method: 'GET',
      path: '/api/v1/meters',
      summary: 'Meters by the beginning of their identifier, page by page.',
      query: queryOf({
        prefix: optional(text('the beginning of an EUI-64, with or without dashes')),
        limit: optional(Type.String(whole(1, METERS_MAX))),
        cursor: optional(Type.String({ ...whole(0, 999_999_999) })),
      }),
      answers: answers.METERS,
      refuses: [400],
      run(asked) {
        const limit = numberIn(asked, 'limit', METERS_DEFAULT, METERS_MAX);
        if (typeof limit !== 'number') return limit;
        const { prefix = '', cursor = '0' } = asked.query;
        const skip = Number(cursor);
        const found = devicesOf(world, prefix, limit, skip);
        if (found === undefined) {
          const message = `/prefix: "${shown(prefix)}" does not begin an EUI-64`;
          return refused(
            'USAGE',
            message,
            `identifiers are like ${world.gateway.devices.deviceId(0)}`,
            '/prefix',
          );
        }
        const next = skip + found.devices.length;
        return {
          count: found.count,
          meters: found.devices.map((device) => meterSummary(world, device)),
          ...(next < found.count && { nextCursor: String(next) }),
        };
      },
    },
    {
      method: 'GET',
      path: METER,
      summary: 'One meter: identity, state, registers, schedules.',
      answers: answers.METER,
      refuses: [404, 409],
      run: (asked) => ofMeter(asked, (device) => meterView(world, device)),
    },
    {
      method: 'GET',
      path: `${METER}/log/{log}`,
      summary:
        'Entries of a log (import, export, reactive, daily), as held or as a read gets them.',
      query: queryOf({
        period: optional(text(PERIOD_FORMS)),
        view: optional(Type.String({ pattern: '^(held|as-read)$', description: VIEW_WORDS })),
      }),
      answers: answers.LOG,
      refuses: [400, 404, 409],
      run(asked) {
        const { log = '' } = asked.params;
        if (!isLogName(log)) {
          const message = `there is no log "${shown(log)}"`;
          return refused('NOT_FOUND', message, `logs are ${Object.keys(LOGS).join(', ')}`);
        }
        const word = asked.query.period ?? 'yesterday';
        const period = readPeriod(word, nowSecondsOf(world));
        if (period === undefined) {
          const message = `/period "${shown(word)}" ${periodFault(word)}`;
          return refused('USAGE', message, `write it as ${PERIOD_FORMS}`, '/period');
        }
        const view = LOG_VIEWS.find((each) => each === asked.query.view);
        return ofMeter(asked, (device) => logView(world, device, log, period, view));
      },
    },
    {
      method: 'GET',
      path: `${METER}/memory`,
      summary: "Bytes of a meter's memory with the fields they are.",
      query: queryOf({
        from: optional(text('an address: a number, 0x…, or a name such as import')),
        size: optional(Type.String(whole(1, 4096))),
      }),
      answers: answers.MEMORY,
      refuses: [400, 404, 409],
      async run(asked) {
        const size = numberIn(asked, 'size', MEMORY_DEFAULT, 4096);
        if (typeof size !== 'number') return size;
        const { deviceId = '' } = asked.params;
        const map = await valueFrom(mem, ['map', deviceId]);
        if ('error' in map) return map;
        const from = asked.query.from ?? '0';
        const dump = await valueFrom(mem, ['dump', deviceId, `${from}..${from}+${size - 1}`]);
        if (!('error' in dump)) return { ...map, ...dump };
        // The end may lie beyond the last region: as much as there is then.
        const whole = await valueFrom(mem, ['dump', deviceId, from]);
        return 'error' in whole ? whole : { ...map, ...whole };
      },
    },
    {
      method: 'GET',
      path: `${METER}/memory-picture`,
      summary: "All bytes of a meter's memory, to be decoded elsewhere.",
      answers: answers.PICTURE,
      refuses: [404, 409],
      run: (asked) =>
        ofMeter(asked, (device) => ({
          deviceId: world.gateway.devices.deviceId(device),
          now: formatMs(world.clock.nowMs()),
          ...pictureOf(world, device),
        })),
    },
    {
      method: 'GET',
      path: `${METER}/cache`,
      summary: 'What is cached of a meter, each entry with its age.',
      answers: answers.CACHE,
      refuses: [404, 409],
      run: (asked) => ofMeter(asked, (device) => cacheView(world, device)),
    },
    {
      method: 'GET',
      path: `${METER}/trace`,
      summary: 'Messages and decisions recorded of a meter; `trace METER on` begins to record.',
      query: queryOf({ limit: optional(Type.String(whole(1, RECORDS_MAX))) }),
      answers: answers.TRACE,
      refuses: [400, 404, 409],
      run(asked) {
        const limit = numberIn(asked, 'limit', RECORDS_DEFAULT, RECORDS_MAX);
        if (typeof limit !== 'number') return limit;
        return valueFrom(trace, [asked.params.deviceId ?? '', String(limit)]);
      },
    },
    {
      method: 'GET',
      path: '/api/v1/parties',
      summary: 'The Parties that may ask, without their tokens.',
      answers: answers.PARTIES,
      run: () => ({ parties: world.parties ?? [] }),
    },
    ...faultOperations(monitor),
  ];
}

function faultOperations({ desk }: Monitor): Operation[] {
  const { faults } = desk.world;
  if (faults === undefined) return [];
  const path = '/api/v1/faults';
  return [
    {
      ...{ method: 'GET', path, summary: 'The faults that hold.', answers: answers.FAULTS },
      run: () => ({ faults: faults.list() }),
    },
    {
      ...{ method: 'GET', path: '/api/v1/fault-presets', summary: 'Ready-made fault plans.' },
      answers: answers.FAULT_PRESETS,
      run: () => ({ presets: faultPresets() }),
    },
    {
      ...{ method: 'POST', path, summary: 'Makes a fault.', answers: answers.FAULT },
      body: answers.FAULT_BODY,
      refuses: [400],
      run({ body }) {
        const added = faults.add(body);
        if (added.ok) return added.value;
        // A problem is told as where it came from, the pointer to it, and what it is.
        const [, at] = /^fault: (\/\S*): /.exec(added.problems[0] ?? '') ?? [];
        return refused('USAGE', added.problems.join('; '), 'see docs/faults.md', at ?? '');
      },
    },
    {
      ...{ method: 'DELETE', path, summary: 'Ends all faults.', answers: answers.CLEARED },
      run: () => ({ cleared: faults.clear() }),
    },
    {
      method: 'DELETE',
      path: `${path}/{faultId}`,
      summary: 'Ends one fault.',
      answers: answers.REMOVED,
      refuses: [404],
      run({ params: { faultId = '' } }) {
        if (faults.remove(faultId)) return { removed: faultId };
        return refused('NOT_FOUND', `there is no fault ${shown(faultId)}`, 'GET /api/v1/faults');
      },
    },
  ];
}
