// Log entries as plain data for snapshot files, with the schema of it: a file comes from anyone, so
// nothing of it is believed before it has been checked. Columns are lists of numbers there.

import { copied, type Profile } from './log-entries.ts';
import { type Static, Type } from './schema.ts';
import { READ_SRVS } from './service-reference.ts';
import type { LogAnswer } from './service-response.ts';

/** A whole number that fits 32 bits. */
export const WORD = Type.Integer({ minimum: 0, maximum: 0xffff_ffff });
/** Virtual time in ms or s, an identifier, a count: anything that a double counts exactly. */
export const WHOLE = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** The same, where it may lie before the epoch. */
export const SIGNED = Type.Integer({
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
});
/** Any number that JSON knows: a register may count beyond whole numbers. */
const AMOUNT = Type.Number();

/** One word of a list. */
export function wordOf<const T extends string>(words: readonly T[]) {
  return Type.Enum([...words]);
}

export const PROFILE = Type.Object({
  firstHalfHour: WHOLE,
  columns: Type.Array(Type.Array(WORD, { maxItems: 19_056 }), { minItems: 1, maxItems: 2 }),
});

export const DAILY_READ = Type.Object({
  timestamp: WHOLE,
  elecActiveImportRegisterConsumption: AMOUNT,
  tariffTOURegisterMatrixValue: Type.Array(AMOUNT),
  secondaryActiveImportRegisterConsumption: Type.Optional(AMOUNT),
  secondaryTariffTOURegisterMatrixValue: Type.Optional(Type.Array(AMOUNT)),
});

export const GAS_DAILY_READ = Type.Object({
  timestamp: WHOLE,
  gasActiveImportRegisterConsumption: AMOUNT,
  tariffBlockCounterMatrix: Type.Array(AMOUNT),
  tariffTOURegisterMatrix: Type.Array(AMOUNT),
});

const PROFILE_OR_NONE = Type.Union([PROFILE, Type.Null()]);

export const LOG_ANSWER = Type.Union([
  Type.Object({ kind: Type.Literal('daily'), dailyReadLog: Type.Array(DAILY_READ) }),
  Type.Object({ kind: Type.Literal('gasDaily'), dailyReadLog: Type.Array(GAS_DAILY_READ) }),
  Type.Object({
    kind: Type.Literal('profile'),
    srv: wordOf(READ_SRVS.filter((srv) => srv !== '4.6.1')),
    isGas: Type.Boolean(),
    profile: PROFILE_OR_NONE,
  }),
]);

export const METER_REPLY = Type.Union([
  Type.Object({ ok: Type.Literal(true), profile: PROFILE_OR_NONE }),
  Type.Object({ ok: Type.Literal(true), dailyReadLog: Type.Array(DAILY_READ) }),
  Type.Object({ ok: Type.Literal(true), gasDailyReadLog: Type.Array(GAS_DAILY_READ) }),
  Type.Object({ ok: Type.Literal(true), restricted: Type.Literal(true) }),
  Type.Object({ ok: Type.Literal(false), code: wordOf(['E20', 'E21']) }),
]);

export type PlainProfile = Static<typeof PROFILE>;
export type PlainLog = Static<typeof LOG_ANSWER>;
export type PlainReply = Static<typeof METER_REPLY>;

export function plainProfile(profile: Profile): PlainProfile {
  const { firstHalfHour, columns } = copied(profile);
  return { firstHalfHour, columns: columns.map((column) => Array.from(column)) };
}

export function profileOf({ firstHalfHour, columns }: PlainProfile): Profile {
  const count = columns[0]?.length ?? 0;
  return { firstHalfHour, count, columns: columns.map((column) => Uint32Array.from(column)) };
}

export function plainLog(log: LogAnswer): PlainLog {
  if (log.srv !== '4.6.1') {
    const { srv, fuel, profile } = log;
    return {
      kind: 'profile',
      srv,
      isGas: fuel === 'gas',
      profile: profile && plainProfile(profile),
    };
  }
  return log.fuel === 'gas'
    ? { kind: 'gasDaily', dailyReadLog: [...log.dailyReadLog] }
    : { kind: 'daily', dailyReadLog: [...log.dailyReadLog] };
}

export function logOf(plain: PlainLog): LogAnswer {
  if (plain.kind === 'daily') return { srv: '4.6.1', dailyReadLog: plain.dailyReadLog };
  if (plain.kind === 'gasDaily') {
    return { srv: '4.6.1', fuel: 'gas', dailyReadLog: plain.dailyReadLog };
  }
  const profile = plain.profile && profileOf(plain.profile);
  return { srv: plain.srv, ...(plain.isGas && { fuel: 'gas' }), profile };
}
