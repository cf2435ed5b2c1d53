// Answers of every kind that a gateway can give, as fast-check arbitraries.

import fc from 'fast-check';
import { formatEui64 } from '../../../../gateway/protocol/eui64.ts';
import {
  type DailyRead,
  type GasDailyRead,
  NO_ENTRY,
  PROFILE_COLUMNS,
  type Profile,
  type ProfileSrv,
} from '../../../../gateway/protocol/log-entries.ts';
import { READ_SRVS } from '../../../../gateway/protocol/service-reference.ts';
import { SCHEDULE_FREQUENCIES } from '../../../../gateway/protocol/service-request.ts';
import type {
  AlertResponse,
  DspSchedule,
  LogAnswer,
  LogResponse,
} from '../../../../gateway/protocol/service-response.ts';

/** 2009 to 2100. */
const FIRST_HALF_HOUR = 683_760;
const LAST_HALF_HOUR = 2_278_000;
const UINT32 = 0xffff_fffe;

const word = fc.integer({ min: 0, max: 0xffff_ffff });
const deviceId = fc.tuple(word, word).map(([high, low]) => formatEui64(high, low));
const counter = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
export const anyId = fc
  .tuple(deviceId, deviceId, counter, fc.boolean())
  .map(([a, b, n, lower]) => (lower ? `${a}:${b}:${n}`.toLowerCase() : `${a}:${b}:${n}`));

const scheduleId = fc.integer({ min: 0, max: 1_000_000_000_000 });
const responseMs = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2100, 0) });

function profile(columns: number): fc.Arbitrary<Profile | null> {
  const row = fc.option(
    fc.array(fc.integer({ min: 0, max: UINT32 }), { minLength: columns, maxLength: columns }),
    {
      freq: 6,
    },
  );
  return fc
    .tuple(
      fc.integer({ min: FIRST_HALF_HOUR, max: LAST_HALF_HOUR }),
      fc.array(row, { maxLength: 120, size: 'max' }),
    )
    .map(([firstHalfHour, rows]) =>
      rows.length === 0
        ? null
        : {
            firstHalfHour,
            count: rows.length,
            columns: Array.from({ length: columns }, (_, column) =>
              Uint32Array.from(rows, (values) => values?.[column] ?? NO_ENTRY),
            ),
          },
    );
}

const profileLog: fc.Arbitrary<LogAnswer> = fc
  .tuple(fc.constantFrom<ProfileSrv>('4.8.1', '4.8.2', '4.8.3'), fc.integer({ min: 1, max: 2 }))
  .chain(([srv, wanted]) =>
    profile(Math.min(wanted, PROFILE_COLUMNS[srv].length)).map((read) => ({ srv, profile: read })),
  );

const gasProfileLog: fc.Arbitrary<LogAnswer> = profile(1).map((read) => ({
  srv: '4.8.1',
  fuel: 'gas',
  profile: read,
}));

const register = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const litres = fc.integer({ min: 0, max: 99_999_999_999 });
const timestamp = fc.integer({ min: FIRST_HALF_HOUR * 1800, max: LAST_HALF_HOUR * 1800 });
const matrix = (value: fc.Arbitrary<number>, most: number) =>
  fc.array(value, { maxLength: most, size: 'max' });

const dailyRead: fc.Arbitrary<DailyRead> = fc.record(
  {
    timestamp,
    elecActiveImportRegisterConsumption: register,
    tariffTOURegisterMatrixValue: matrix(register, 48),
    secondaryActiveImportRegisterConsumption: register,
    secondaryTariffTOURegisterMatrixValue: matrix(register, 4),
  },
  {
    requiredKeys: [
      'timestamp',
      'elecActiveImportRegisterConsumption',
      'tariffTOURegisterMatrixValue',
    ],
  },
);

const gasDailyRead: fc.Arbitrary<GasDailyRead> = fc.record({
  timestamp,
  gasActiveImportRegisterConsumption: litres,
  tariffBlockCounterMatrix: matrix(litres, 4),
  tariffTOURegisterMatrix: matrix(litres, 4),
});

const dailyLog: fc.Arbitrary<LogAnswer> = fc.oneof(
  fc
    .array(dailyRead, { maxLength: 31 })
    .map((rows) => ({ srv: '4.6.1' as const, dailyReadLog: rows })),
  fc
    .array(gasDailyRead, { maxLength: 31, size: 'max' })
    .map((rows) => ({ srv: '4.6.1' as const, fuel: 'gas' as const, dailyReadLog: rows })),
);

/** A log that somebody asked for, or that a schedule had read. */
export const anyLogResponse: fc.Arbitrary<LogResponse> = fc
  .tuple(
    fc.oneof(profileLog, gasProfileLog, dailyLog),
    anyId,
    fc.option(scheduleId, { nil: undefined }),
    responseMs,
  )
  .map(([log, id, dspScheduleId, ms]) => ({
    kind: 'log',
    ...(dspScheduleId === undefined ? { requestId: id } : { responseId: id, dspScheduleId }),
    responseCode: 'I0',
    responseMs: ms,
    serviceReferenceVariant: log.srv,
    served: 'device',
    log,
  }));

const day = fc.integer({ min: 14_610, max: 47_000 });
const second = fc.integer({ min: 0, max: 86_399 });
const offset = fc.integer({ min: -400, max: 0 });

export const anySchedule: fc.Arbitrary<DspSchedule> = fc.record(
  {
    dspScheduleId: scheduleId,
    scheduleFrequency: fc.constantFrom(...SCHEDULE_FREQUENCIES),
    scheduleStartDay: day,
    scheduleEndDay: day,
    scheduleExecutionStartSeconds: second,
    dspScheduledServiceReferenceVariant: fc.constantFrom(...READ_SRVS),
    deviceHigh: word,
    deviceLow: word,
    startDateOffset: offset,
    startSeconds: second,
    endDateOffset: offset,
    endSeconds: second,
  },
  {
    requiredKeys: [
      'dspScheduleId',
      'scheduleFrequency',
      'scheduleStartDay',
      'dspScheduledServiceReferenceVariant',
      'deviceHigh',
      'deviceLow',
      'startDateOffset',
      'startSeconds',
      'endDateOffset',
      'endSeconds',
    ],
  },
);

export const anyAlert: fc.Arbitrary<AlertResponse> = fc
  .tuple(responseMs, anyId, deviceId, scheduleId, fc.nat(2))
  .map(([ms, commandRequestId, device, dspScheduleId, which]) => ({
    kind: 'alert',
    responseCode: 'I0',
    responseMs: ms,
    dccAlertCode: which === 2 ? 'N17' : 'N13',
    dccAlert:
      which === 2
        ? { dspScheduleRemoval: { deviceId: device, dspScheduleId } }
        : {
            commandFailure: {
              commandRequestId,
              ...(which === 1 && { dspScheduleId }),
              deviceId: device,
            },
          },
  }));
