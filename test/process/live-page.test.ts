import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drillbook } from '../temporal/command.ts';
import { type Dev, startDev } from './dev.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs/live.md'), 'utf8');
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.trim().split('\n'));

let cwd: string;
let dev: Dev;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'drillbook-live-'));
  dev = await startDev(cwd);
});
afterAll(async () => {
  expect(await dev.stop()).toBe(0);
  rmSync(cwd, { recursive: true, force: true });
});

/** `DRILLBOOK_USER=ana bin/drillbook approve RUN go`, as a process. */
async function type(line: string, run: string) {
  const words = line.split(/\s+/).map(word => (word === 'RUN' ? run : word));
  const [first = ''] = words;
  const user = first.startsWith('DRILLBOOK_USER=') ? words.shift()?.split('=')[1] : undefined;
  expect(words.shift()).toBe('bin/drillbook');
  const env = { ...dev.environment, DRILLBOOK_USER: user ?? 'dana' };
  return await drillbook(words, { cwd: root, env });
}

async function asks(step: string): Promise<void> {
  for (let look = 0; look < 60; look++) {
    const { stdout } = await type('bin/drillbook pending --json', '');
    if (stdout.includes(`"key":"${step}"`)) return;
    await sleep(1_000);
  }
  throw new Error(`nobody was asked "${step}"`);
}

it('every command of docs/live.md does what the page says, from the start to the commit', async () => {
  expect(commands).toHaveLength(8);
  let run = '';
  let last = '';
  for (const line of commands) {
    const step = / approve RUN (\w+)/.exec(line)?.[1];
    if (step !== undefined) await asks(step);
    const { code, stdout, stderr } = await type(line, run);
    expect(code, `${line}\n${stdout}\n${stderr}`).toBe(0);
    if (line.includes('--detach')) run = stdout.trim();
    if (step !== undefined) expect(stdout).toMatch(/^counted: /);
    last = stdout;
  }
  expect(last).toMatch(/^PASSED/m);
}, 240_000);

it('the console beside it takes whoever runs it as he is, and finds the runbooks of the folder', async () => {
  const ask = async (path: string) => (await fetch(`${dev.consoleUrl}/api/v1${path}`)).json();
  expect(await ask('/whoami')).toMatchObject({ how: 'unverified', verified: false });
  expect(await ask('/runbooks')).toEqual([]);
  expect(await ask('/runs')).toMatchObject([{ runbook: 'payments', mode: 'failover' }]);
});
