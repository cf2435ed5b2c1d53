// The share of devices that start with DSP Schedules, as `--schedules` and fleet files say it
// [contract §2, §7].

import type { JsonCheck } from '../gateway/protocol/json-check.ts';

const SHARE = { min: 0, max: 1 };

/** Reads `all`, `none` or a share from 0 to 1; undefined for anything else. */
export function parseShare(text: string): number | undefined {
  if (text === 'all') return 1;
  if (text === 'none') return 0;
  if (!/^\d*\.?\d+$/.test(text)) return undefined;
  const share = Number(text);
  return share <= 1 ? share : undefined;
}

/** The same in a fleet file, where a number may stand for itself. */
export function checkShare(check: JsonCheck, value: unknown, at: string): number | undefined {
  if (value === 'all' || value === 'none') return parseShare(value);
  if (typeof value === 'number') return check.number(value, at, SHARE);
  return check.refuse(at, `${JSON.stringify(value)} is not "all", "none" or a number from 0 to 1`);
}
