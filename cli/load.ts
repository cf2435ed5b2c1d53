// `s1sp load`: a stream of SRs at a gateway. The command line of it; what it does is in
// load-run.ts, loaded only when it is called, so that the other commands need not wait for it.

import type { Command } from 'commander';
import { METRICS_HELP } from '../load/metric.ts';
import { addSettings, settingsOf, tellUnknownVariables } from './flags.ts';
import { LOAD_SETTINGS } from './load-settings.ts';

const EXAMPLES = `
Examples:
  s1sp load                                            1,000 SRs a second for 30 s
  s1sp load --rate 5000 --duration 30s --html report.html
  s1sp load --rate 100..5000 --duration 2m             a ramp
  s1sp load --rate max --in-flight 64 --check 1/100    as fast as answers come
  s1sp load --count 2000 --threshold 'p99<50ms,wrong==0' --out result.json
  s1sp load --scenario mhhs-day --html day.html        a day of settlement in miniature

Latency counts from the planned send time, so that a gateway that stalls is not spared what real
clients would have sent meanwhile; beside it stands the latency from the actual send.

${METRICS_HELP}`;

export function addLoad(program: Command): void {
  const command = program
    .command('load')
    .summary('stream SRs at a gateway, measure, report')
    .description(
      'Streams Service Requests at a running gateway, checks every answer against what the ' +
        'meters hold by their seed, and reports what came back and how fast.',
    )
    .addHelpText('after', EXAMPLES);
  addSettings(command, LOAD_SETTINGS);
  command.options
    .find(({ long }) => long === '--threshold')
    ?.argParser((text: string, before: string | undefined) =>
      before === undefined ? text : `${before},${text}`,
    );
  command.option('--json', 'print the result as JSON').action(() => load(command));
}

async function load(command: Command): Promise<void> {
  const resolved = settingsOf(command, LOAD_SETTINGS);
  tellUnknownVariables();
  const { json } = command.opts<{ json?: boolean }>();
  const { runLoad } = await import('./load-run.ts');
  await runLoad(resolved, json === true);
}
