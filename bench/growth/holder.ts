// One world of the growth bench in a process of its own.

import { answerQuestions, residentBytes } from '../child.ts';
import { type Asked, World } from './world.ts';

/** The two doors: the hall's, and the short cut for hits. */
export type Door = 'hall' | 'lane';

export type GrowthAsked =
  | { readonly fill: number }
  | { readonly door: Door }
  | { readonly listen: true };

export interface Filled {
  readonly devices: number;
  readonly readings: number;
  readonly banks: number;
  readonly seconds: number;
  /** Of the whole process, fleet and schedules included. */
  readonly residentBytes: number;
}

export type GrowthTold =
  | { readonly filled: Filled }
  | { readonly asked: Asked }
  | { readonly port: number };

let world: World | undefined;

answerQuestions<GrowthAsked, GrowthTold>(async (asked) => {
  if ('listen' in asked) {
    if (world === undefined) throw new Error('nothing is held yet');
    return { port: await world.listen() };
  }
  if ('door' in asked) {
    if (world === undefined) throw new Error('nothing is held yet');
    return { asked: asked.door === 'hall' ? world.askHall() : world.askLane() };
  }
  const started = performance.now();
  world = new World(asked.fill);
  world.fill();
  const seconds = (performance.now() - started) / 1000;
  const filled = { ...world.cached, seconds, residentBytes: residentBytes(process.pid) };
  world.prepare();
  return { filled };
});
