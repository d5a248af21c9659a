import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drillbook, launcher } from '../temporal/command.ts';
import { startDev } from './dev.ts';

let cwd: string;
let next: readonly string[];
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'drillbook-init-'));
  const { code, stdout, stderr } = await drillbook(['init', 'dr'], { cwd });
  expect(code, stderr).toBe(0);
  next = stdout.split('\n').filter(line => line.startsWith('  '));
});
afterAll(() => {
  rmSync(cwd, { recursive: true, force: true });
});

/** The arguments of the command that `init` says comes next, without what the shell does with its answer. */
function printed(command: string): readonly string[] {
  const start = `  ${launcher} ${command}`;
  const line = next.find(said => said === start || said.startsWith(`${start} `));
  if (line === undefined) throw new Error(`init does not say ${command}: ${next.join('\n')}`);
  const [words = ''] = line.slice(launcher.length + 3).split(' > ');
  return words.split(' ');
}

it('what it wrote validates without a warning, compiles and is drawn', async () => {
  const dr = join(cwd, 'dr');
  const validated = await drillbook(printed('validate'), { cwd: dr });
  expect([validated.code, validated.stdout]).toEqual([0, '']);
  expect(validated.stderr).toMatch(/^2 files: no errors, no warnings$/m);
  const compiled = await drillbook(['compile', 'runbooks/first-drill.yaml', '--mode', 'drill'], { cwd: dr });
  expect(compiled.code, compiled.stderr).toBe(0);
  expect(JSON.parse(compiled.stdout)).toMatchObject({ name: 'first-drill', mode: 'drill' });
  const drawn = await drillbook(printed('graph'), { cwd: dr });
  expect(drawn.code, drawn.stderr).toBe(0);
  expect(drawn.stdout).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
});

it('its drill passes beside `drillbook dev`, as it says', async () => {
  const dr = join(cwd, 'dr');
  expect(printed('dev')).toEqual(['dev']);
  const dev = await startDev(dr);
  try {
    const { code, stdout, stderr } = await drillbook(printed('run'), { cwd: dr, env: dev.environment });
    expect(stdout, stderr).toMatch(/^PASSED/m);
    expect(code).toBe(0);
    const told = readFileSync(join(dr, '.drillbook', 'dev', 'notifications.jsonl'), 'utf8');
    expect(told).toContain('first-drill: passed');
  } finally {
    expect(await dev.stop()).toBe(0);
  }
});
