// Stopping without breaking a promise [contract §2]: every connection closes after its last answer,
// and what takes longer than the contract allows is given up.

import { type Connection, GOING_AWAY } from './connection.ts';
import type { Limits } from './limits.ts';
import type { RealTime } from './real-time.ts';

export interface DrainOptions {
  readonly limits: Limits;
  readonly realTime: RealTime;
  /** Fulfilled when nothing is owed to anybody who is not on a connection. */
  whenIdle?(): Promise<void>;
  /** Answers what is still in flight, synchronously, because its time is over. */
  giveUp?(): void;
}

/** Fulfilled when every connection has closed. */
export async function drainConnections(
  connections: ReadonlySet<Connection>,
  options: DrainOptions,
): Promise<void> {
  const { limits, realTime } = options;
  for (const connection of connections) connection.drain();
  const settled = Promise.all([allClosed(connections), options.whenIdle?.()]);
  if (await endsWithin(settled, limits.drainMs, realTime)) return;
  options.giveUp?.();
  for (const connection of connections) {
    connection.close(GOING_AWAY, 'the gateway is shutting down', 'draining');
  }
  if (await endsWithin(allClosed(connections), limits.drainCloseMs, realTime)) return;
  for (const connection of connections) connection.terminate('draining');
  await allClosed(connections);
}

function allClosed(connections: ReadonlySet<Connection>): Promise<unknown> {
  return Promise.all([...connections].map((connection) => connection.closed));
}

/** Whether `work` ends before `ms` of real time have passed. */
async function endsWithin(work: Promise<unknown>, ms: number, realTime: RealTime) {
  const { promise: late, resolve } = deferred();
  const timer = realTime.after(ms, resolve);
  const ended = await Promise.race([work.then(() => true), late.then(() => false)]);
  timer.cancel();
  return ended;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
