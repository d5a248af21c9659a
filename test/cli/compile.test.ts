import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../local/package-root.ts';
import { drillbook, render } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { config } from './sample-config.ts';
import { runbook } from './sample-run.ts';

const withInputs = `${runbook}
inputs:
  port: { type: number, default: 5432 }
  names: { type: list, of: string, default: [a] }
  wait: { type: duration, default: 5m }
`.replace('port: 5432', 'port: "${{ inputs.port }}"');

const folder = (text = withInputs) => makeFolder({ 'drillbook.yaml': config, 'a.yaml': text });

interface Planned {
  readonly hash: string;
  readonly inputs: Record<string, unknown>;
  readonly steps: readonly { readonly id: string }[];
}

async function compiled(cwd: string, ...more: readonly string[]): Promise<Planned> {
  const { stdout, code } = await drillbook(['compile', 'a.yaml', '--mode', 'drill', ...more], { cwd });
  expect(code).toBe(0);
  return JSON.parse(stdout) as Planned;
}

it('gives the Plan with its hash, the same each time', async () => {
  const cwd = folder(runbook);
  const plan = await compiled(cwd);
  expect(plan.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(plan.steps.map(({ id }) => id)).toEqual(['sign-in', 'db', 'db_up', 'close-db']);
  expect(await compiled(cwd)).toEqual(plan);
});

it('takes inputs in every form, and each changes the hash', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'a.yaml': withInputs, 'in.json': '{"port": 1, "wait": "90s"}' });
  const plain = await compiled(cwd);
  expect(plain.inputs).toEqual({ port: 5432, names: ['a'], wait: 300_000 });
  const given = await compiled(cwd, '--input', 'names=b,c', '--input', 'port:=8080', '--inputs', 'in.json');
  expect(given.inputs).toEqual({ port: 8080, names: ['b', 'c'], wait: 90_000 });
  expect(given.hash).not.toBe(plain.hash);
});

it('is a diagnostic on standard error, exit 1, and no answer', async () => {
  const broken = runbook.replace('uses: check/tcp', 'uses: check/tcq');
  expect(
    render(await drillbook(['compile', 'a.yaml', '--mode', 'drill'], { cwd: folder(broken) })),
  ).toMatchInlineSnapshot(`
    "err: a.yaml:12:11 error DB2007 unknown action "check/tcq": did you mean "check/tcp"?
    err:   12 |     uses: check/tcq
    err:      |           ^^^^^^^^^
    exit 1"
  `);
});

it.each([
  ['port=x', 'DB6003 the input "port" does not fit'],
  ['pot=1', 'DB6001 this runbook has no input "pot": did you mean "port"?'],
])('an input that does not fit: %s', async (input, says) => {
  const seen = await drillbook(['compile', 'a.yaml', '--mode', 'drill', '--input', input], { cwd: folder() });
  expect([seen.code, seen.stdout]).toEqual([1, '']);
  expect(seen.stderr).toContain(says);
});

it('a mode that the runbook does not have', async () => {
  const seen = await drillbook(['compile', 'a.yaml', '--mode', 'move'], { cwd: folder() });
  expect([seen.code, seen.stdout]).toEqual([1, '']);
  expect(seen.stderr).toContain('DB6004 this runbook has no mode "move"');
});

it('of drillbook.yaml nothing is told that only concerns whoever runs it', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': `${config}evidence: {}\n`, 'a.yaml': runbook });
  for (const command of ['compile', 'graph']) {
    const { stderr, code } = await drillbook([command, 'a.yaml', '--mode', 'drill'], { cwd });
    expect([stderr, code]).toEqual(['', 0]);
  }
  expect((await drillbook(['validate', 'drillbook.yaml'], { cwd })).stdout).toContain('DB8030');
});

it('warnings are told and stop nothing', async () => {
  const cwd = folder(`${runbook}inputs: { unused: { type: string, default: x } }\n`);
  const seen = await drillbook(['compile', 'a.yaml', '--mode', 'drill'], { cwd });
  expect(seen.code).toBe(0);
  expect(seen.stderr).toContain('warning DB7004');
  expect(JSON.parse(seen.stdout)).toHaveProperty('hash');
});

it('a mistake in drillbook.yaml is told, and there is no Plan', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': `${config}sitez: {}\n`, 'a.yaml': runbook });
  const seen = await drillbook(['compile', 'a.yaml', '--mode', 'drill'], { cwd });
  expect([seen.code, seen.stdout]).toEqual([1, '']);
  expect(seen.stderr).toContain('drillbook.yaml:9:1 error DB8002');
});

describe('the inputs of a file', () => {
  it.each([
    ['there is none', undefined, /^There is no file .*in\.json\.\n$/],
    ['it is a list', '[1]', /^.*in\.json must hold one JSON object: \{"name": value\}\.\n$/],
  ])('%s: a sentence', async (_, text, says) => {
    const cwd = makeFolder({ 'a.yaml': runbook, ...(text !== undefined && { 'in.json': text }) });
    const seen = await drillbook(['compile', 'a.yaml', '--mode', 'drill', '--inputs', 'in.json'], { cwd });
    expect([seen.code, seen.stdout]).toEqual([1, '']);
    expect(seen.stderr).toMatch(says);
  });
});

it('every mode of the shipped runbooks, also those that cannot run yet', async () => {
  for (const [file, mode] of [
    ['payments.yaml', 'drill'],
    ['payments.yaml', 'failover'],
    ['vpg-networks.yaml', 'change'],
  ] as const) {
    const seen = await drillbook(['compile', join('runbooks', file), '--mode', mode], { cwd: packageRoot() });
    expect(seen.code, file).toBe(0);
    expect(JSON.parse(seen.stdout)).toMatchObject({ mode });
  }
});
