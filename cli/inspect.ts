// `s1sp inspect`: the monitor of a running gateway, by commands on the command line or by a prompt
// that may as well be a pipe.

import type { Command } from 'commander';
import { EXIT_CODES } from './exit-codes.ts';
import { addSettings, settingsOf, tellUnknownVariables } from './flags.ts';
import { isGoodbye, type Line, openLine, print, printEvent } from './inspect-line.ts';
import { runPrompt } from './inspect-prompt.ts';
import { INSPECT_SETTINGS, type InspectSettings } from './settings.ts';

const EXAMPLES = `
Examples:
  s1sp inspect                                             a prompt; help lists the commands
  s1sp inspect -e 'show 90-B3-D5-1F-40-00-00-07' -e 'cache 90-B3-D5-1F-40-00-00-07'
  s1sp inspect -e 'log import #7 2026-11-22' --json | jq .value.entries
  s1sp inspect < commands.txt                              a script; # begins a comment`;

export function addInspect(program: Command): void {
  const command = program
    .command('inspect')
    .summary('look into meters and cache')
    .description(
      'Looks into the meters, the cache and the clock of a running gateway. With -e the commands ' +
        'in order, ending at the first that fails; without, a prompt.',
    )
    .option('-e, --execute <command>', 'run COMMAND; may be given again', collect, [])
    .option('--json', 'print each answer as one line of JSON')
    .addHelpText('after', EXAMPLES);
  addSettings(command, INSPECT_SETTINGS);
  command.action(() => inspect(command));
}

/** Over a line of its own, for on the first one commands wait for each other. */
async function holdClock(settings: InspectSettings): Promise<void> {
  const line = await openLine(settings);
  try {
    await line.run('clock pause');
  } finally {
    line.close();
  }
}

function collect(word: string, before: readonly string[]): string[] {
  return [...before, word];
}

async function inspect(command: Command): Promise<void> {
  const { values: settings } = settingsOf(command, INSPECT_SETTINGS);
  tellUnknownVariables();
  const { execute, json } = command.opts<{ execute: string[]; json?: boolean }>();
  const line = await openLine(settings);
  try {
    if (execute.length === 0) await runPrompt(line, json === true, () => holdClock(settings));
    else await runAll(line, execute, json === true);
  } finally {
    line.close();
  }
}

/** What is traced is there to be asked for; a script waits for its breaks and watches. */
function isTraced(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'event' in event && event.event === 'trace';
}

/** The commands in order, ending at the first that fails; what happens meanwhile is told. */
async function runAll(line: Line, commands: readonly string[], json: boolean): Promise<void> {
  line.onEvent((text, event) => {
    if (!isTraced(event)) printEvent(text, event, json);
  });
  for (const each of commands) {
    if (isGoodbye(each)) return;
    const answer = await line.run(each);
    print(answer, json);
    if (!answer.ok) {
      process.exitCode = EXIT_CODES.failed;
      return;
    }
  }
}
