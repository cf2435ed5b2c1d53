// Figures and times as the page writes them.

const COUNT = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const SHARE = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 1 });
const BYTES = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });

export function count(value: number): string {
  return COUNT.format(value);
}

/** `12.5 %`, as the charts and the load tester write it. */
export function share(value: number): string {
  return `${SHARE.format(100 * value)} %`;
}

/** Unit of a log's column or a register, by its name: gas meters count litres. */
export function unitOf(name: string, isGas: boolean): string {
  if (/reactive|varh$/i.test(name)) return 'VArh';
  return isGas ? 'l' : 'Wh';
}

const MIB = 2 ** 20;

/** `117 MiB`, `1.5 GiB`. */
export function bytes(value: number): string {
  return value >= 1024 * MIB
    ? `${BYTES.format(value / (1024 * MIB))} GiB`
    : `${BYTES.format(value / MIB)} MiB`;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tues', 'Wednes', 'Thurs', 'Fri', 'Satur'];

/** `Sunday 2026-11-22` of a UTC day since the epoch. */
export function dayName(day: number): string {
  const date = new Date(day * 86_400_000);
  return `${WEEKDAYS[date.getUTCDay()]}day ${date.toISOString().slice(0, 10)}`;
}

/** `2026-11-22 00:30` of an ISO 8601 time; with seconds where there are any. */
export function instant(iso: string): string {
  const seconds = iso.slice(17, 19);
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}${seconds === '00' ? '' : `:${seconds}`}`;
}
