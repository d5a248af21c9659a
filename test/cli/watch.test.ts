import { expect, it } from 'vitest';
import { drillbook, render } from './command-line.ts';
import { change, ended, passing, played } from './sample-run.ts';

it('shows a run of which only the id is known', async () => {
  const events = [
    change(1, 0, 'db', 'running'),
    { kind: 'silent', since: Date.UTC(2026, 10, 21, 2, 31) } as const,
    change(2, 62_000, 'db', 'timed_out', 'no answer'),
    ended({
      verdict: 'failed',
      reasons: ['"db" timed out'],
      rto: { note: 'not measured: the required check "db_up" is not green' },
    }),
  ];
  expect(render(await drillbook(['watch', 'small-drill-1'], played(events)))).toMatchInlineSnapshot(`
    "out: FAILED  small-drill-1 in 9s
    out: RTO not measured: the required check "db_up" is not green, no objective
    out: RPO 3s, objective 5m: met
    out:   "db" timed out
    err:      +0s  … db                          running
    err: No worker has answered for small-drill-1 since 2026-11-21T02:31:00Z; it goes on when one does.
    err:    +1m2s  ✗ db                          timed out after 1m2s: no answer
    err: The report: drillbook report small-drill-1 --out report.html
    exit 4"
  `);
});

it('a line of the run itself', async () => {
  const events = [
    change(1, 0, 'db', 'running'),
    change(2, 1_000, '', 'running', 'the run takes longer than limits.timeout (1h): 1h so far'),
    change(3, 2_000, '', 'asking', 'held: cancelled by bo: enough'),
    change(4, 9_000, '', 'running', 'ana goes on: seen'),
  ];
  const { stderr } = await drillbook(['watch', 'small-failover-1', '--wait', '1s'], played(events));
  expect(stderr.split('\n').slice(1, 4)).toEqual([
    '     +1s  … the run                     the run takes longer than limits.timeout (1h): 1h so far',
    '     +2s  ? the run                     held: cancelled by bo: enough',
    '     +9s  … the run                     ana goes on: seen',
  ]);
});

it('with --json gives the events', async () => {
  const { stdout } = await drillbook(['watch', 'small-drill-1', '--json'], played(passing));
  const first = JSON.parse(stdout.split('\n', 1)[0] ?? '') as unknown;
  expect(first).toEqual({
    kind: 'progress',
    run: 'small-drill-1',
    seq: 1,
    at: 1_795_228_200_000,
    key: 'sign-in',
    place: 0,
    status: 'running',
  });
});

it('an unknown run: the sentence, exit 1', async () => {
  class RunNotFound extends Error {
    override readonly name = 'RunNotFound';
  }
  const { outside } = played([]);
  const watchRun = async function* () {
    await Promise.resolve();
    throw new RunNotFound('There is no run x on this Temporal namespace.');
  };
  expect(render(await drillbook(['watch', 'x'], { outside: { ...outside, watchRun } }))).toBe(
    'err: There is no run x on this Temporal namespace.\nexit 1',
  );
});
