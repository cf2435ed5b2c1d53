// The commands as one commander program. Apart from the entry, so that tests can hold the documents
// against it without starting anything.

import { createRequire } from 'node:module';
import { Command } from 'commander';
import { addCompare } from './compare.ts';
import { exitCodesHelp } from './exit-codes.ts';
import { addInspect } from './inspect.ts';
import { addLoad } from './load.ts';
import { addSend } from './send.ts';
import { addServe } from './serve.ts';

const EXAMPLES = `
Examples:
  s1sp serve --meters 500
  s1sp send 4.8.1 90-B3-D5-1F-40-00-00-07 --day yesterday --explain

Each flag has an S1SP_ variable (--max-in-flight: S1SP_MAX_IN_FLIGHT) and a key of the --config
file (maxInFlight). The flag goes before the variable, the variable before the file.
`;

/** Exits by throwing commander's error, so that the entry alone decides on exit codes. */
export function buildProgram(): Command {
  const { version }: { version: string } = createRequire(import.meta.url)('#package');
  const program = new Command('s1sp')
    .description(
      'A SMETS1 Service Provider in a box: emulated British smart meters behind a WebSocket ' +
        'gateway with the MP256 data cache.',
    )
    .addHelpText('after', `${EXAMPLES}\n${exitCodesHelp()}`);
  addServe(program);
  addSend(program);
  addInspect(program);
  addLoad(program);
  addCompare(program);
  for (const command of program.commands) {
    command.addHelpText('after', `\n${exitCodesHelp()}`);
  }
  for (const command of [program, ...program.commands]) {
    command
      .version(version, '-V, --version', 'print the version')
      .helpOption('-h, --help', 'print this help')
      .showHelpAfterError(`(${command === program ? 's1sp' : `s1sp ${command.name()}`} --help)`)
      .exitOverride();
  }
  return program;
}
