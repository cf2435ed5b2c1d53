// A command of the monitor: a pure function over the world that gives a value for scripts and the
// same in words for people. What goes wrong with it is a value too, and says how to go on.

import type { Observatory } from './observatory.ts';
import { type Outcome, type Refused, refused } from './outcome.ts';
import type { World } from './world.ts';

/** Who gives a command. */
export interface Visitor {
  /** From the gateway's own machine, so that its files may be named. */
  readonly isLocal: boolean;
  /** Aborted when the visitor has gone, so that nothing goes on for nobody. */
  readonly left?: AbortSignal;
}

/** What commands work on. */
export interface Desk {
  readonly world: World;
  readonly observatory: Observatory;
  readonly visitor: Visitor;
}

export interface Command {
  /** The word, or for a family the words, that it begins with. */
  readonly name: string;
  /** How it is typed, one line each. */
  readonly usage: readonly string[];
  /** One sentence. */
  readonly does: string;
  readonly example: string;
  /** What its words stand for, for whoever asks about this command. */
  readonly notes?: string;
  /** It changes nothing. A family says so of each of its forms. */
  readonly looks: boolean;
  run(desk: Desk, words: readonly string[]): Outcome | Promise<Outcome>;
}

/** The refusal of words that do not fit a command. */
export function misused(command: Pick<Command, 'name' | 'usage'>, message: string): Refused {
  return refused('USAGE', message, `usage: ${command.usage.join(' | ')}`);
}
