// The world of the in-flight bench in a process of its own, so that no other bench's garbage is
// collected in its time.

import { answerQuestions } from '../child.ts';
import { type Block, World } from './world.ts';

/** `fill`: how many answers will be asked for, in all blocks. */
export type InFlightAsked = { readonly fill: number } | { readonly answers: number };

let world: World | undefined;

answerQuestions<InFlightAsked, Block | 'filled'>(async (asked) => {
  if ('answers' in asked) {
    if (world === undefined) throw new Error('nothing is in flight yet');
    return await world.block(asked.answers);
  }
  world = new World(asked.fill);
  await world.fill();
  return 'filled';
});
