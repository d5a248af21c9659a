import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Outside } from '../../cli/outside.ts';
import { drillbook } from '../cli/command-line.ts';
import { makeFolder } from '../cli/folder.ts';
import { baseConfig, key, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

/** Every command and every call of docs/console.md and docs/api.md is one that is taken. */
const read = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const linesOf = (page: string): string[] =>
  [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, text = '']) => text.trim().split('\n'));

const people = `people: { ana: { name: Ana } }\nroles: [ { role: operator, to: [ana] }, { role: approver, to: [ana] } ]\n`;
const config = `${baseConfig}${people}identity: { decision-key: decision, keys: [ { id: console, public: "${key.publicKey}" } ], tokens: [${listedToken('ana')}] }\npolicy: { live-needs: { published: false } }\n`;

const commands = linesOf(read('console.md')).map(line => line.replace(/ +#.*$/, ''));

it('docs/console.md has commands', () => {
  expect(commands.length).toBeGreaterThan(9);
  expect(commands.filter(line => !line.startsWith('drillbook '))).toEqual([]);
});

it.each(commands)('%s', async line => {
  const cwd = makeFolder({ 'drillbook.yaml': config });
  const outside: Partial<Outside> = {
    startConsole: () =>
      Promise.resolve({ url: 'http://127.0.0.1:8080', close: () => Promise.resolve() } as Awaited<
        ReturnType<Outside['startConsole']>
      >),
    whoAmIAt: () => Promise.resolve({ person: 'ana', name: 'Ana', how: 'token', verified: true }),
  };
  const env = { XDG_CONFIG_HOME: join(cwd, 'home') };
  const withCtrlC = (press: () => void) => setTimeout(press, 5);
  const { code, stdout } = await drillbook(line.split(' ').slice(1), { cwd, env, outside, withCtrlC, typed: 'token' });
  expect([code, stdout === '']).toEqual([0, false]);
});

let stage: Stage;
beforeAll(async () => {
  stage = await startStage(config, { runs: { RUN: { runbook: 'payments', mode: 'failover' } } });
});
afterAll(() => {
  stage.close();
});

const calls = linesOf(read('api.md'));

it('docs/api.md has calls', () => {
  expect(calls.length).toBeGreaterThan(12);
  expect(calls.filter(line => !line.startsWith('curl '))).toEqual([]);
});

it.each(calls)('%s', async line => {
  const words = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
  const after = (flag: string) => words.flatMap((word, i) => (word === flag ? [words[i + 1] ?? ''] : []));
  const headers = Object.fromEntries(
    after('-H').map(header => header.replace('$TOKEN', tokenOf('ana')).split(': ') as [string, string]),
  );
  const [body] = after('-d');
  const path = words.at(-1)?.replace('$URL', '') ?? '';
  const gone = new AbortController();
  const answer = await stage.ask(path, {
    method: after('-X')[0] ?? 'GET',
    headers,
    signal: gone.signal,
    ...(body === undefined ? {} : { body }),
  });
  expect([line, answer.status]).toEqual([line, /\/(?:runs|lifts)$/.test(path) && body !== undefined ? 201 : 200]);
  if (path.endsWith('/events')) await answer.body?.cancel();
});
