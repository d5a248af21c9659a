import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFreePort } from '../../local/free-port.ts';
import { drillbook, launcher } from '../temporal/command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block.trim().split('\n'));

let cwd: string;
let environment: Record<string, string>;
let stop: () => Promise<void>;

/** `drillbook dev`, and the environment that it prints for another terminal. */
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'drillbook-dev-'));
  const port = String(await findFreePort());
  const dev = spawn(process.execPath, [launcher, 'dev', '--temporal-port', port], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>(resolve => dev.once('close', resolve));
  stop = async () => {
    dev.kill('SIGINT');
    expect(await ended).toBe(0);
  };
  let said = '';
  await new Promise<void>((resolve, reject) => {
    dev.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    dev.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Ctrl-C ends everything')) resolve();
    });
    void ended.then(code => {
      reject(new Error(`dev ended with ${String(code)}: ${said}`));
    });
  });
  environment = Object.fromEntries(
    [...said.matchAll(/^ {2}export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
});
afterAll(async () => {
  await stop();
  rmSync(cwd, { recursive: true, force: true });
});

it('the README has the two commands', () => {
  expect(blocks.slice(0, 2)).toEqual([['npm run demo'], ['npm test']]);
  const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
    .scripts;
  expect(scripts).toMatchObject({ demo: 'node bin/drillbook demo', test: 'node scripts/test.mjs' });
});

it('every other command of the README works beside `drillbook dev`', async () => {
  const commands = blocks
    .slice(2)
    .flat()
    .map(line => line.split(/\s+/));
  expect(commands.length).toBeGreaterThanOrEqual(4);
  let run = '';
  for (const [program, ...args] of commands) {
    expect(program).toBe('bin/drillbook');
    const { code, stdout, stderr } = await drillbook(args, { cwd: root, env: environment });
    expect(code, `${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
    run = /^PASSED\s+(\S+)/m.exec(stdout)?.[1] ?? run;
  }
  const file = join(cwd, 'report.html');
  expect((await drillbook(['report', run, '--out', file], { cwd, env: environment })).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain(run);
  expect((await drillbook(['watch', run], { cwd, env: environment })).stdout).toMatch(/^PASSED/m);
});

it('every link of the README leads somewhere', () => {
  const targets = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
  expect(targets.length).toBeGreaterThan(10);
  for (const target of targets)
    expect(() => readFileSync(join(root, target), { flag: 'r' }), target).not.toThrow(/ENOENT/);
});
