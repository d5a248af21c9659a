import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../local/package-root.ts';
import { drillbook, render } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { config } from './sample-config.ts';
import { runbook } from './sample-run.ts';

const broken = runbook.replace('uses: check/tcp', 'uses: check/tcq').replace('site: site-b', 'site: site-x');
it('what is in order: exit 0, nothing on standard output', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'runbooks/small.yaml': runbook });
  expect(render(await drillbook(['validate'], { cwd }))).toBe('err: 2 files: no errors, no warnings\nexit 0');
});

it('the shipped runbooks are in order', async () => {
  const files = readdirSync(join(packageRoot(), 'runbooks')).map(name => `runbooks/${name}`);
  expect(files.length).toBeGreaterThan(3);
  const seen = await drillbook(['validate', ...files], { cwd: packageRoot() });
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
    out: b.yaml:1:8 error DB1001 YAML: this "[" is not closed
    out:   1 | steps: [
    out:     |        ^
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
    'out: a.yaml:1:1 error DB1032 this file cannot be read: it is not there\nerr: 1 file: 1 error, no warnings\nexit 1',
  );
  expect(render(await drillbook(['validate'], { cwd }))).toBe(
    'err: There is no drillbook.yaml and no runbooks/*.yaml here: name the files to validate.\nexit 2',
  );
});

it('a file that cannot be read stands in the list of every format, beside what is wrong elsewhere', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'a.yaml': broken });
  const seen = async (...more: string[]) => await drillbook(['validate', 'nope.yaml', 'a.yaml', ...more], { cwd });
  const json = await seen('--format', 'json');
  const { diagnostics } = JSON.parse(json.stdout) as { diagnostics: readonly { code: string }[] };
  expect(diagnostics[0]).toEqual({
    code: 'DB1032',
    severity: 'error',
    message: 'this file cannot be read: it is not there',
    file: 'nope.yaml',
    range: { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
  });
  expect([json.code, diagnostics.map(d => d.code)]).toEqual([1, ['DB1032', 'DB2012', 'DB2007']]);
  expect((await seen('--format', 'github')).stdout).toMatch(/^::error file=nope\.yaml,line=1,/);
  const { runs } = JSON.parse((await seen('--format', 'sarif')).stdout) as { runs: { results: object[] }[] };
  expect(runs[0]?.results[0]).toMatchObject({ ruleId: 'DB1032' });
  const config404 = await drillbook(['validate', 'a.yaml', '--config', 'no.yaml', '--format', 'json'], { cwd });
  expect(config404.stdout).toContain('"file":"no.yaml"');
});

it('a folder is told with the mend', async () => {
  const cwd = makeFolder({ 'runbooks/small.yaml': runbook });
  expect(render(await drillbook(['validate', 'runbooks'], { cwd }))).toBe(
    'out: runbooks:1:1 error DB1032 this file cannot be read: it is a folder; name the files in it, runbooks/*.yaml for instance\nerr: 1 file: 1 error, no warnings\nexit 1',
  );
});

describe('without files: the project', () => {
  it('is the folder of the nearest drillbook.yaml, with all runbooks below runbooks/', async () => {
    const cwd = makeFolder({
      'drillbook.yaml': `${config}sitez: {}\n`,
      'runbooks/b.yaml': broken,
      'runbooks/deep/a.yml': runbook,
      'runbooks/values.yaml': 'a: 1',
      'runbooks/notes.txt': 'x',
      'notes/x.md': '',
    });
    const { stdout, stderr, code } = await drillbook(['validate', '--format', 'json'], { cwd: join(cwd, 'docs') });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; file: string }[] };
    expect(code).toBe(1);
    expect(diagnostics.map(d => [d.code, d.file])).toEqual([
      ['DB8002', join(cwd, 'drillbook.yaml')],
      ['DB2007', join(cwd, 'runbooks/b.yaml')],
    ]);
    expect(stderr).toBe(
      `Left out, without an apiVersion of drillbook: ${join(cwd, 'runbooks/values.yaml')}\n3 files: 2 errors, no warnings\n`,
    );
  });

  it('a drillbook.yaml that was named from elsewhere is not the project', async () => {
    const other = makeFolder({ 'drillbook.yaml': config });
    const cwd = makeFolder({ 'drillbook.yaml': config.replace('site-b:', 'site-c:'), 'runbooks/a.yaml': runbook });
    const seen = await drillbook(['validate'], { cwd, env: { DRILLBOOK_CONFIG: join(other, 'drillbook.yaml') } });
    expect(render(seen)).toBe('err: 2 files: no errors, no warnings\nexit 0');
  });
});

