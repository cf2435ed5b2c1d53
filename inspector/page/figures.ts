// Figures and times as the page writes them.

const COUNT = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const SHARE = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });
const BYTES = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });

export function count(value: number): string {
  return COUNT.format(value);
}

export function share(value: number): string {
  return SHARE.format(value);
}

const MIB = 2 ** 20;

/** `117 MiB`, `1.5 GiB`. */
export function bytes(value: number): string {
  return value >= 1024 * MIB
    ? `${BYTES.format(value / (1024 * MIB))} GiB`
    : `${BYTES.format(value / MIB)} MiB`;
}

/** `2026-11-22 00:30` of an ISO 8601 time; with seconds where there are any. */
export function instant(iso: string): string {
  const seconds = iso.slice(17, 19);
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}${seconds === '00' ? '' : `:${seconds}`}`;
}
