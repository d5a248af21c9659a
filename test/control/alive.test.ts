import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { showAlive } from '../../control/alive.ts';
import { makeFolder } from '../cli/folder.ts';

test('a worker shows that it lives, anew each time, until it ends', async () => {
  const path = join(makeFolder(), 'alive');
  const end = showAlive(path, () => undefined, 5);
  expect(statSync(path).isFile()).toBe(true);
  rmSync(path);
  await expect.poll(() => existsSync(path), { timeout: 1_000, interval: 5 }).toBe(true);
  end();
  expect(existsSync(path)).toBe(false);
});

test('where it cannot be written that is told once; where nobody looks nothing is', async () => {
  const lines: string[] = [];
  const end = showAlive('/nowhere/alive', line => lines.push(line), 2);
  await new Promise(resolve => setTimeout(resolve, 20));
  end();
  expect(lines).toEqual([expect.stringMatching(/^The sign of life \(DRILLBOOK_ALIVE\) cannot be written: .*ENOENT/)]);
  showAlive(undefined, line => lines.push(line))();
  expect(lines).toHaveLength(1);
});
