// How figures of a load run are written for people, the same in the terminal and on the page: the
// unit stands in the heading, so that a column can be compared digit by digit.

/** Three digits that mean something: `0.412`, `3.21`, `45.6`, `1,240`. */
export function formatMs(ms: number): string {
  if (ms === 0) return '0';
  const decimals = ms < 1 ? 3 : ms < 10 ? 2 : ms < 100 ? 1 : 0;
  return grouped(ms, decimals);
}

/** `12,345`; a rate below ten keeps one decimal. */
export function formatCount(count: number): string {
  return grouped(count, Number.isInteger(count) || count >= 10 ? 0 : 1);
}

/** A quantity of a scenario: pounds with their pence, anything else whole. */
export function formatQuantity(quantity: number, unit: string): string {
  return unit === '£' ? `£${grouped(quantity, 2)}` : grouped(quantity, 0);
}

/** `93.1 %` out of 0.931; never 100.0 % or 0.0 % for what is not all or nothing. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 99.9 && percent < 100) return '> 99.9 %';
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${percent.toFixed(1)} %`;
}

/** `+3.4 %`, `-0.2 %`, `0.0 %`; from nothing to something is `new`. */
export function formatChange(percent: number): string {
  if (!Number.isFinite(percent)) return 'new';
  const text = percent.toFixed(1).replace(/^-(?=0\.0$)/, '');
  return `${percent > 0 && text !== '0.0' ? '+' : ''}${text} %`;
}

/** Not `toLocaleString`: its result depends on the machine. */
function grouped(value: number, decimals: number): string {
  const [whole = '', fraction] = value.toFixed(decimals).split('.');
  const groups = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? groups : `${groups}.${fraction}`;
}
