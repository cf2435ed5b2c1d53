// What the operations answer, field by field, for the OpenAPI document. A test holds real answers
// against these: a field that an answer has and a schema has not is a mistake of the schema.

import { type TProperties, type TSchema, Type } from '../../gateway/protocol/schema.ts';

const object = (properties: TProperties) =>
  Type.Object(properties, { additionalProperties: false });
const text = (description: string) => Type.String({ description });
const wordOf = (words: readonly string[]) => Type.Union(words.map((word) => Type.Literal(word)));

const TIME = text('ISO 8601 UTC');
const DEVICE_ID = text('EUI-64 in upper case with dashes');
const COUNT = Type.Integer({ minimum: 0 });
const NUMBER = Type.Number();
const FLAG = Type.Boolean();
const VALUES = Type.Union([Type.Array(Type.Union([NUMBER, Type.Null()])), Type.Null()], {
  description: 'a number for each column, null for a gap; null: no such entry',
});
const SRV = text('Service Reference Variant, such as 4.8.1');

export const FLEET = object({
  seed: COUNT,
  meters: COUNT,
  memoryBytes: COUNT,
  cohorts: Type.Array(
    object({
      ...{ name: Type.String(), deviceType: Type.String(), model: Type.String() },
      ...{ wan: Type.String(), count: COUNT },
      ...{ firstDeviceId: DEVICE_ID, lastDeviceId: DEVICE_ID },
    }),
  ),
});

export const LIVE = object({
  now: TIME,
  clock: wordOf(['running', 'manual']),
  isPaused: FLAG,
  speed: NUMBER,
  serviceRequests: COUNT,
  fromCache: COUNT,
  cacheLookups: COUNT,
  cacheHits: COUNT,
  deviceReads: COUNT,
  deviceReadsSaved: COUNT,
  coalesced: COUNT,
  inFlight: COUNT,
  cacheEntries: COUNT,
  cachedMeters: COUNT,
  isObserved: FLAG,
  cohorts: Type.Array(object({ answered: COUNT, fromCache: COUNT, inFlight: COUNT }), {
    description: 'requests to the devices of each cohort, in the order of /api/v1/fleet',
  }),
});

const SUMMARY = {
  deviceId: DEVICE_ID,
  device: COUNT,
  cohort: Type.String(),
  deviceType: Type.String(),
  deviceStatus: Type.String(),
  isReal: FLAG,
  isCached: FLAG,
};

export const METERS = object({
  count: COUNT,
  meters: Type.Array(object(SUMMARY)),
  nextCursor: Type.Optional(text('of the next page; absent on the last')),
});

const TOU = Type.Array(NUMBER);

export const METER = object({
  ...SUMMARY,
  model: Type.String(),
  wan: Type.String(),
  twinElement: FLAG,
  dateCommissioned: text('a date'),
  now: TIME,
  registersAt: TIME,
  registers: object({
    activeImportWh: NUMBER,
    touWh: TOU,
    secondaryImportWh: Type.Optional(NUMBER),
    secondaryTouWh: Type.Optional(TOU),
    activeExportWh: NUMBER,
    reactiveImportVarh: NUMBER,
    reactiveExportVarh: NUMBER,
  }),
  activeScheduleCount: COUNT,
  dspSchedules: Type.Array(
    object({
      ...{ dspScheduleId: COUNT, ownerId: DEVICE_ID, serviceReferenceVariant: SRV },
      scheduleFrequency: Type.String(),
    }),
  ),
  cached: Type.Record(Type.String(), COUNT, { description: 'cached entries by SRV' }),
});

export const LOG = object({
  deviceId: DEVICE_ID,
  log: Type.String(),
  serviceReferenceVariant: SRV,
  from: TIME,
  to: TIME,
  view: wordOf(['held', 'as-read']),
  columns: Type.Array(Type.String()),
  entries: Type.Array(object({ timestamp: TIME, values: VALUES })),
  responseCode: Type.Optional(text('the meter does not give such a period')),
  changedByFaults: Type.Array(object({ timestamp: TIME, held: VALUES, asRead: VALUES })),
});

const RING = object({
  ...{ capacity: COUNT, newest: NUMBER, oldest: NUMBER },
  seconds: Type.Integer({ description: 'between entries: 1800 or 86400' }),
});

const FIELD = object({
  ...{ name: Type.String(), address: COUNT, size: COUNT },
  value: Type.Union([NUMBER, Type.String()]),
  stamp: Type.Optional(TIME),
});

