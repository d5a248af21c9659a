import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { drillbook } from './command-line.ts';
import { makeFolder } from './folder.ts';

async function propose(...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await drillbook(['__complete', ...words]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\n').filter(line => line !== '');
}

it('proposes commands, flags, and the values of flags and arguments', async () => {
  expect(await propose('v')).toEqual(['validate']);
  expect(await propose('')).toContain('graph');
  expect(await propose('graph', 'a.yaml', '--mo')).toEqual(['--mode']);
  expect(await propose('graph', '--mode', 'd')).toEqual(['drill']);
  expect(await propose('graph', '--format', '')).toEqual(['svg', 'mermaid', 'dot']);
  expect(await propose('dev', '--temporal')).toEqual(['--temporal-port']);
  expect(await propose('dev', '--temporal-p')).toEqual(['--temporal-port']);
  expect(await propose('graph', 'a.yaml', '--')).toEqual(['--mode', '--format', '--input', '--inputs', '--config']);
  expect(await propose('schema', '')).toEqual(['runbook', 'config']);
});

it('proposes nothing where a file is wanted, what is hidden, or what cannot be meant', async () => {
  expect(await propose('graph', '')).toEqual([]);
  expect(await propose('demo', '--bund')).toEqual([]);
  expect(await propose('demo', '--bundl')).toEqual([]);
  expect(await propose('nonsense', 'x')).toEqual([]);
  expect(await propose()).toEqual([]);
});

it.each(['bash', 'zsh', 'fish'])('the script for %s calls it', async shell => {
  const { code, stdout } = await drillbook(['completion', shell]);
  expect(code).toBe(0);
  expect(stdout).toContain('__complete');
});

it('in bash, words with blanks stay whole, and the last one may be empty', async () => {
  const { stdout: script } = await drillbook(['completion', 'bash']);
  const folder = makeFolder({ drillbook: '#!/bin/sh\nprintf "%s|" "$@"\n' });
  chmodSync(join(folder, 'drillbook'), 0o755);
  const complete = `${script}
COMP_WORDS=(drillbook graph 'a b.yaml' '') COMP_CWORD=3
_drillbook
printf '%s' "\${COMPREPLY[0]}"`;
  const env = { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
  expect(
    execFileSync('bash', ['--norc', '-c', complete], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
  ).toBe('__complete|graph|a b.yaml||');
});
