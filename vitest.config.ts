import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

// `fast` is what `npm run check` runs; `slow` needs a Temporal server, processes or a built tree.
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/temporal/**', 'test/process/**'],
          pool: 'threads',
          isolate: false,
          // They compute and do not wait; a runner leaves one core free otherwise.
          maxWorkers: availableParallelism(),
          // What ends a test that hangs; the longest takes 3 s, and a machine that does other work beside it ten times that.
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'slow',
          include: ['test/temporal/**/*.test.ts', 'test/process/**/*.test.ts'],
          globalSetup: ['test/temporal/global-setup.ts'],
          pool: 'forks',
          // They wait more than they compute; each has a Temporal server of its own, of a few hundred MiB.
          maxWorkers: Math.min(8, 2 + availableParallelism()),
          // One after the other: the two have different numbers of workers.
          sequence: { groupOrder: 1 },
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
