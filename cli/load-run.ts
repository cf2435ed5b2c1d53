// What `s1sp load` does: settings in, a run, a result out. stdout has the summary or the result,
// stderr what happens meanwhile.

import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { parseDateTime } from '../gateway/protocol/half-hours.ts';
import { LIMITS } from '../gateway/server/limits.ts';
import { colorsFor } from '../load/colors.ts';
import { conclude } from '../load/conclusion.ts';
import { LineError } from '../load/line.ts';
import { loadTime } from '../load/real-time.ts';
import { reportPage } from '../load/report.ts';
import type { LoadResult } from '../load/result.ts';
import { Run } from '../load/run.ts';
import { summaryText } from '../load/summary.ts';
import { judge, parseThreshold } from '../load/threshold.ts';
import { unreachable } from './exchange.ts';
import { CommandError, EXIT_CODES } from './exit-codes.ts';
import { type Ends, type Prepared, prepare, prepareDay } from './load-parts.ts';
import { showProgress } from './load-progress.ts';
import { LOAD_SETTINGS, type LoadSettings } from './load-settings.ts';
import { Target } from './load-target.ts';
import type { AskedPeriod } from './read-request.ts';
import type { Resolved, Setting } from './sources.ts';

/** Loads a gateway as the settings say, prints what came of it, and sets the exit code. */
export async function runLoad(resolved: Resolved<LoadSettings>, json: boolean): Promise<void> {
  const settings = { ...resolved.values, inFlight: inFlightOf(resolved) };
  const thresholds = thresholdsOf(settings);
  refuseContradiction(settings, resolved);
  for (const [flag, file] of outputsOf(settings)) makeRoom(flag, file);
  const target = new Target(settings.url);
  const prepared =
    settings.scenario === undefined
      ? await prepare(settings, endsOf(resolved), target)
      : await prepareDay(settings, target);
  const { origins } = resolved;
  const result = await play({ values: settings, origins }, target, prepared);
  const judged = { ...result, thresholds: judge(result, thresholds) };
  for (const [flag, file] of outputsOf(settings)) {
    write(flag, file, flag === '--html' ? reportPage(judged) : printed(judged));
  }
  const { stdout } = process;
  stdout.write(json ? printed(judged) : summaryText(judged, colorsFor(stdout)));
  for (const [, file] of outputsOf(settings)) process.stderr.write(`s1sp: ${file} is written\n`);
  process.exitCode = exitOf(judged);
}

/** Runs to the end, or to Ctrl-C; the result is whole either way. */
async function play(
  { values: settings, origins }: Resolved<LoadSettings>,
  target: Target,
  { parts, status, scenario, remarks }: Prepared,
): Promise<LoadResult> {
  let measured: ReturnType<Target['metrics']> | undefined;
  const run = new Run({
    ...parts,
    onMeasured() {
      measured = target.metrics();
    },
  });
  const faultsBefore = await target.faultCount();
  await run.open().catch((error: unknown) => {
    throw notOpened(error, settings);
  });
  const stopListening = onInterrupt(() => run.interrupt());
  const stopShowing = showProgress(run, parts.plan);
  const startedAt = new Date(loadTime.wallMs()).toISOString();
  let over = false;
  const { scenarioWindow } = settings;
  const morning = scenario?.day
    .morning(scenario.startMs, scenarioWindow, scenario.durationMs, () => over)
    .catch((fault: unknown) => {
      // A gateway that has gone: the run ends by itself, and tells so.
      if (!(fault instanceof CommandError)) throw fault;
    });
  await run.play();
  over = true;
  await morning;
  stopShowing();
  const { version }: { version: string } = createRequire(import.meta.url)('#package');
  const { meters, seed, now } = status;
  const [metricsAfter, faultsAfter] = await Promise.all([target.metrics(), target.faultCount()]);
  const result = conclude({
    run,
    version,
    startedAt,
    machine: { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length },
    gateway: { url: settings.url.ws, meters, seed, now },
    settings: { ...settingTexts(origins), inFlight: parts.inFlight },
    metricsBefore: await measured,
    metricsAfter,
    scenario: scenario?.day.result(run.record.sent),
    remarks: [...remarks, ...faultRemark(Math.max(faultsBefore, faultsAfter))],
  });
  stopListening();
  return result;
}

/** The check knows the seed and no faults: what they change is not what it expects. */
function faultRemark(faults: number): string[] {
  if (faults === 0) return [];
  const [are, they] = faults === 1 ? ['1 fault is', 'it'] : [`${faults} faults are`, 'they'];
  return [`${are} made on purpose in the gateway: entries that ${they} changed count as wrong`];
}

/** Every setting as it would be typed; `none` or the like for one that is not set. */
function settingTexts(origins: Resolved<LoadSettings>['origins']): Record<string, string> {
  const unset: Readonly<Record<string, Setting<unknown>>> = LOAD_SETTINGS;
  return Object.fromEntries(
    Object.entries(origins).map(([key, { text }]) => [key, text ?? unset[key]?.unset ?? 'none']),
  );
}

