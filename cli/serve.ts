// `s1sp serve`: settings in, a gateway out, and its life from the ready line to the last answer.

import { accessSync, constants, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { SnapshotError } from '../gateway/snapshot-error.ts';
import type { Assembled } from './assemble.ts';
import { CommandError, EXIT_CODES, systemCode } from './exit-codes.ts';
import { addSettings, settingsOf, tellUnknownVariables } from './flags.ts';
import { printedConfig } from './print-config.ts';
import { SERVE_SETTINGS, type ServeSettings } from './settings.ts';
import type { Resolved } from './sources.ts';

const EXAMPLES = `
Examples:
  s1sp serve                                        10,000 meters on ws://127.0.0.1:7681/sr
  s1sp serve --meters 500 --wan none                answers without delay or loss
  s1sp serve --clock manual --now 2026-11-23T09:00:00Z
  s1sp serve --port 0 --ready-file ready.json       a free port, for scripts
  s1sp serve --faults faults.json --dry-run         what a fault plan will hit
  s1sp serve --snapshot bug.s1sp                    go on where a colleague's gateway stood
  s1sp serve --config s1sp.json --print-config      what would be, and why`;

export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .summary('start the gateway and the fleet')
    .description(
      'Starts the gateway and its emulated meters. Prints one JSON line on stdout when it ' +
        'accepts connections; SIGTERM or SIGINT lets it answer what it accepted and exit 0.',
    )
    .addHelpText('after', EXAMPLES);
  addSettings(command, SERVE_SETTINGS);
  command
    .option('--print-config', 'print each value and where it came from, and exit')
    .option('--dry-run', 'print what the plan of --faults will hit, and exit')
    .option('--json', 'print it as JSON')
    .action(() => serve(command));
}

/** Flags that print something instead of starting, and how. */
type Told = 'printConfig' | 'dryRun' | 'json';

async function serve(command: Command): Promise<void> {
  const resolved = settingsOf(command, SERVE_SETTINGS);
  refuseContradiction(resolved);
  tellUnknownVariables();
  const { printConfig, dryRun, json = false } = command.opts<Partial<Record<Told, boolean>>>();
  if (printConfig === true) {
    process.stdout.write(printedConfig(SERVE_SETTINGS, resolved, json));
  } else if (dryRun === true) {
    const { faultReport } = await import('./fault-report.ts');
    process.stdout.write(faultReport(resolved.values, json));
  } else await run(resolved);
}

function refuseContradiction({ origins }: Resolved<ServeSettings>): void {
  if (origins.fleet.source === 'flag' && origins.meters.source === 'flag') {
    throw new CommandError('usage', '--fleet goes instead of --meters: give one of them');
  }
}

async function run(resolved: Resolved<ServeSettings>): Promise<void> {
  const settings = resolved.values;
  // A script that waits for the file must not find that of the run before.
  if (settings.readyFile !== undefined) clearReadyFile(settings.readyFile);
  const stopping = firstSignal();
  // Loaded here, so that the other commands need not wait for the gateway's modules.
  const gateway = await started(resolved).catch((error: unknown) => {
    throw notStarted(error, settings);
  });
  const line = `${JSON.stringify(gateway.ready)}\n`;
  process.stdout.write(line);
  if (settings.readyFile !== undefined) writeReadyFile(settings.readyFile, line);
  if (process.stderr.isTTY) process.stderr.write(banner(gateway.ready, settings.inspector));
  await stopping;
  await gateway.drain();
  process.exit(EXIT_CODES.ok);
}

/** What the settings ask for, or the world of a snapshot that they name. */
export async function started(resolved: Resolved<ServeSettings>): Promise<Assembled> {
  const { assemble } = await import('./assemble.ts');
  const { snapshot: file } = resolved.values;
  if (file === undefined) return assemble(resolved.values);
  const { readSnapshot } = await import('./snapshot.ts');
  const { readSnapshotFile } = await import('./snapshot-file.ts');
  const { agreedSettings } = await import('./snapshot-settings.ts');
  const snapshot = readSnapshot(file, readSnapshotFile(file));
  return assemble(agreedSettings(resolved, snapshot), snapshot);
}

/** Resolves at the first SIGTERM or SIGINT; the second ends the process at once. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let signalled = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (signalled) process.exit(EXIT_CODES[signal === 'SIGINT' ? 'interrupted' : 'terminated']);
      signalled = true;
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

/** Says so before anything starts when the file could not be written. */
function clearReadyFile(file: string): void {
  try {
    accessSync(dirname(file), constants.W_OK);
    rmSync(file, { force: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('failed', `--ready-file: cannot write ${file}: ${reason}`, cause);
  }
}

/** A file that is there is whole: it is written beside its place and moved into it. */
function writeReadyFile(file: string, line: string): void {
  const beside = `${file}.${process.pid}`;
  try {
    writeFileSync(beside, line);
    renameSync(beside, file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('failed', `--ready-file: cannot write ${file}: ${reason}`, cause);
  }
}

/** What a start that failed means to the user; a bug of ours is passed on as it is. */
export function notStarted(error: unknown, { host, port }: ServeSettings): unknown {
  if (error instanceof SnapshotError) {
    return new CommandError('usage', `--snapshot: ${error.message}; ${error.next}`, error);
  }
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return new CommandError(
        'failed',
        `port ${port} of ${host} is in use; stop what listens there, or choose another by ` +
          '--port (0 takes a free one)',
        error,
      );
    case 'EACCES':
      return new CommandError(
        'failed',
        `port ${port} of ${host} may not be opened by this user; choose one above 1023 by --port`,
        error,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CommandError(
        'failed',
        `${host} is not an address of this machine; choose another by --host`,
        error,
      );
    default:
      return error;
  }
}

/** For a human at a terminal: where it is, its page, and a line to paste. */
export function banner(
  ready: { ws?: string; http?: string; firstDeviceId?: string },
  inspector: ServeSettings['inspector'],
): string {
  const { ws = '', http = '', firstDeviceId = '' } = ready;
  return [
    '',
    `  s1sp is ready: ${ws}   metrics: ${http}/metrics`,
    ...(inspector === 'off' ? [] : [`  Look inside it: ${http}/`]),
    '  In another terminal:',
    `    npx s1sp send 4.8.1 ${firstDeviceId} --explain --url ${ws}`,
    '  Ctrl-C stops it.',
    '',
    '',
  ].join('\n');
}
