// Addresses inside the page, behind the hash: `#/meter/90-B3-…/memory`. An address can be kept,
// sent and gone back from; the server sees none of them.

export const METER_TABS = ['day', 'memory', 'cache', 'journal', 'request'] as const;
export type MeterTab = (typeof METER_TABS)[number];

export type Route =
  | { readonly view: 'fleet' | 'snapshot' | 'monitor' }
  /** `who`: a meter that somebody wants to have one. */
  | { readonly view: 'faults'; readonly who?: string }
  | { readonly view: 'meter'; readonly deviceId: string; readonly tab: MeterTab };

/** What an address shows; the fleet where it names nothing. */
export function routeOf(hash: string): Route {
  const [view, deviceId = '', tab] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  if (view === 'snapshot' || view === 'monitor') return { view };
  if (view === 'faults') return deviceId === '' ? { view } : { view, who: deviceId };
  // The HTTP API calls it `meters`.
  if ((view !== 'meter' && view !== 'meters') || deviceId === '') return { view: 'fleet' };
  return { view: 'meter', deviceId, tab: METER_TABS.find((known) => known === tab) ?? 'day' };
}

export function meterAddress(deviceId: string, tab: MeterTab = 'day'): string {
  return `#/meter/${encodeURIComponent(deviceId)}${tab === 'day' ? '' : `/${tab}`}`;
}

/** Where a fault for one meter is made. */
export function faultsAddress(deviceId: string): string {
  return `#/faults/${encodeURIComponent(deviceId)}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A stray % is a character as any other.
    return part;
  }
}
