import { defineConfig } from 'vitest/config';

// `fast` is what `npm run check` runs; `slow` needs a Temporal server, processes or a built tree.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/temporal/**', 'test/process/**'],
          pool: 'threads',
          isolate: false,
        },
      },
      {
        test: {
          name: 'slow',
          include: ['test/temporal/**/*.test.ts', 'test/process/**/*.test.ts'],
          globalSetup: ['test/temporal/global-setup.ts'],
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
