// What a view of the page is, and what it may use. A view is made when its address is opened and
// closed when another is; while it is open it is told of every look at the gateway.

import type { meterView as meterOf } from '../meter-view.ts';
import type { Live, LiveFeed, Look } from './live-feed.ts';
import type { MonitorLine } from './monitor-line.ts';

export interface View {
  readonly title: string;
  readonly node: HTMLElement;
  /** It holds nothing of the world that is there; any other view is then made anew. */
  readonly outlivesWorlds?: true;
  /** Called after the node is in the page, and after each look. */
  live?(look: Look): void;
  /** Lets go of what the view has begun. */
  close?(): void;
}

export type Meter = ReturnType<typeof meterOf>;

/** Whether a meter counts gas: its figures are litres then. */
export function isGas({ deviceType }: Meter): boolean {
  return deviceType !== 'ESME';
}

/** One of the addresses of a meter; told of the meter with each look at the gateway. */
export interface Panel {
  readonly node: HTMLElement;
  /** `hasMoved`: virtual time or a count is another than at the last look. */
  live?(meter: Meter, look: Look, hasMoved: boolean): void;
  close?(): void;
}

/** What views share. */
export interface Desk {
  readonly feed: LiveFeed;
  readonly monitor: MonitorLine;
  /** Has a screen reader say something that everybody else sees. */
  say(text: string): void;
}

/** Whether virtual time, or anything that was counted, has moved between two looks. */
export function hasMoved(before: Live | undefined, now: Live): boolean {
  if (before === undefined) return true;
  return (
    before.now !== now.now ||
    before.serviceRequests !== now.serviceRequests ||
    before.deviceReads !== now.deviceReads ||
    before.cacheEntries !== now.cacheEntries
  );
}
