import { expect, it } from 'vitest';
import type { Watched } from '../../control/watch.ts';
import { passedDrill, step } from '../report/sample.ts';
import { drillbook, render } from './command-line.ts';
import { change, ended, passing, played } from './sample-run.ts';

const line = ['run', 'small.yaml', '--mode', 'drill'];

it('shows each change of a step, then the verdict and both times against their objectives', async () => {
  const { outside, calls } = played(passing);
  const seen = await drillbook([...line, '--reason', 'quarterly'], { outside });
  expect(render(seen)).toMatchInlineSnapshot(`
    "out: PASSED  small-drill-1 in 9s
    out: RTO 4.3s, objective 30m: met
    out: RPO 3s, objective 5m: met
    err: Run small-drill-1
    err:      +0s  … sign-in                     signs in to the site, proves that it is the right one and looks up the VPGs that the run names
    err:   +400ms  ✓ sign-in                     succeeded in 400ms
    err:   +400ms  … db                          payments-db: Recover the database
    err:     +31s  … db                          retrying: site-b does not answer since 02:30:01Z
    err:     +33s  ✓ db                          succeeded in 33s
    err:     +33s  … db_up                       10.99.1.10:5432: proves that a TCP port answers
    err:     +34s  ✓ db_up                       succeeded in 1.3s
    err: The report: drillbook report small-drill-1 --out report.html
    exit 0"
  `);
  expect(calls.started).toEqual([
    {
      plan: 'small',
      mode: 'drill',
      trigger: 'cli',
      requester: 'ana',
      verified: false,
      reason: 'quarterly',
      url: '',
      configSha256: 'c0ffee',
    },
  ]);
  expect(calls.closed).toBe(1);
});

it('with --json gives one event a line and nothing else on standard output', async () => {
  const { stdout, code } = await drillbook([...line, '--json'], played(passing));
  const events = stdout
    .trimEnd()
    .split('\n')
    .map(text => JSON.parse(text) as { kind: string; run: string });
  expect(events.map(({ kind }) => kind)).toEqual(['started', ...passing.map(({ kind }) => kind)]);
  expect(new Set(events.map(({ run }) => run))).toEqual(new Set(['small-drill-1']));
  expect(events.at(-1)).toMatchObject({ result: { verdict: 'passed', rto: { ms: 4_300 } } });
  expect(code).toBe(0);
});

it('with --detach prints the id and leaves', async () => {
  expect(render(await drillbook([...line, '--detach'], played([])))).toBe('out: small-drill-1\nexit 0');
});

it.each([
  ['passed', 'to-the-end', 0],
  ['passed_with_exceptions', 'to-the-end', 3],
  ['failed', 'to-the-end', 4],
  ['failed', 'by-person', 4],
  ['inconclusive', 'stopped', 5],
  ['inconclusive', 'to-the-end', 5],
  ['inconclusive', 'by-person', 6],
] as const)('%s, ended %s: exit %i', async (verdict, how, code) => {
  expect((await drillbook(line, played([ended({ verdict, ended: how })]))).code).toBe(code);
});

it('says why it did not pass', async () => {
  const events = [
    change(1, 0, 'sign-in', 'running'),
    change(2, 900, 'sign-in', 'failed', 'site-b: the password of drillbook\nis wrong'),
    change(3, 900, 'db', 'cancelled', 'not started: "sign-in" failed'),
    change(4, 900, 'db_up', 'cancelled', 'not started: "sign-in" failed'),
    ended({
      verdict: 'inconclusive',
      ended: 'stopped',
      reasons: ['sign-in failed: site-b: the password of drillbook is wrong'],
      rto: { objectiveMs: 1_800_000, note: 'not measured: nothing was recovered' },
      rpo: {},
    }),
  ];
  expect(render(await drillbook(line, played(events)))).toMatchInlineSnapshot(`
    "out: INCONCLUSIVE  small-drill-1 in 9s
    out: RTO not measured: nothing was recovered, objective 30m
    out:   sign-in failed: site-b: the password of drillbook is wrong
    err: Run small-drill-1
    err:      +0s  … sign-in                     signs in to the site, proves that it is the right one and looks up the VPGs that the run names
    err:   +900ms  ✗ sign-in                     failed after 900ms: site-b: the password of drillbook is wrong
    err:   +900ms  – db                          cancelled: not started: "sign-in" failed
    err:   +900ms  – db_up                       cancelled
    err: The report: drillbook report small-drill-1 --out report.html
    exit 5"
  `);
});

it('a run that was terminated has no verdict: inconclusive', async () => {
  const seen = await drillbook(line, played([{ kind: 'lost', status: 'TERMINATED' }]));
  expect([seen.code, seen.stdout]).toEqual([5, '']);
  expect(seen.stderr).toContain('small-drill-1 was terminated from outside and gave no verdict.');
});

