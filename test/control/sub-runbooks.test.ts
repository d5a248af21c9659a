import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepare } from '../../control/prepare.ts';
import { loadFrom } from '../../control/sub-runbooks.ts';

let folder = '';
let project = '';
const write = (path: string, text: string | Uint8Array): void => {
  writeFileSync(join(folder, path), text);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sub-runbooks-'));
  project = join(folder, 'project');
  mkdirSync(join(project, 'runbooks/parts'), { recursive: true });
  write('secret.yaml', 'not for runbooks');
  write('project/runbooks/main.yaml', 'main');
  write('project/runbooks/parts/one.yaml', 'one');
  write('project/runbooks/parts/..two.yaml', 'two');
  write('project/runbooks/parts/latin.yaml', Uint8Array.of(0x61, 0xe9, 0x62));
  write('project/runbooks/parts/large.yaml', 'x'.repeat(3 << 20));
  symlinkSync(join(folder, 'secret.yaml'), join(project, 'runbooks/parts/link.yaml'));
  symlinkSync(folder, join(project, 'runbooks/up'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('loadFrom', () => {
  test('relative to the folder of the file that calls, called as from the working folder', () => {
    const load = loadFrom(project, project);
    expect(load('parts/one.yaml', 'runbooks/main.yaml')).toEqual({ file: 'runbooks/parts/one.yaml', text: 'one' });
    expect(load('../main.yaml', 'runbooks/parts/one.yaml')).toEqual({ file: 'runbooks/main.yaml', text: 'main' });
    expect(load('..two.yaml', 'runbooks/parts/one.yaml')).toMatchObject({ text: 'two' });
  });

  test('by its whole path where the file that calls is', () => {
    const from = join(project, 'runbooks/main.yaml');
    const file = join(project, 'runbooks/parts/one.yaml');
    expect(loadFrom(project, folder)('parts/one.yaml', from)).toEqual({ file, text: 'one' });
  });

  test.each([
    ['../../secret.yaml', /outside the project/],
    ['parts/../../../secret.yaml', /outside the project/],
    ['parts/link.yaml', /outside the project/],
    ['up/secret.yaml', /outside the project/],
    ['parts/none.yaml', /no such file/],
    ['parts/one.yaml/x.yaml', /no such file/],
    ['parts', /folder/],
    ['parts/large.yaml', /1 MiB/],
    ['parts/latin.yaml', /UTF-8/],
  ])('%s is refused', (file, why) => {
    const found = loadFrom(project, project)(file, 'runbooks/main.yaml');
    expect('why' in found ? found.why : found.text).toMatch(why);
  });
});

describe('prepare', () => {
  const head = (name: string): string => `apiVersion: drillbook/v1\nname: ${name}\nmodes: [drill]\n`;

  test('a Plan with its sub-runbook', async () => {
    write('project/runbooks/parts/part.yaml', `${head('part')}steps: [ { id: a, uses: wait, with: { for: 1s } } ]\n`);
    write(
      'project/runbooks/calls.yaml',
      `${head('calls')}steps: [ { id: p, uses: runbook, with: { file: parts/part.yaml } } ]\n`,
    );
    const prepared = await prepare({ file: join(project, 'runbooks/calls.yaml'), mode: 'drill', inputs: {} });
    expect(prepared.kind === 'ready' && prepared.plan.steps.map(s => s.id)).toEqual(['p', 'p/a']);
  });

  test('what is wrong in a sub-runbook is shown in its own text', async () => {
    write('project/runbooks/parts/bad.yaml', `${head('bad')}steps: [ { id: a, uses: wait, with: { for: 1 } } ]\n`);
    write(
      'project/runbooks/calls.yaml',
      `${head('calls')}steps: [ { id: p, uses: runbook, with: { file: parts/bad.yaml } } ]\n`,
    );
    const prepared = await prepare({ file: join(project, 'runbooks/calls.yaml'), mode: 'drill', inputs: {} });
    const report = prepared.kind === 'refused' ? prepared.report : '';
    expect(report).toMatch(/calls\.yaml:4:\d+ error DB4021/);
    expect(report).toMatch(/bad\.yaml:4:\d+ error DB2010 "1" is no duration\n\s+4 \| steps: \[/);
  });
});
