// `s1sp send`: one frame to the gateway, its answer on stdout as one JSON document. The counter of
// a RequestID is the time in ms, which is what real clients use, since it has to rise.

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { machineTime } from '../emulator/clock.ts';
import { isRefusal, type Message, type Outgoing, readOutgoing } from './answers.ts';
import { exchangeDuis } from './duis-exchange.ts';
import { duisRequest } from './duis-request.ts';
import { exchange } from './exchange.ts';
import { CommandError, EXIT_CODES } from './exit-codes.ts';
import { addSettings, settingsOf, tellUnknownVariables } from './flags.ts';
import { gatewayNowMs } from './gateway-clock.ts';
import {
  type AskedPeriod,
  buildRequest,
  isLogRead,
  type PeriodChoice,
  readAsked,
  readPeriodChoice,
  yesterdayOf,
} from './read-request.ts';
import { SEND_SETTINGS, type SendSettings } from './settings.ts';

const EXAMPLES = `
Examples:
  s1sp send 4.8.1 90-B3-D5-1F-40-00-00-07                    yesterday's half hours
  s1sp send 4.8.1 90-B3-D5-1F-40-00-00-07 --as MDR --explain and where they came from
  s1sp send 4.6.1 90-B3-D5-1F-40-00-00-07 --day 2026-11-22
  s1sp send 5.2 90-B3-D5-1F-40-00-00-07 --as MDR             the schedules MDR has on it
  s1sp send request.json --format msgpack
  s1sp send request.xml                                      a DUIS document, answered in DUIS
  echo '[{…}, {…}]' | s1sp send -                            an array is one frame`;

/** Flags that build a request; a file holds its own. */
interface RequestFlags {
  readonly day?: string;
  readonly period?: string;
  readonly as?: string;
  readonly explain?: boolean;
}

export function addSend(program: Command): void {
  const command = program
    .command('send')
    .summary('send one SR and print the answer')
    .description(
      'Sends what FILE holds (a JSON message, an array of them, or DUIS XML; - is stdin), or ' +
        'builds a request for SRV and DEVICE. Prints the answer; exits 1 if its code is an error.',
    )
    .usage('[options] FILE|-\n       s1sp send [options] SRV DEVICE')
    .argument('<FILE|SRV>', 'a file, - for stdin, or an SRV such as 4.8.1')
    .argument('[DEVICE]', 'EUI-64 of the device, such as 90-B3-D5-1F-40-00-00-07')
    .option('--day <date>', "yesterday (the gateway's) or YYYY-MM-DD (default: yesterday)")
    .option('--period <from..to>', 'two ISO 8601 times, both inclusive, instead of --day')
    .option('--as <role>', 'who asks: IS, ES, GS, ED, GT, OU, MDR (default: first that may)')
    .option('--explain', 'ask why the answer is what it is')
    .addHelpText('after', EXAMPLES);
  addSettings(command, SEND_SETTINGS);
  command.action((first: string, device: string | undefined) => send(command, first, device));
}

async function send(command: Command, first: string, device: string | undefined): Promise<void> {
  const { values: settings } = settingsOf(command, SEND_SETTINGS);
  tellUnknownVariables();
  const flags = command.opts<RequestFlags>();
  const held = device === undefined ? readText(first, flags) : undefined;
  const built = device === undefined ? undefined : await build(first, device, flags, settings);
  if (settings.format === 'duis' || held?.trimStart().startsWith('<')) {
    return sendDuis(held ?? (built && duisRequest(built.message)), first, settings);
  }
  const outgoing = built ?? readOutgoing(held ?? '', first);
  const answers = await exchange(outgoing, settings);
  tellUnasked(answers.unasked);
  if (answers.waiting > 0) {
    process.stderr.write('s1sp: accepted for later; the answer will not come to this command\n');
  }
  const all = answers.inOrder();
  const indent = process.stdout.isTTY ? 2 : undefined;
  process.stdout.write(`${JSON.stringify(outgoing.batch ? all : all[0], null, indent)}\n`);
  if (all.some(isRefusal)) process.exitCode = EXIT_CODES.failed;
}

function tellUnasked(count: number): void {
  if (count > 0) process.stderr.write(`s1sp: scheduled responses on this connection: ${count}\n`);
}

/** One DUIS document, from a file or built, and its answer as it came. */
async function sendDuis(
  document: string | undefined,
  srv: string,
  settings: SendSettings,
): Promise<void> {
  if (document === undefined) {
    throw new CommandError('usage', `${srv} is not built as DUIS XML here; send it from a file`);
  }
  const { text, refused, unasked } = await exchangeDuis(document, settings);
  tellUnasked(unasked);
  process.stdout.write(`${text}\n`);
  if (refused) process.exitCode = EXIT_CODES.failed;
}

function readText(name: string, flags: RequestFlags): string {
  const stray = Object.keys(flags).find((key) => ['day', 'period', 'as', 'explain'].includes(key));
  if (stray !== undefined) {
    throw new CommandError(
      'usage',
      `--${stray} goes with SRV DEVICE; a file holds its own request`,
    );
  }
  try {
    return readFileSync(name === '-' ? 0 : name, 'utf8');
  } catch (error) {
    const hint = /^\d+(\.\d+)+$/.test(name) ? `; to send SRV ${name}, name a DEVICE too` : '';
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError('usage', `cannot read ${name}: ${reason}${hint}`, error);
  }
}

async function build(
  srv: string,
  device: string,
  flags: RequestFlags,
  settings: SendSettings,
): Promise<Outgoing & { readonly message: Message }> {
  const asked = readAsked(srv, device, flags);
  const choice = readPeriodChoice(flags.day, flags.period);
  if (!isLogRead(asked.srv) && (flags.day ?? flags.period) !== undefined) {
    throw new CommandError('usage', `--day and --period go with reads of a log, not with ${srv}`);
  }
  const period = isLogRead(asked.srv) ? await periodOf(choice, settings) : undefined;
  const message = buildRequest(asked, machineTime.wallMs(), period);
  return { text: JSON.stringify(message), batch: false, messages: [message], message };
}

async function periodOf(choice: PeriodChoice, settings: SendSettings): Promise<AskedPeriod> {
  return choice === 'yesterday' ? yesterdayOf(await gatewayNowMs(settings)) : choice;
}
