// The monitor: a line in, what it has to say out. It knows no socket: the prompt, the scripts, the
// page and the tests all talk to this.

import type { Command, Desk, Visitor } from './command.ts';
import { cache } from './commands/cache.ts';
import { clock } from './commands/clock.ts';
import { examine } from './commands/examine.ts';
import { fault } from './commands/fault.ts';
import { find } from './commands/find.ts';
import { helpOn, unknownCommand } from './commands/help.ts';
import { log } from './commands/log.ts';
import { mem } from './commands/memory.ts';
import { meters } from './commands/meters.ts';
import { breakpoint, watch } from './commands/points.ts';
import { poke, real } from './commands/poke.ts';
import { show } from './commands/show.ts';
import { snapshot } from './commands/snapshot.ts';
import { runUntil, step } from './commands/step.ts';
import { trace, why } from './commands/trace.ts';
import { Observatory } from './observatory.ts';
import { type Outcome, refused } from './outcome.ts';
import type { World } from './world.ts';

/** Characters of one line; a fault as data fits many times. */
export const LINE_LENGTH_MAX = 16_384;

const LISTED: readonly Command[] = [
  ...[meters, show, log, cache, mem, examine, find, real, poke, clock, step, runUntil],
  ...[breakpoint, watch, trace, why, fault, snapshot],
];
export const COMMANDS: readonly Command[] = [...LISTED, helpOn(LISTED)];

/** Whoever is in the same process. */
const HERE: Visitor = { isLocal: true };

export class Monitor {
  readonly desk: Desk;

  constructor(world: World) {
    this.desk = { world, observatory: new Observatory(world), visitor: HERE };
  }

  /** Does what a line says. Rejects only where there is a bug. */
  async run(line: string, visitor: Visitor = HERE): Promise<Outcome> {
    if (line.length > LINE_LENGTH_MAX) {
      const message = `a line has ${LINE_LENGTH_MAX} characters at most`;
      return refused('USAGE', message, '`help` lists the commands');
    }
    const [word = '', ...words] = wordsOf(line);
    const desk = { ...this.desk, visitor };
    // As debuggers have it, a format is written onto the command.
    const [, format] = /^x(\/.*)$/.exec(word) ?? [];
    if (format !== undefined) return examine.run(desk, [format, ...words]);
    const command = COMMANDS.find(({ name }) => name === word);
    if (command === undefined) return unknownCommand(word, COMMANDS);
    return command.run(desk, words);
  }
}

/** The words of a line; from a brace that begins a word on, all of it is one word of JSON. */
export function wordsOf(line: string): string[] {
  const text = ` ${line.trim()}`;
  const json = text.search(/\s\{/);
  const plain = json < 0 ? text : text.slice(0, json);
  const words = plain.split(/\s+/).filter((word) => word !== '');
  return json < 0 ? words : [...words, text.slice(json).trim()];
}
