import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
// Loaded before a test's time begins, not by its first command.
import '../../control/library/withdraw.ts';
import '../../control/prepare.ts';
import type { Plan } from '../../compiler/plan.ts';
import { loadConfig } from '../../control/config/config.ts';
import { publish } from '../../control/library/publish.ts';
import { control, drillbook } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { config } from './sample-config.ts';

const runbook = (timeout: string) => `apiVersion: drillbook/v1
name: small
site: site-b
modes: [drill, failover]
steps:
  - { id: go, uses: approval, with: { message: "Go?", from: [ana] }, timeout: 1h }
  - { id: db, uses: zerto/recover, with: { vpg: db }, timeout: ${timeout} }
  - { id: commit, only: [failover], uses: zerto/commit, with: { reverse-protect: true } }
`;

/** A project with two versions, and what would be started on a Temporal that knows no drill. */
async function two() {
  const cwd = makeFolder({
    'drillbook.yaml': `${config}people: { ana: { name: Ana } }\nidentity: { unverified: allow }\n`,
    'runbooks/small.yaml': runbook('2m'),
  });
  const file = join(cwd, 'runbooks/small.yaml');
  const started: number[] = [];
  const client = { workflow: { list: async function* () {} } };
  const outside = {
    connect: () => Promise.resolve({ ...control, client } as unknown as typeof control),
    startRun: (_: unknown, { steps }: Plan) => {
      started.push(steps.find(({ id }) => id === 'db')?.timeoutMs ?? 0);
      return Promise.resolve('small-1');
    },
    dryRun: () => Promise.resolve({ fits: true, steps: [], findings: [], told: [] }),
  };
  const run = (...args: readonly string[]) => drillbook(args, { cwd, outside });
  // A command's clock stands still here: the older one a day before.
  const now = Date.UTC(2026, 10, 20, 2, 30);
  const asked = {
    files: [file],
    config: await loadConfig(join(cwd, 'drillbook.yaml')),
    cwd,
    by: 'ana',
    now,
    dry: false,
  };
  const first = await publish({ ...asked, reason: 'reviewed' });
  const old = first.kind === 'published' ? (first.runbooks[0]?.version.slice(0, 12) ?? '') : '';
  writeFileSync(file, runbook('3m'));
  const { stdout } = await run('publish', 'runbooks', '--reason', 'reviewed');
  return { run, started, file, old, bad: /@([0-9a-f]{12})/.exec(stdout)?.[1] ?? '' };
}
const live = ['--mode', 'failover', '--reason', 'fire', '--confirm', 'small', '--detach'];
const drill = ['--mode', 'drill', '--detach'];

it('library withdraw: list and show tell it, run NAME takes the newest that stands, NAME@HASH and the file are refused', async () => {
  const { run, started, file, old, bad } = await two();
  const done = await run('library', 'withdraw', `small@${bad}`, '--reason', 'it waits too long');
  expect([done.code, done.stdout]).toEqual([
    0,
    expect.stringMatching(
      new RegExp(`^small@${bad}  withdrawn at \\S+ by ana \\(unverified name\\): it waits too long\\n$`),
    ) as string,
  ]);
  expect(done.stderr).toContain(`The newest version that stands is small@${old}. Runs of it go on.`);
  const listed = await run('library', 'list');
  expect([listed.code, listed.stderr]).toEqual([0, '']);
  expect(listed.stdout).toMatch(
    new RegExp(
      `^small@${bad} .*reviewed\\n  WITHDRAWN at \\S+ by ana: it waits too long\\nsmall@${old} .*reviewed\\n$`,
    ),
  );
  expect((await run('library', 'show', `small@${bad}`)).stdout).toMatch(/WITHDRAWN at [^]*--- runbooks\/small\.yaml/);
  const json = JSON.parse((await run('library', 'list', '--json')).stdout) as { versions: object[] };
  expect(json.versions).toMatchObject([
    { withdrawn: { by: 'ana', reason: 'it waits too long' } },
    { reason: 'reviewed' },
  ]);
  expect((await run('run', 'small', ...live)).code).toBe(0);
  expect(started).toEqual([120_000]);
  const why = `small@${bad} does not start: it was withdrawn by ana at `;
  for (const args of [
    [`small@${bad}`, ...live],
    [`small@${bad}`, ...drill],
    [file, ...live],
    [file, ...drill],
  ]) {
    const refused = await run('run', ...args);
    expect([args[0], refused.code, refused.stdout]).toEqual([args[0], 1, '']);
    expect(refused.stderr).toContain(why);
    expect(refused.stderr).toMatch(new RegExp(`The newest that stands is ${old}, of .*"drillbook run small"\\.\n$`));
  }
  // Nor does anybody lift it.
  const lifted = await run('lift', file, '--mode', 'failover', '--reason', 'it burns');
  expect([lifted.code, lifted.stdout, lifted.stderr.includes(why)]).toEqual([1, '', true]);
  expect(started).toHaveLength(1);
  const planned = await run('plan', file, '--mode', 'drill');
  expect([planned.code, planned.stderr.includes(why)]).toEqual([0, true]);
  const again = await run('publish', 'runbooks');
  expect([again.code, again.stderr]).toEqual([
    1,
    expect.stringContaining('Nothing was published: runbooks/small.yaml is') as string,
  ]);
});

it('library withdraw --json is one document; without a hash, a reason or a version it withdraws nothing', async () => {
  const { run, old, bad } = await two();
  const [none, unknown, unreasoned] = [
    await run('library', 'withdraw', 'small', '--reason', 'x'),
    await run('library', 'withdraw', 'small@000000', '--reason', 'x'),
    await run('library', 'withdraw', `small@${bad}`),
  ];
  expect([none.code, none.stderr]).toEqual([
    2,
    'small names no version: NAME@HASH is wanted, of the hash six characters or more.\n',
  ]);
  expect([unknown.code, unknown.stderr]).toEqual([
    1,
    expect.stringContaining('There is no version small@000000') as string,
  ]);
  expect(unreasoned.code).toBe(2);
  const { stdout } = await run('library', 'withdraw', `small@${bad}`, '--reason', 'too slow', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ name: 'small', by: 'ana', reason: 'too slow', signed: false },
    ...{ version: expect.stringMatching(bad) as string, stands: expect.stringMatching(old) as string },
  });
});

it('defect: run NAME@HASH of an older version said nothing of the newer one; it warns, and starts it', async () => {
  const { run, started, old, bad } = await two();
  const older = await run('run', `small@${old}`, ...live);
  expect([older.code, older.stdout]).toEqual([0, 'small-1\n']);
  const warning = new RegExp(
    `^small@${old}, of \\S+, is not the newest version: ${bad}, of \\S+ by ana, is \\("drillbook run small" runs that\\)\\.$`,
    'm',
  );
  expect(older.stderr).toMatch(warning);
  expect((await run('plan', `small@${old}`, '--mode', 'drill')).stderr).toMatch(warning);
  expect((await run('run', `small@${bad}`, ...live)).stderr).not.toContain('is not the newest');
  expect(started).toEqual([120_000, 180_000]);
});
