// The prompt of `s1sp inspect`: history, completion of commands and meters, events between the
// lines. From a pipe it reads a script: no prompt is shown, and a line that fails decides the exit.

import { createInterface } from 'node:readline/promises';
import { EXIT_CODES } from './exit-codes.ts';
import { type Answer, isGoodbye, type Line, print, printEvent } from './inspect-line.ts';

const PROMPT = 's1sp> ';
/** Meters that a completion offers. */
const OFFERED_MAX = 20;
const HISTORY_MAX = 500;

/** Commands that may take long, which Ctrl-C ends where they have come to. */
const MOVES = /^(step|run-until|clock)\b/;

/**
 * Reads lines until there are no more, or `quit`, or the gateway goes. `holdClock` ends a move that
 * is under way.
 */
export async function runPrompt(
  line: Line,
  json: boolean,
  holdClock: () => Promise<void>,
): Promise<void> {
  const { stdin: input, stdout: output } = process;
  const isTerminal = input.isTTY === true && output.isTTY === true;
  const completer = (text: string): Promise<[string[], string]> => complete(line, text);
  const reader = createInterface({
    input,
    ...(isTerminal && { output, completer, historySize: HISTORY_MAX }),
    terminal: isTerminal,
    prompt: PROMPT,
  });
  let busyWith: string | undefined;
  line.onEvent((text, event) => {
    if (isTerminal) output.write('\r\x1b[K');
    printEvent(text, event, json);
    // While a command runs there is no line to go on with.
    if (isTerminal && busyWith === undefined) reader.prompt(true);
  });
  void line.closed.then(() => reader.close());
  reader.on('SIGINT', () => {
    if (busyWith === undefined || !MOVES.test(busyWith)) reader.close();
    // A gateway that cannot be told so has gone.
    else holdClock().catch(() => reader.close());
  });
  if (isTerminal) {
    process.stderr.write(
      'help lists the commands, Tab completes them; Ctrl-C stops a move, quit ends\n',
    );
    reader.prompt();
  }
  for await (const typed of reader) {
    const command = typed.trim();
    if (isGoodbye(command)) break;
    if (command !== '' && !command.startsWith('# ')) {
      busyWith = command;
      const answer: Answer = await line.run(command);
      busyWith = undefined;
      print(answer, json);
      if (!answer.ok && !isTerminal) {
        process.exitCode = EXIT_CODES.failed;
        break;
      }
    }
    if (isTerminal) reader.prompt();
  }
  reader.close();
}

/** The endings that fit what has been typed so far. */
export async function complete(line: Pick<Line, 'run'>, text: string): Promise<[string[], string]> {
  const words = text.split(/\s+/);
  const last = words.at(-1) ?? '';
  if (words.length <= 1) return [ended(await names(line, 'help', 'commands', 'name', last)), last];
  const command = `meters ${last || '9'} ${OFFERED_MAX}`;
  const meters = await names(line, command, 'meters', 'deviceId', last.toUpperCase());
  return [ended(meters), last];
}

/** The only ending is ready for the next word. */
function ended(found: readonly string[]): string[] {
  return found.length === 1 ? found.map((each) => `${each} `) : [...found];
}

/** Of the list under `key` of a command's value the texts under `name` that begin with `start`. */
async function names(
  line: Pick<Line, 'run'>,
  command: string,
  key: string,
  name: string,
  start: string,
): Promise<string[]> {
  const { value } = await line.run(command);
  const list = partOf(value, key);
  if (!Array.isArray(list)) return [];
  return list
    .map((each: unknown) => partOf(each, name))
    .filter((each) => typeof each === 'string')
    .filter((each) => each.startsWith(start));
}

function partOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === key)?.[1];
}
