// Loaded here and not by the first command: that takes seconds on a busy machine.
import '../../compiler/compile.ts';
import '../../control/config/config.ts';
import '../../control/schedules/calendars.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Outside } from '../../cli/outside.ts';
import { newKey } from '../../control/signing.ts';
import { control, drillbook, render } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { config } from './sample-config.ts';

const runbook = (schedule: string): string => `apiVersion: drillbook/v1
name: payments
site: site-b
modes: [drill]
triggers:
  - schedule: ${schedule}
steps:
  - { id: t, uses: zerto/failover-test, with: { vpg: db } }
  - { id: up, uses: assert, with: { that: 'size(steps.t.outputs.vms) > 0', message: None. } }
`;
const weekly =
  '{ name: weekly, mode: drill, cron: "30 1 * * 0", time-zone: Europe/London, within: 2h, blackouts: [freeze] }';
const calendars = `calendars:
  freeze: { time-zone: Europe/London, periods: [ { from: "2026-12-15", to: "2027-01-05" } ] }
`;
const project = (more = '') =>
  makeFolder({ 'drillbook.yaml': `${config}${calendars}${more}`, 'runbooks/payments.yaml': runbook(weekly) });

describe('preview', () => {
  it('shows times in zone and UTC, spans, blackouts and gaps; asks no server', async () => {
    const cwd = project();
    const shown = await drillbook(['schedule', 'preview', 'runbooks/payments.yaml', '--count', '4'], { cwd });
    expect(shown.stderr).toContain('DB7010');
    expect(render({ ...shown, stderr: '' })).toMatchInlineSnapshot(`
        "out: payments/weekly: 30 1 * * 0 (Europe/London)
        out:   2026-11-22 01:30 +00:00  2026-11-22 01:30Z or later, up to 2026-11-22 03:30Z
        out:   2026-11-29 01:30 +00:00  2026-11-29 01:30Z or later, up to 2026-11-29 03:30Z
        out:   2026-12-06 01:30 +00:00  2026-12-06 01:30Z or later, up to 2026-12-06 03:30Z
        out:   2026-12-13 01:30 +00:00  2026-12-13 01:30Z or later, up to 2026-12-13 03:30Z
        exit 0"
      `);
    const json = await drillbook(['schedule', 'preview', 'runbooks/payments.yaml', '--count', '18', '--json'], { cwd });
    const [{ times }] = JSON.parse(json.stdout) as [{ times: { local: string; gap?: true; blackout?: object }[] }];
    expect(times.filter(({ blackout }) => blackout !== undefined).map(({ local }) => local.slice(0, 10))).toEqual([
      '2026-12-20',
      '2026-12-27',
      '2027-01-03',
    ]);
    expect(times.filter(({ gap }) => gap === true).map(({ local }) => local)).toEqual(['2027-03-28T01:30']);
    expect(times).toHaveLength(18 + 4);
  });

  it('a runbook with mistakes, without a schedule, a count that is none', async () => {
    const cwd = makeFolder({ 'bad.yaml': runbook('{ mode: drill, cron: "61 * * * *", time-zone: UTC }') });
    expect(await drillbook(['schedule', 'preview', 'bad.yaml'], { cwd })).toMatchObject({ code: 1, stdout: '' });
    expect(await drillbook(['schedule', 'preview', 'bad.yaml', '--count', '0'], { cwd })).toMatchObject({ code: 2 });
  });
});

