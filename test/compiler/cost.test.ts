import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scenarios, sizes } from './cost-scenarios.ts';

/** In a process of its own: what counts there changes the prototypes of the language. */
function countOperations(): Readonly<Record<string, readonly number[]>> {
  const script = join(import.meta.dirname, 'count-operations.ts');
  const root = join(import.meta.dirname, '../..');
  return JSON.parse(
    execFileSync(process.execPath, ['--import', 'tsx', script], { cwd: root, encoding: 'utf8' }),
  ) as Readonly<Record<string, readonly number[]>>;
}

test('a runbook of twice the size costs at most 2.2 times the operations', { timeout: 60_000 }, () => {
  const counted = countOperations();
  expect(Object.keys(counted)).toEqual(Object.keys(scenarios));
  for (const [name, operations] of Object.entries(counted)) {
    expect(operations).toHaveLength(sizes.length);
    for (const [i, n] of operations.slice(1).entries()) {
      // At least a few for each step: the counting itself works.
      expect(n).toBeGreaterThan(sizes[i + 1] ?? 0);
      expect(n / (operations[i] ?? 0), `${name}: ${operations.join(', ')}`).toBeLessThan(2.2);
    }
  }
});
