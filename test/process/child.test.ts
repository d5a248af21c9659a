import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Child, type ChildOptions, startChild } from '../../local/child.ts';
import { makeScratch } from '../local/scratch.ts';
import { isAlive, isGone } from './is-alive.ts';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const entry = here('./local-entry.mjs');

async function start(command: string, more: Partial<ChildOptions> = {}): Promise<Child> {
  const logFile = join(makeScratch(), 'logs', 'child.log');
  const child = await startChild({
    name: 'helper',
    args: [command],
    logFile,
    entry,
    ready: { kind: 'message' },
    ...more,
  });
  onTestFinished(() => child.stop(0));
  return child;
}

describe('a child', () => {
  test('is ready at its line; the other lines go to its log', async () => {
    const child = await start('line', { ready: { kind: 'line', matches: line => line.startsWith('ready') } });
    expect(child.readyLine).toBe('ready on 127.0.0.1:1');
    await expect.poll(() => readFileSync(child.logFile, 'utf8')).toBe('starting\nafter\n');
  });

  test('is ready at its message, gets the environment, ends in order', async () => {
    const child = await start('worker', { env: { TEMPORAL_ADDRESS: 'here:1' } });
    await child.stop();
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(readFileSync(child.logFile, 'utf8')).toBe('signed out, here:1\n');
    await child.stop();
  });

  test('that does not end when asked is ended', async () => {
    const child = await start('stubborn');
    await child.stop(100);
    expect(await child.ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  test('that ends before it is ready gives a sentence with the end of its log', async () => {
    await expect(start('fails')).rejects.toThrow(
      /^The helper ended with exit code 1 before it was ready; its log is .*child\.log:\n {2}This command cannot work: no configuration\.$/,
    );
  });

  test('that says nothing is not awaited for ever, and is gone', async () => {
    await expect(start('silent', { readyWithinMs: 300 })).rejects.toThrow('The helper was not ready after 0.3 s');
  });
});

describe('when the parent is killed', () => {
  async function startUnder(...args: string[]): Promise<{ parent: number; supervisor: number; told: number }> {
    const parent = spawn(process.execPath, [here('./parent.mjs'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    return { parent: parent.pid ?? 0, ...(JSON.parse(line) as { supervisor: number; told: number }) };
  }

  test('a program under with-parent.mjs ends, and its supervisor', async () => {
    const { parent, supervisor, told } = await startUnder('with-parent', process.execPath, entry, 'silent');
    expect([isAlive(supervisor), isAlive(told)]).toEqual([true, true]);
    process.kill(parent, 'SIGKILL');
    expect(await isGone(told, 5_000)).toBe(true);
    expect(await isGone(supervisor, 5_000)).toBe(true);
  });

  test('a Node child with end-with-parent.mjs ends', async () => {
    const { parent, supervisor } = await startUnder('end-with-parent', entry, 'worker');
    expect(isAlive(supervisor)).toBe(true);
    process.kill(parent, 'SIGKILL');
    expect(await isGone(supervisor, 5_000)).toBe(true);
  });
});
