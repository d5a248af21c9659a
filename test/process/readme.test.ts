import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drillbook } from '../temporal/command.ts';
import { type Dev, startDev } from './dev.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block.trim().split('\n'));

let cwd: string;
let dev: Dev;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'drillbook-dev-'));
  dev = await startDev(cwd);
});
afterAll(async () => {
  expect(await dev.stop()).toBe(0);
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
    const { code, stdout, stderr } = await drillbook(args, { cwd: root, env: dev.environment });
    expect(code, `${args.join(' ')}\n${stdout}\n${stderr}`).toBe(0);
    run = /^PASSED\s+(\S+)/m.exec(stdout)?.[1] ?? run;
  }
  const file = join(cwd, 'report.html');
  expect((await drillbook(['report', run, '--out', file], { cwd, env: dev.environment })).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain(run);
  expect((await drillbook(['watch', run], { cwd, env: dev.environment })).stdout).toMatch(/^PASSED/m);
});

it('every link of the README leads somewhere', () => {
  const targets = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
  expect(targets.length).toBeGreaterThan(10);
  for (const target of targets)
    expect(() => readFileSync(join(root, target), { flag: 'r' }), target).not.toThrow(/ENOENT/);
});
