import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
// Loaded before a test's time begins, not by its first command.
import '../../control/library/publish.ts';
import '../../control/prepare.ts';
import type { Plan } from '../../compiler/plan.ts';
import type { StartInfo } from '../../control/runs.ts';
import { control, drillbook } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { config } from './sample-config.ts';

const runbook = `apiVersion: drillbook/v1
name: small
site: site-b
modes: [drill, failover]
steps:
  - { id: go, uses: approval, with: { message: "Go?", from: [ana] }, timeout: 1h }
  - { id: db, uses: zerto/recover, with: { vpg: db }, timeout: 2m }
  - { id: commit, only: [failover], uses: zerto/commit, with: { reverse-protect: true } }
`;
const folder = (policy = '') =>
  makeFolder({
    'drillbook.yaml': `${config}people: { ana: { name: Ana } }\nidentity: { unverified: allow }\n${policy}`,
    'runbooks/small.yaml': runbook,
  });
const change = (cwd: string) => {
  writeFileSync(join(cwd, 'runbooks/small.yaml'), runbook.replace('timeout: 2m', 'timeout: 3m'));
};

/** What would be started, on a Temporal that knows no drill. */
function starts() {
  const started: { plan: Plan; info: StartInfo }[] = [];
  const client = { workflow: { list: async function* () {} } };
  const outside = {
    connect: () => Promise.resolve({ ...control, client } as unknown as typeof control),
    startRun: (_: unknown, plan: Plan, info: StartInfo) => {
      started.push({ plan, info });
      return Promise.resolve('small-1');
    },
  };
  return { outside, started };
}
const live = ['--mode', 'failover', '--reason', 'fire', '--confirm', 'small', '--detach'];

it('publish says what is new, what has changed and what has not; library tells it', async () => {
  const cwd = folder();
  const dry = await drillbook(['publish', 'runbooks', '--dry-run'], { cwd });
  expect([dry.code, dry.stdout]).toEqual([0, expect.stringMatching(/^small@[0-9a-f]{12} {2}new\n$/) as string]);
  expect(dry.stderr).toContain('1 of 1 would be published in ');
  expect((await drillbook(['library', 'list'], { cwd })).stderr).toContain('Nothing is published in');
  const first = await drillbook(['publish', 'runbooks', '--reason', 'reviewed'], { cwd });
  expect([first.code, first.stdout]).toEqual([0, dry.stdout]);
  const again = await drillbook(['publish', 'runbooks/small.yaml'], { cwd });
  expect([again.code, again.stdout]).toEqual([0, dry.stdout.replace('new', 'unchanged')]);
  change(cwd);
  const json = await drillbook(['publish', 'runbooks', '--json'], { cwd });
  expect(JSON.parse(json.stdout)).toMatchObject({
    published: true,
    runbooks: [{ name: 'small', what: 'changed', modes: ['drill', 'failover'], file: 'runbooks/small.yaml' }],
    diagnostics: expect.any(Array) as unknown[],
  });
  const listed = await drillbook(['library', 'list', 'small'], { cwd });
  expect(listed.stdout.trim().split('\n')).toHaveLength(2);
  expect(listed.stdout).toContain('by ana (unverified name): reviewed');
  const hash = dry.stdout.slice('small@'.length, 'small@'.length + 12);
  const shown = await drillbook(['library', 'show', `small@${hash}`], { cwd });
  expect(shown.stdout).toContain(`--- runbooks/small.yaml\n${runbook}`.trimEnd());
});

it('publish of a mistake publishes nothing, shows it, and ends with 1', async () => {
  const cwd = folder();
  writeFileSync(
    join(cwd, 'runbooks/bad.yaml'),
    runbook.replace('name: small', 'name: bad').replace('site-b', 'site-x'),
  );
  const { code, stdout, stderr } = await drillbook(['publish', 'runbooks'], { cwd });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/runbooks\/bad\.yaml:3:7 error .*unknown site "site-x"[^]*Nothing was published\.\n$/);
  expect((await drillbook(['library', 'list'], { cwd })).stdout).toBe('');
  expect(await drillbook(['publish', 'nowhere'], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no file') as string,
  });
  expect((await drillbook(['publish'], { cwd })).code).toBe(2);
});

