// Addresses inside the page, behind the hash: `#/meter/90-B3-…/memory`. An address can be kept,
// sent and gone back from; the server sees none of them.

export const METER_TABS = ['day', 'memory', 'cache', 'journal', 'request'] as const;
export type MeterTab = (typeof METER_TABS)[number];

export type Route =
  | { readonly view: 'fleet' | 'faults' | 'monitor' }
  | { readonly view: 'meter'; readonly deviceId: string; readonly tab: MeterTab };

/** What an address shows; the fleet where it names nothing. */
export function routeOf(hash: string): Route {
  const [view, deviceId = '', tab] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  if (view === 'faults' || view === 'monitor') return { view };
  if (view !== 'meter' || deviceId === '') return { view: 'fleet' };
  return { view, deviceId, tab: METER_TABS.find((known) => known === tab) ?? 'day' };
}

export function meterAddress(deviceId: string, tab: MeterTab = 'day'): string {
  return `#/meter/${encodeURIComponent(deviceId)}${tab === 'day' ? '' : `/${tab}`}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A stray % is a character as any other.
    return part;
  }
}