it('--wait ends the watching: 7 while it runs, 8 while it waits for a person', async () => {
  const running = [change(1, 0, 'db', 'running')];
  const waits = {
    key: 'db',
    kind: 'question',
    since: 0,
    message: '',
    from: [],
    choices: ['abort'],
    votes: [],
  } as const;
  const asking: readonly Watched[] = [...running, { kind: 'waits', pending: [waits] }];
  const answered: readonly Watched[] = [...asking, { kind: 'waits', pending: [] }];
  const codes = [running, asking, answered].map(async events => {
    const seen = await drillbook([...line, '--wait', '15m'], played(events));
    expect(seen.stderr).toContain('only the watching has ended. Go on with: drillbook watch small-drill-1');
    return seen.code;
  });
  expect(await Promise.all(codes)).toEqual([7, 8, 7]);
});

it('Ctrl-C stops the watching, not the run', async () => {
  const { outside, calls } = played([change(1, 0, 'db', 'running')]);
  const seen = await drillbook(line, { outside, withCtrlC: press => setTimeout(press, 5) });
  expect(seen.code).toBe(130);
  expect(seen.stderr).toContain('small-drill-1 is still running; only the watching has ended.');
  expect(calls).toMatchObject({ cancelled: [], closed: 1 });
});

it('says when no worker will take the run', async () => {
  const outside = { ...played(passing).outside, pollingWorkers: () => Promise.resolve(0) };
  const { code, stderr } = await drillbook(line, { outside });
  expect(stderr).toContain('No worker serves this Temporal yet: the run begins when one does ("drillbook worker").');
  expect(code).toBe(0);
});

it('says which site or probe nobody serves, and how that is mended', async () => {
  const unserved = [
    { what: 'site', name: 'site-b', queue: 'b' },
    { what: 'probe', name: 'lan-b', queue: 'b' },
  ] as const;
  const outside = { ...played(passing).outside, unservedQueues: () => Promise.resolve(unserved) };
  const { code, stdout, stderr } = await drillbook(line, { outside });
  expect(stderr).toContain(
    'No worker serves the task queue "b" of the site site-b yet: what the run does there waits for one ("drillbook worker --site site-b").',
  );
  expect(stderr).toContain('"b" of the probe lan-b yet');
  expect(stderr).toContain('("drillbook worker --probe lan-b")');
  expect(stdout).not.toContain('No worker');
  expect(code).toBe(0);
});

it('a refusal of the compiler is told and starts nothing', async () => {
  const { outside, calls } = played(passing);
  const prepare = () =>
    Promise.resolve({ kind: 'refused' as const, report: 'small.yaml:3:1 error …', json: '{"diagnostics":[]}' });
  expect(render(await drillbook(line, { outside: { ...outside, prepare } }))).toBe(
    'err: small.yaml:3:1 error …\nexit 1',
  );
  expect(render(await drillbook([...line, '--json'], { outside: { ...outside, prepare } }))).toBe(
    'out: {"diagnostics":[]}\nexit 1',
  );
  expect(calls.started).toEqual([]);
});

it('no Temporal: the sentence, exit 1', async () => {
  class TemporalUnreachable extends Error {
    override readonly name = 'TemporalUnreachable';
  }
  const connect = () => Promise.reject(new TemporalUnreachable('Temporal does not answer at 127.0.0.1:1.'));
  const seen = await drillbook(line, { outside: { ...played([]).outside, connect } });
  expect(render(seen)).toBe('err: Temporal does not answer at 127.0.0.1:1.\nexit 1');
});

it('a defect is one sentence, and a stack only when asked for', async () => {
  const outside = { ...played([]).outside, startRun: () => Promise.reject(new Error('boom\n    at secret.ts:1')) };
  const seen = await drillbook(line, { outside });
  expect(render(seen)).toBe('err: Something unexpected happened: boom (DRILLBOOK_DEBUG=1 shows where.)\nexit 1');
  const debugged = await drillbook(line, { outside, env: { DRILLBOOK_DEBUG: '1' } });
  expect(debugged.stderr).toContain('    at secret.ts:1');
});

it('ends with the difference that a change made', async () => {
  const change = { path: 'networks.test', before: 'B-Bubble-120', after: 'B-Bubble-130' };
  const steps = [step('crm', 0, 1, { outputs: { changed: true, difference: [change] } })];
  const readJournal = () => Promise.resolve({ ...passedDrill(), steps });
  const outside = { ...played(passing).outside, readJournal };
  const { stdout, code } = await drillbook(line, { outside });
  expect(stdout).toMatch(/\n {2}crm: networks\.test {2}B-Bubble-120 → B-Bubble-130\n$/);
  expect(code).toBe(0);
});

it('keeps verdict and exit code when the difference cannot be read', async () => {
  const readJournal = () => Promise.reject(new Error('gone'));
  const seen = await drillbook(line, { outside: { ...played(passing).outside, readJournal } });
  expect(seen.stdout).toMatch(/^PASSED/);
  expect(seen.stderr).toContain('What the run changed could not be read: ');
  expect(seen.code).toBe(0);
});
