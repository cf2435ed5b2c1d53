#!/usr/bin/env -S node --max-semi-space-size=1 --heap-growing-percent=100
// The entry of the program, and the one place where a command's end becomes an exit code.
//
// Answers wait for pauses of the collector of garbage. Those for what is young are short where it
// has 1 MiB and not 16; those for all that is held are seldom where the heap may double before.

import { CommanderError } from 'commander';
import { CommandError, EXIT_CODES, systemCode } from './exit-codes.ts';
import { buildProgram } from './program.ts';

// A reader that has seen enough (`s1sp … | head`) is no fault of the command.
process.stdout.on('error', (error) => {
  process.exit(systemCode(error) === 'EPIPE' ? EXIT_CODES.ok : EXIT_CODES.failed);
});

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  // At once: a gateway that started halfway may still hold the process.
  process.exit(exitCodeOf(error));
}

/** Commander has told the user what is wrong by then; everything else is told here. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
  }
  if (error instanceof CommandError) {
    process.stderr.write(`s1sp: ${error.message}\n`);
    return EXIT_CODES[error.exit];
  }
  process.stderr.write(`s1sp: a fault of ours: ${error instanceof Error ? error.stack : error}\n`);
  return EXIT_CODES.failed;
}