export const MEMORY = object({
  deviceId: DEVICE_ID,
  isReal: FLAG,
  isCached: FLAG,
  regions: Type.Array(
    object({
      ...{ name: Type.String(), store: wordOf(['meter', 'cache']), address: COUNT, size: COUNT },
      bankAddress: COUNT,
      form: Type.Union([
        object({ struct: Type.String(), size: COUNT }),
        object({ wordSize: COUNT }),
      ]),
      ring: Type.Optional(RING),
      what: Type.String(),
    }),
  ),
  from: COUNT,
  to: COUNT,
  lines: Type.Array(
    object({
      ...{ address: COUNT, bytes: text('hexadecimal'), region: Type.String(), isRing: FLAG },
      fields: Type.Array(FIELD),
    }),
  ),
});

export const PICTURE = object({
  deviceId: DEVICE_ID,
  now: TIME,
  place: Type.Object({}, { description: 'where the regions lie', additionalProperties: true }),
  stretches: Type.Array(
    object({ store: wordOf(['meter', 'cache']), address: COUNT, base64: Type.String() }),
  ),
});

export const CACHE = object({
  deviceId: DEVICE_ID,
  now: TIME,
  isCached: FLAG,
  logs: Type.Array(
    object({
      serviceReferenceVariant: SRV,
      isArmed: FLAG,
      entries: Type.Array(
        object({
          ...{ timestamp: TIME, values: VALUES, cachedAt: TIME },
          ...{ ageSeconds: NUMBER, expiresAt: TIME },
        }),
      ),
    }),
  ),
});

const STRETCH = Type.Array(TIME, { minItems: 2, maxItems: 2 });
const SOME_TEXT = Type.Optional(Type.String());

export const TRACE = object({
  isTraced: FLAG,
  records: Type.Array(
    object({
      ...{ at: TIME, kind: Type.String(), device: Type.Optional(COUNT) },
      ...{ deviceId: Type.Optional(DEVICE_ID), srv: SOME_TEXT, asker: SOME_TEXT },
      ...{ result: SOME_TEXT, clause: SOME_TEXT, rule: SOME_TEXT },
      ...{ period: Type.Optional(STRETCH), read: Type.Optional(Type.Array(STRETCH)) },
      joined: Type.Optional(Type.Array(STRETCH)),
      ...{ outcome: SOME_TEXT, entries: Type.Optional(COUNT), what: SOME_TEXT },
    }),
  ),
});

export const PARTIES = object({
  parties: Type.Array(
    object({
      ...{ id: DEVICE_ID, name: Type.String(), roles: Type.Array(Type.String()) },
      ...{ status: Type.String(), hasToken: FLAG },
    }),
  ),
});

const FAULT_TEXT = {
  name: SOME_TEXT,
  when: SOME_TEXT,
  who: Type.Optional(Type.Unknown()),
  srv: Type.Optional(Type.Unknown()),
  what: Type.Unknown(),
  p: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
};

export const FAULT = object({
  ...{ id: COUNT, ...FAULT_TEXT, hits: COUNT },
  lastHitMs: Type.Optional(Type.Integer({ description: 'virtual ms since 1970' })),
});
export const FAULTS = object({ faults: Type.Array(FAULT) });
export const FAULT_PRESETS = object({
  presets: Type.Array(object({ name: Type.String(), faults: Type.Array(object(FAULT_TEXT)) })),
});
/** What a fault may say is checked by the plan's own reader, which names what is wrong better. */
export const FAULT_BODY: TSchema = Type.Object(
  {},
  {
    description: '{name, when, who, srv, what, p}, as in docs/faults.md',
    additionalProperties: true,
  },
);
export const CLEARED = object({ cleared: COUNT });
export const REMOVED = object({ removed: Type.String() });

export const CLOCK = object({
  now: TIME,
  kind: Type.Optional(wordOf(['running', 'manual'])),
  isPaused: Type.Optional(FLAG),
  speed: Type.Optional(NUMBER),
});

export const GATEWAY = object({
  ...{ ready: Type.Literal(true), ws: Type.String(), http: Type.String(), meters: COUNT },
  ...{ firstDeviceId: DEVICE_ID, lastDeviceId: DEVICE_ID, now: TIME, seed: COUNT },
});

export const DEVICE = object({
  ...{ deviceId: DEVICE_ID, deviceType: Type.String(), deviceStatus: Type.String() },
  ...{ dateCommissioned: text('a date'), cohort: Type.String(), activeScheduleCount: COUNT },
  dspSchedules: Type.Array(
    Type.Object(
      { dspScheduleId: COUNT, ownerId: DEVICE_ID },
      { description: 'as 5.2 shows it', additionalProperties: true },
    ),
  ),
});

export const FUTURE_DATED = object({
  count: COUNT,
  futureDated: Type.Array(
    object({ requestId: Type.String(), serviceReferenceVariant: SRV, executionDateTime: TIME }),
  ),
  next: SOME_TEXT,
});
