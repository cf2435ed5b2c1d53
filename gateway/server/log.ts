// The gateway's log: JSON lines on stderr, since stdout carries data only [contract §2].
// Identifiers of requests appear at `debug`; readings and tokens never appear.

import { destination, type Logger, pino } from 'pino';

export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const STDERR = 2;

/** A logger on stderr. Writes at once, so that the last line before an exit is not lost. */
export function openLog(level: LogLevel): Logger {
  return pino({ name: 's1sp', level }, destination({ dest: STDERR, sync: true }));
}