it('--config under another name is checked as a drillbook.yaml', async () => {
  const cwd = makeFolder({ 'rehearsal.yaml': `${config}sitez: {}\n`, 'runbooks/a.yaml': runbook });
  const { stdout, stderr } = await drillbook(['validate', '--config', 'rehearsal.yaml'], { cwd });
  expect(stdout).toMatch(/^rehearsal\.yaml:9:1 error DB8002 .*\n/);
  expect(stderr).toBe('2 files: 1 error, no warnings\n');
});

it('a file that is given twice is validated once', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'a.yaml': broken });
  const { stdout, stderr } = await drillbook(['validate', 'a.yaml', './a.yaml'], { cwd });
  expect(stdout.match(/DB2007/g)).toHaveLength(1);
  expect(stderr).toBe('1 file: 2 errors, no warnings\n');
});

const caller = `apiVersion: drillbook/v1
name: caller
site: site-b
modes: [drill]
steps:
  - id: sub
    uses: runbook
    with: { file: parts/sub.yaml }
`;

it('a sub-runbook is compiled with its caller; what is wrong in it is told once, with its line', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'runbooks/a.yaml': caller, 'runbooks/parts/sub.yaml': runbook });
  expect(render(await drillbook(['validate'], { cwd }))).toBe('err: 3 files: no errors, no warnings\nexit 0');
  writeFileSync(join(cwd, 'runbooks/parts/sub.yaml'), runbook.replace('uses: check/tcp', 'uses: check/tcq'));
  const { stdout, code } = await drillbook(['validate'], { cwd });
  expect(stdout.match(/DB2007/g)).toHaveLength(1);
  expect(stdout).toContain('runbooks/a.yaml:8:19 error DB4021');
  expect(stdout).toContain('runbooks/parts/sub.yaml:12:11 error DB2007');
  expect(stdout).toContain('  12 |     uses: check/tcq');
  expect(code).toBe(1);
});

it('a sub-runbook may lie anywhere in the project, also beside a drillbook.yaml from elsewhere', async () => {
  const other = makeFolder({ 'drillbook.yaml': config });
  const up = caller.replace('parts/sub.yaml', '../shared/sub.yaml');
  const cwd = makeFolder({ 'drillbook.yaml': config, 'runbooks/a.yaml': up, 'shared/sub.yaml': runbook });
  for (const env of [{}, { DRILLBOOK_CONFIG: join(other, 'drillbook.yaml') }])
    expect((await drillbook(['validate', 'runbooks/a.yaml'], { cwd, env })).code).toBe(0);
});

it('a file in another encoding is a diagnostic with its place', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config });
  mkdirSync(join(cwd, 'runbooks'));
  writeFileSync(join(cwd, 'runbooks/latin.yaml'), Buffer.from(runbook.replace('small', 'caf\xe9'), 'latin1'));
  writeFileSync(join(cwd, 'runbooks/wide.yaml'), Buffer.from(`\ufeff${runbook}`, 'utf16le'));
  const { stdout, code } = await drillbook(['validate'], { cwd });
  expect(stdout).toContain('runbooks/latin.yaml:2:10 error DB1030');
  expect(stdout).toContain('runbooks/wide.yaml:1:1 error DB1031');
  expect(code).toBe(1);
});

it('as SARIF and for GitHub', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'a.yaml': broken });
  const sarif = await drillbook(['validate', 'a.yaml', '--format', 'sarif'], { cwd });
  const log = JSON.parse(sarif.stdout) as {
    runs: [{ tool: { driver: { version: string } }; results: { ruleId: string }[] }];
  };
  expect(log.runs[0].results.map(({ ruleId }) => ruleId)).toEqual(['DB2012', 'DB2007']);
  expect(`${log.runs[0].tool.driver.version}\n`).toBe((await drillbook(['--version'])).stdout);
  const github = await drillbook(['validate', 'a.yaml', '--format', 'github'], { cwd });
  expect(github.stdout).toMatch(/^::error file=a\.yaml,line=3,col=7,.*\n::error file=a\.yaml,line=12,col=11,.*\n$/);
  expect([sarif.code, github.code]).toEqual([1, 1]);
});

it('nothing wrong for GitHub is no line, as SARIF a log without results', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': config, 'a.yaml': runbook });
  expect((await drillbook(['validate', 'a.yaml', '--format', 'github'], { cwd })).stdout).toBe('');
  const { stdout, code } = await drillbook(['validate', 'a.yaml', '--format', 'sarif'], { cwd });
  expect([(JSON.parse(stdout) as { runs: [{ results: unknown[] }] }).runs[0].results, code]).toEqual([[], 0]);
});