describe('diff and apply', () => {
  const seen: unknown[] = [];
  const found = {
    changes: [],
    unchanged: 1,
    refused: [],
    paused: {},
    kept: {},
    left: [],
    unknown: [],
    ending: [],
    startsNone: [],
  };
  const outside = (answer: object = {}): Partial<Outside> => ({
    connect: () => Promise.resolve(control),
    compareSchedules: (_control, { name }, { wanted, scope }) => {
      seen.push({ name, scope, ids: wanted.map(({ id, file }) => `${id} ${file}`) });
      return Promise.resolve({ ...found, ...answer });
    },
    applyChanges: () => Promise.resolve({}),
  });

  it('without files all of runbooks/; with a folder that; files are named from the project', async () => {
    const cwd = project('project: bank\n');
    seen.length = 0;
    expect(await drillbook(['schedule', 'diff'], { cwd, outside: outside() })).toMatchObject({ code: 0 });
    await drillbook(['schedule', 'diff', '.'], { cwd: join(cwd, 'runbooks'), outside: outside() });
    await drillbook(['schedule', 'diff', 'payments.yaml'], { cwd: join(cwd, 'runbooks'), outside: outside() });
    const ids = ['payments/weekly runbooks/payments.yaml'];
    expect(seen).toEqual([
      { name: 'bank', scope: ['runbooks'], ids },
      { name: 'bank', scope: ['runbooks'], ids },
      { name: 'bank', scope: ['runbooks/payments.yaml'], ids },
    ]);
  });

  it('exit codes: 3 where diff finds something, 1 where a name is somebody else’s', async () => {
    const cwd = project();
    const changes = [{ do: 'remove', id: 'payments/old', file: 'runbooks/payments.yaml' }];
    const differs = await drillbook(['schedule', 'diff'], { cwd, outside: outside({ changes }) });
    expect(differs).toMatchObject({ code: 3, stdout: '- payments/old (runbooks/payments.yaml): would be removed\n' });
    expect(await drillbook(['schedule', 'apply'], { cwd, outside: outside({ changes }) })).toMatchObject({ code: 0 });
    for (const word of ['diff', 'apply'])
      expect(
        await drillbook(['schedule', word], { cwd, outside: outside({ refused: ['It belongs to the project x.'] }) }),
      ).toMatchObject({ code: 1 });
    expect(await drillbook(['schedule', 'diff', '../elsewhere'], { cwd, outside: outside() })).toMatchObject({
      code: 1,
    });
    expect(await drillbook(['schedule', 'diff'], { cwd: makeFolder() })).toMatchObject({ code: 1 });
  });

  it('defect: where no runbook was found at all, every schedule was removed', async () => {
    const changes = [{ do: 'remove', id: 'payments/weekly', file: 'runbooks/payments.yaml' }];
    const applied: unknown[] = [];
    const applyChanges: Outside['applyChanges'] = (_control, _project, all) => {
      applied.push(...all);
      return Promise.resolve({});
    };
    for (const files of [{}, { 'runbooks/README.md': 'None yet.' }]) {
      const cwd = makeFolder({ 'drillbook.yaml': config, ...files });
      const run = (...words: string[]) =>
        drillbook(['schedule', ...words], { cwd, outside: { ...outside({ changes }), applyChanges } });
      for (const words of [['diff'], ['apply'], ['apply', 'runbooks/']]) {
        const { code, stderr } = await run(...words);
        expect([code, stderr.split('\n')[0]]).toEqual([
          1,
          'No runbook was found in runbooks/, so that all of its schedules would be removed: payments/weekly. Is the checkout whole? If they are to go, say --allow-empty.',
        ]);
      }
      expect(applied).toEqual([]);
      expect(await run('diff', '--allow-empty')).toMatchObject({ code: 3 });
      // A file that is named and gone is meant.
      for (const words of ['runbooks/payments.yaml', '--allow-empty'])
        expect(await run('apply', words)).toMatchObject({ code: 0 });
      expect(applied.splice(0)).toHaveLength(2);
    }
  });

  it('defect: one that is paused and whose file is gone was told as removed and as staying', async () => {
    const kept = { 'payments/old': 'paused by ana: audit week' };
    const left = ['The schedule x/y stays.'];
    const told = await drillbook(['schedule', 'apply'], { cwd: project(), outside: outside({ kept, left }) });
    expect(told).toMatchObject({
      code: 0,
      stdout:
        '= payments/old: no runbook declares it; kept, since it is paused (paused by ana: audit week) (--remove-paused removes it)\n',
    });
    expect(told.stderr).toContain('The schedule x/y stays.\n');
  });

  it('defect: to look needed a key where unverified names are refused, and drills that do not start were exit code 0', async () => {
    const cwd = project('people: { ana: { name: Ana } }\nidentity: { unverified: refuse }\n');
    expect(await drillbook(['schedule', 'diff'], { cwd, outside: outside() })).toMatchObject({ code: 0 });
    const listSchedules = () => Promise.resolve([]);
    expect(await drillbook(['schedule', 'list'], { cwd, outside: { ...outside(), listSchedules } })).toMatchObject({
      code: 0,
    });
    const ends = { ending: ['payments/weekly: none of its drills starts.'] };
    expect(await drillbook(['schedule', 'diff'], { cwd, outside: outside(ends) })).toMatchObject({ code: 0 });
    const startsNone = ['payments/weekly'];
    const told = await drillbook(['schedule', 'diff'], { cwd, outside: outside({ ...ends, startsNone }) });
    expect(told).toMatchObject({ code: 3, stdout: '' });
    expect(told.stderr).toContain('none of its drills starts');
  });

  it('defect: the list told a next time in UTC alone, which is another day where the drill is', async () => {
    const next = [Date.UTC(2026, 10, 21, 18, 30)];
    const shown = { id: 'payments/weekly', runbook: 'payments', cron: '30 3 * * *', timeZone: 'Asia/Tokyo', next };
    const rest = {
      blackouts: [],
      last: [],
      missed: 0,
      skipped: 0,
      file: 'payments.yaml',
      project: 'bank',
      appliedBy: 'ana',
    };
    const listSchedules = () => Promise.resolve([{ ...shown, ...rest, plan: 'hash', jitterMs: 0 }]);
    const { stdout } = await drillbook(['schedule', 'list'], {
      cwd: project(),
      outside: { ...outside(), listSchedules },
    });
    expect(stdout).toContain('\n  next: 2026-11-21T18:30:00Z (2026-11-22 03:30 Asia/Tokyo)\n');
  });

  it('is an admin’s where there are roles; nobody’s where unverified names are refused', async () => {
    const changes = [{ do: 'remove', id: 'payments/old', file: 'runbooks/payments.yaml' }];
    const people = 'people: { ana: { name: Ana } }\n';
    const operator = project(`${people}roles: [ { role: operator, to: [ana] } ]\n`);
    const refused = await drillbook(['schedule', 'apply'], { cwd: operator, outside: outside({ changes }) });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("The schedules of payments are an admin's business");
    const admin = project(`${people}roles: [ { role: admin, to: [ana], runbooks: ["pay*"] } ]\n`);
    expect(await drillbook(['schedule', 'apply'], { cwd: admin, outside: outside({ changes }) })).toMatchObject({
      code: 0,
    });
    const strict = project(`${people}identity: { unverified: refuse }\n`);
    expect((await drillbook(['schedule', 'apply'], { cwd: strict, outside: outside({ changes }) })).stderr).toContain(
      'Nothing proves that you are ana',
    );
  });
});

