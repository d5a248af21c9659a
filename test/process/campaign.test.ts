import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

function campaign(...args: readonly string[]) {
  const { TEMPORAL_ADDRESS: _, ...env } = process.env;
  return spawn(process.execPath, [at('node_modules/tsx/dist/cli.mjs'), at('test/campaign/main.ts'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test('a short campaign of eight seeds breaks nothing', async () => {
  const child = campaign('--seeds', '8', '--first-seed', '1016');
  const [told, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number]>]);
  expect(told.split('\n').at(-2), told).toBe('8 seeds, 0 broken invariants');
  expect(code).toBe(0);
}, 420_000);
