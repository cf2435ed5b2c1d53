import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Where `.ci/run` wants the numbers of a run. */
const report = process.env.TEST_REPORT;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    // No module holds state, so files of one worker may share them: a fifth less time.
    isolate: false,
    // On two cores one worker would be the default, and leave one of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: report === undefined ? ['default'] : ['default', 'json'],
    ...(report !== undefined && { outputFile: { json: report } }),
    coverage: { include: ['gateway/**', 'emulator/**', 'cli/**', 'load/**', 'inspector/**'] },
  },
});