it('where unverified names are refused, pause and resume are signed with a listed key of that person', async () => {
  const [ana, bo, starts] = [newKey(), newKey(), newKey()];
  const cwd = project(`people: { ana: { name: Ana }, bo: { name: Bo } }
identity:
  unverified: refuse
  keys:
    - { id: ana-1, person: ana, public: "${ana.publicKey}" }
    - { id: ana-2, person: ana, for: [starts], public: "${starts.publicKey}" }
    - { id: bo-1, person: bo, public: "${bo.publicKey}" }
`);
  for (const [name, { pem }] of Object.entries({ ana, bo, starts, new: newKey() }))
    writeFileSync(join(cwd, `${name}.pem`), pem, { mode: 0o600 });
  const notes: unknown[] = [];
  const outside: Partial<Outside> = {
    connect: () => Promise.resolve(control),
    pauseSchedule: (_control, id, by, reason) => Promise.resolve(void notes.push([id, by, reason])),
    resumeSchedule: (_control, id, by) => Promise.resolve(void notes.push([id, by])),
  };
  const run = (...words: string[]) => drillbook(['schedule', ...words], { cwd, outside });
  const pause = ['pause', 'payments/weekly', '--reason', 'audit week'];
  for (const [words, why] of [
    [pause, 'sign with --key, or do it at the console'],
    [[...pause, '--key', 'new.pem'], 'drillbook.yaml does not list this key'],
    [[...pause, '--key', 'bo.pem'], 'The key bo-1 does not sign for ana'],
    [[...pause, '--key', 'starts.pem'], 'the key ana-2 is not for schedules, only for starts'],
  ] as const)
    expect(await run(...words)).toMatchObject({ code: 1, stderr: expect.stringContaining(why) as string });
  expect(notes).toEqual([]);
  expect(await run(...pause, '--key', 'ana.pem')).toMatchObject({ code: 0 });
  expect(await run('resume', 'payments/weekly', '--key', 'ana.pem')).toMatchObject({ code: 0 });
  expect(notes).toEqual([
    ['payments/weekly', 'ana (key ana-1)', 'audit week'],
    ['payments/weekly', 'ana (key ana-1)'],
  ]);
});

it('a name of a schedule is RUNBOOK/NAME', async () => {
  expect(await drillbook(['schedule', 'resume', 'payments'])).toMatchObject({ code: 2 });
});