it('run FILE in a live mode is refused where it is not what is published; run NAME runs what is', async () => {
  const cwd = folder();
  const { outside, started } = starts();
  await drillbook(['publish', 'runbooks'], { cwd });
  const file = await drillbook(['run', join(cwd, 'runbooks/small.yaml'), ...live], { cwd, outside });
  expect([file.code, file.stdout]).toEqual([0, 'small-1\n']);
  expect(file.stderr).toContain('Temporal knows no passed drill of small: policy.live-needs.drilled-within');
  change(cwd);
  const changed = await drillbook(['run', join(cwd, 'runbooks/small.yaml'), ...live], { cwd, outside });
  expect([changed.code, changed.stdout]).toEqual([1, '']);
  expect(changed.stderr).toMatch(
    /^small as it stands in \S+\/runbooks\/small\.yaml is not published, and a live run needs that\..*"drillbook run small"\.\n$/,
  );
  const named = await drillbook(['run', 'small', ...live], { cwd, outside });
  expect([named.code, named.stdout]).toEqual([0, 'small-1\n']);
  expect(started.map(({ plan }) => plan.hash)).toEqual([started[0]?.plan.hash, started[0]?.plan.hash]);
  // A drill runs any file.
  const drill = await drillbook(['run', join(cwd, 'runbooks/small.yaml'), '--mode', 'drill', '--detach'], {
    cwd,
    outside,
  });
  expect(drill.code).toBe(0);
  const none = await drillbook(['run', 'other', ...live], { cwd, outside });
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('other is not published in') as string]);
  const mode = await drillbook(['run', 'small'], { cwd, outside });
  expect([mode.code, mode.stderr]).toEqual([2, '--mode is needed; this runbook has drill, failover.\n']);
});

it('where drillbook.yaml says so, a live mode runs any file', async () => {
  const cwd = folder('policy: { live-needs: { published: false } }\n');
  const { outside, started } = starts();
  await drillbook(['publish', 'runbooks'], { cwd });
  change(cwd);
  expect((await drillbook(['run', join(cwd, 'runbooks/small.yaml'), ...live], { cwd, outside })).code).toBe(0);
  expect(started).toHaveLength(1);
});

it('lift gives a line that run takes: for the same plan, once', async () => {
  const cwd = folder();
  const { outside, started } = starts();
  await drillbook(['publish', 'runbooks'], { cwd });
  change(cwd);
  const lift = ['lift', join(cwd, 'runbooks/small.yaml'), '--mode', 'failover', '--reason', 'the wire is new'];
  const { code, stdout, stderr } = await drillbook(lift, { cwd });
  expect(code).toBe(0);
  const line = stdout.trim();
  expect(line).toMatch(/^lift\.[\w-]+$/);
  const run = /one run of exactly this, (\S+),/.exec(stderr)?.[1];
  const given = await drillbook(['run', join(cwd, 'runbooks/small.yaml'), ...live, '--unpublished', line], {
    cwd,
    outside,
  });
  expect(given.code).toBe(0);
  expect(started).toMatchObject([{ info: { lift: { run, by: 'ana', reason: 'the wire is new' } } }]);
  expect(
    await drillbook(['run', join(cwd, 'runbooks/small.yaml'), ...live, '--unpublished', 'because'], { cwd, outside }),
  ).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('This is no lift') as string,
  });
  const drill = ['run', join(cwd, 'runbooks/small.yaml'), '--mode', 'drill', '--unpublished', line];
  expect(await drillbook(drill, { cwd, outside })).toMatchObject({
    code: 2,
    stderr: '--unpublished belongs to a live mode: mode drill runs any file.\n',
  });
  expect(await drillbook([...lift.slice(0, 3), 'drill', ...lift.slice(4)], { cwd })).toMatchObject({ code: 2 });
});

it('a library that was changed on the disk ends library list with 4', async () => {
  const cwd = folder();
  await drillbook(['publish', 'runbooks'], { cwd });
  const { dir } = { dir: join(cwd, 'library/versions') };
  const { version } = (
    JSON.parse((await drillbook(['library', 'list', '--json'], { cwd })).stdout) as { versions: [{ version: string }] }
  ).versions[0];
  const path = join(dir, `${version}.json`);
  writeFileSync(path, readFileSync(path, 'utf8').replace('db', 'xx'));
  const { code, stderr } = await drillbook(['library', 'list'], { cwd });
  expect([code, stderr]).toEqual([4, expect.stringContaining('is not what was published') as string]);
});
