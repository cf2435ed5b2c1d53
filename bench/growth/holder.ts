// One world of the growth bench in a process of its own.

import { answerQuestions, residentBytes } from '../child.ts';
import { type Asked, World } from './world.ts';

/** The two doors: the hall's, and the short cut for hits. */
export type Door = 'hall' | 'lane';

export type GrowthAsked =
  | { readonly fill: number }
  | { readonly requests: number; readonly door: Door };

export interface Filled {
  readonly devices: number;
  readonly readings: number;
  readonly banks: number;
  readonly seconds: number;
  /** Of the whole process, fleet and schedules included. */
  readonly residentBytes: number;
}

export type GrowthTold = { readonly filled: Filled } | { readonly asked: Asked };

let world: World | undefined;

answerQuestions<GrowthAsked, GrowthTold>((asked) => {
  if ('requests' in asked) {
    if (world === undefined) throw new Error('nothing is held yet');
    const { requests, door } = asked;
    return { asked: door === 'hall' ? world.askHall(requests) : world.askLane(requests) };
  }
  const started = performance.now();
  world = new World(asked.fill);
  world.fill();
  const seconds = (performance.now() - started) / 1000;
  return {
    filled: { ...world.cached, seconds, residentBytes: residentBytes(process.pid) },
  };
});
