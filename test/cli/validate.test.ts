import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../local/package-root.ts';
import { drillbook, render } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { config } from './sample-config.ts';
import { runbook } from './sample-run.ts';

const broken = runbook.replace('uses: check/tcp', 'uses: check/tcq').replace('site: site-b', 'site: site-x');
it('what is in order: exit 0, nothing on standard output', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'runbooks/small.yaml': runbook });
  expect(render(await drillbook(['validate'], { cwd }))).toBe('err: 1 file: no errors, no warnings\nexit 0');
});

it('the shipped runbooks are in order', async () => {
  const seen = await drillbook(['validate', 'runbooks/payments.yaml', 'runbooks/vpg-networks.yaml'], {
    cwd: packageRoot(),
  });
  expect([seen.code, seen.stdout]).toEqual([0, '']);
});

it('all mistakes of all files at once, with their places', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'a.yaml': broken, 'b.yaml': 'steps: [' });
  expect(render(await drillbook(['validate', 'a.yaml', 'b.yaml'], { cwd }))).toMatchInlineSnapshot(`
    "out: a.yaml:3:7 error DB2012 unknown site "site-x": did you mean "site-b"?
    out:   3 | site: site-x
    out:     |       ^^^^^^
    out:   help: Names of this kind are those of drillbook.yaml.
    out: a.yaml:12:11 error DB2007 unknown action "check/tcq": did you mean "check/tcp"?
    out:   12 |     uses: check/tcq
    out:      |           ^^^^^^^^^
    out: b.yaml:1:9 error DB1001 YAML: flow sequence in block collection must be sufficiently indented and end with a ]
    out:   1 | steps: [
    out:     |         ^
    err: 2 files: 3 errors, no warnings
    exit 1"
  `);
});

it('as JSON: the documented shape, and only that on standard output', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'a.yaml': broken });
  const { stdout, code } = await drillbook(['validate', 'a.yaml', '--format', 'json'], { cwd });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: unknown[] };
  expect(code).toBe(1);
  expect(diagnostics).toContainEqual({
    code: 'DB2007',
    severity: 'error',
    message: 'unknown action "check/tcq": did you mean "check/tcp"?',
    file: 'a.yaml',
    range: { start: { line: 12, column: 11 }, end: { line: 12, column: 20 } },
  });
});

it('nothing wrong as JSON is an empty list', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'a.yaml': runbook });
  const { stdout } = await drillbook(['validate', 'a.yaml', '--format', 'json'], { cwd });
  expect(JSON.parse(stdout)).toEqual({ diagnostics: [] });
});

it('warnings change nothing of the exit code', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'a.yaml': `${runbook}inputs: { unused: { type: string } }\n` });
  const seen = await drillbook(['validate', 'a.yaml'], { cwd });
  expect(seen.stdout).toContain('warning DB7004 the input "unused" is not used');
  expect([seen.code, seen.stderr]).toEqual([0, '1 file: no errors, 1 warning\n']);
});

it('drillbook.yaml is checked once for all files, and by itself', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': `${config}sitez: {}\n`, 'a.yaml': runbook, 'b.yaml': runbook });
  for (const files of [['a.yaml', 'b.yaml'], ['drillbook.yaml']]) {
    const { stdout, stderr, code } = await drillbook(['validate', ...files], { cwd });
    expect(stdout.match(/DB8\d\d\d/g)).toHaveLength(1);
    expect(stdout).toContain('drillbook.yaml:9:1 error DB8002 unknown key "sitez"');
    expect(code).toBe(1);
    expect(stderr).not.toContain('as they stand');
  }
});

it('without drillbook.yaml names are taken as they stand, and it says so once', async () => {
  const cwd = makeFolder({ 'a.yaml': runbook, 'b.yaml': runbook });
  const { code, stderr } = await drillbook(['validate', 'a.yaml', 'b.yaml'], { cwd });
  expect(code).toBe(0);
  expect(stderr.match(/No drillbook\.yaml/g)).toHaveLength(1);
});

it('DRILLBOOK_CONFIG and --config name another one; the flag wins', async () => {
  const cwd = makeFolder({
    'x/good.yaml': config,
    'x/bad.yaml': config.replace('site-b:', 'site-c:'),
    'a.yaml': runbook,
  });
  const env = { DRILLBOOK_CONFIG: join(cwd, 'x/bad.yaml') };
  expect((await drillbook(['validate', 'a.yaml'], { cwd, env })).stdout).toContain('unknown site "site-b"');
  expect((await drillbook(['validate', 'a.yaml', '--config', 'x/good.yaml'], { cwd, env })).code).toBe(0);
});

it('a file that is not there, and no file at all', async () => {
  const cwd = makeFolder();
  expect(render(await drillbook(['validate', 'a.yaml'], { cwd }))).toBe(
    `err: There is no file ${join(cwd, 'a.yaml')}.\nexit 1`,
  );
  expect(render(await drillbook(['validate'], { cwd }))).toBe(
    'err: There is no runbooks/*.yaml here: name the files to validate.\nexit 2',
  );
});

it('a folder is a sentence with the mend', async () => {
  const cwd = makeFolder({ 'runbooks/small.yaml': runbook });
  expect(render(await drillbook(['validate', 'runbooks'], { cwd }))).toBe(
    `err: ${join(cwd, 'runbooks')} is a folder: name the files in it, runbooks/*.yaml for instance.\nexit 1`,
  );
});
