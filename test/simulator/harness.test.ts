import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';

const folders: string[] = [];

// Loaded within a test: what it did for a whole file when loaded, it would do only for the first file of a worker.
it.each(['the first', 'the second'])('%s simulator goes with its folder when its test has finished', async () => {
  const { simulate } = await import('./harness.ts');
  for (const before of folders) expect(existsSync(before)).toBe(false);
  const simulator = await simulate();
  const ca = simulator.sites[0]?.ca ?? '';
  expect(existsSync(ca)).toBe(true);
  folders.push(ca);
});
