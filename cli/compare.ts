// `s1sp compare A B`: two results of `s1sp load` side by side, and for a pipeline exit 99 where B
// is worse than a threshold allows [contract §2].

import type { Command } from 'commander';
import { METRICS_HELP } from '../load/metric.ts';
import type { CompareFlags } from './compare-run.ts';

const EXAMPLES = `
Examples:
  s1sp compare before.json after.json
  s1sp compare before.json after.json --threshold 'p99<=+10%' --threshold 'rate>=-5%'
  s1sp compare before.json after.json --json

A limit with a sign and % is a change from A to B; any other is held against B.

${METRICS_HELP}`;

export function addCompare(program: Command): void {
  program
    .command('compare')
    .summary('two load results, side by side')
    .description(
      'Shows two result files of s1sp load side by side, what changed from A to B in percent, ' +
        'and whether that is better or worse.',
    )
    .argument('<A>', 'result file to compare with (s1sp load --out)')
    .argument('<B>', 'result file to judge')
    .option(
      '--threshold <condition>',
      "such as 'p99<=+10%'; may be repeated; exit 99 where one fails",
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--json', 'print JSON instead of a table')
    .addHelpText('after', EXAMPLES)
    .action(async (a: string, b: string, flags: CompareFlags) => {
      // Schemas and histograms take half of the start of a program that may only want its version.
      const { compare } = await import('./compare-run.ts');
      compare(a, b, flags);
    });
}