/**
 * SRs in flight on a connection. `--in-flight` is for the closed loop [contract §8]; an open one
 * that was not given it goes as far as the gateway does: its arrivals wait for nothing else.
 */
function inFlightOf({ values, origins }: Resolved<LoadSettings>): number {
  const isOpen = values.rate.kind !== 'max' || values.scenario !== undefined;
  const isGiven = origins.inFlight.source !== 'default';
  return isOpen && !isGiven ? LIMITS.inFlightPerConnection : values.inFlight;
}

/** A count that was given ends the run alone, unless a duration was given beside it. */
function endsOf({ values, origins }: Resolved<LoadSettings>): Ends {
  const byCountAlone = values.count !== undefined && origins.duration.source === 'default';
  return { durationMs: byCountAlone ? undefined : values.duration, count: values.count };
}

function thresholdsOf({ threshold }: LoadSettings): string[] {
  const texts = (threshold ?? '').split(',').map((text) => text.trim());
  const told = texts.filter((text) => text !== '');
  for (const text of told) {
    const parsed = parseThreshold(text);
    if ('problem' in parsed) throw new CommandError('usage', `--threshold: ${parsed.problem}`);
  }
  return told;
}

/** What mhhs-day plans itself. */
const PLANNED_BY_SCENARIO = ['rate', 'count', 'mix', 'period'] as const;

function refuseContradiction(
  { batch, inFlight, format, scenario, period, out, html }: LoadSettings,
  { origins }: Resolved<LoadSettings>,
): void {
  const stray = PLANNED_BY_SCENARIO.find((key) => origins[key].source === 'flag');
  if (scenario !== undefined && stray !== undefined) {
    throw new CommandError(
      'usage',
      `--${stray}: --scenario ${scenario} plans that itself; its length is --duration`,
    );
  }
  if (period !== 'yesterday' && isBackwards(period)) {
    throw new CommandError('usage', '--period: it ends before it starts');
  }
  if (out !== undefined && out === html) {
    throw new CommandError('usage', `--html: ${html} is the file of --out; name another`);
  }
  if (batch > 1 && format === 'duis') {
    throw new CommandError('usage', '--batch: a DUIS frame holds one document; leave it at 1');
  }
  if (batch > inFlight) {
    throw new CommandError(
      'usage',
      `--batch: ${batch} SRs of a frame are more than --in-flight ${inFlight} lets a connection ` +
        'have; raise --in-flight',
    );
  }
}

function isBackwards({ startDateTime, endDateTime }: AskedPeriod): boolean {
  return parseDateTime(endDateTime) < parseDateTime(startDateTime);
}

function outputsOf({ out, html }: LoadSettings): [flag: '--out' | '--html', file: string][] {
  return [
    ...(out === undefined ? [] : [['--out', out] as ['--out', string]]),
    ...(html === undefined ? [] : [['--html', html] as ['--html', string]]),
  ];
}

/** Says before the run that a file could not be written after it. */
function makeRoom(flag: string, file: string): void {
  try {
    accessSync(existsSync(file) ? file : dirname(file), constants.W_OK);
    if (existsSync(file) && statSync(file).isDirectory()) throw new Error('it is a directory');
  } catch (cause) {
    throw notWritten('usage', flag, file, cause);
  }
}

function write(flag: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw notWritten('failed', flag, file, cause);
  }
}

function notWritten(
  exit: 'failed' | 'usage',
  flag: string,
  file: string,
  cause: unknown,
): CommandError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CommandError(exit, `${flag}: cannot write ${file}: ${reason}`, cause);
}

function printed(result: LoadResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

function notOpened(error: unknown, { url }: LoadSettings): unknown {
  if (!(error instanceof LineError)) return error;
  if (error.unreachable) return unreachable(url.ws, error);
  return new CommandError('failed', `${url.ws}: ${error.message}`, error);
}

/** The first Ctrl-C ends the run, the second the process. */
function onInterrupt(interrupt: () => void): () => void {
  let signalled = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (signalled) process.exit(EXIT_CODES[signal === 'SIGINT' ? 'interrupted' : 'terminated']);
    signalled = true;
    process.exitCode = EXIT_CODES[signal === 'SIGINT' ? 'interrupted' : 'terminated'];
    interrupt();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
}

/**
 * A run with wrong, lost, repeated or unknown answers, one that was cut off, or of which nothing
 * was right, has failed.
 */
function exitOf(result: LoadResult): number {
  const { interrupted, cutOff, thresholds, outcomes, strays, planned } = result;
  if (interrupted) return Number(process.exitCode ?? EXIT_CODES.interrupted);
  if (thresholds.some(({ met }) => !met)) return EXIT_CODES.threshold;
  const { right, wrong, stale, lost } = outcomes;
  const bad = wrong + stale + lost + strays.repeated + strays.unknown;
  const failed = bad > 0 || cutOff === true || (planned > 0 && right === 0);
  return failed ? EXIT_CODES.failed : EXIT_CODES.ok;
}
