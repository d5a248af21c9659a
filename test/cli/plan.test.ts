import { expect, it } from 'vitest';
import type { Outside } from '../../cli/outside.ts';
import { drillbook, render } from './command-line.ts';
import { played } from './sample-run.ts';

type DryRun = Awaited<ReturnType<Outside['dryRun']>>;

const steps: DryRun['steps'] = [
  { key: 'sign-in', phase: 'sign-in', uses: 'sign-in', effect: 'read', what: 'signs in', timeoutMs: 120_000 },
  {
    key: 'db',
    phase: 'main',
    uses: 'zerto/failover-test',
    effect: 'isolated',
    what: 'Recover the database',
    timeoutMs: 1_200_000,
  },
  {
    key: 'db_up',
    phase: 'main',
    uses: 'check/tcp',
    effect: 'read',
    what: 'proves that a TCP port answers',
    timeoutMs: 60_000,
  },
  {
    key: 'close-db',
    phase: 'closing',
    uses: 'zerto/stop-failover-test',
    effect: 'isolated',
    what: 'stops',
    timeoutMs: 600_000,
    closes: 'db',
  },
];

function looking(look: Partial<DryRun>) {
  const dryRun = () => Promise.resolve({ fits: true, steps, findings: [], told: [], ...look });
  return { outside: { ...played([]).outside, dryRun } };
}

const line = ['plan', 'small.yaml', '--mode', 'drill'];

it('says what would be done, in order, and what closes', async () => {
  const seen = await drillbook(line, looking({ told: ['payments-db: HistoryNotMeetingSLA'] }));
  expect(render(seen)).toMatchInlineSnapshot(`
    "out: small, mode drill at site-b
    out: sign-in
    out:   sign-in   read      at most 2m   sign-in: signs in
    out: main
    out:   db        isolated  at most 20m  zerto/failover-test: Recover the database
    out:   db_up     read      at most 1m   check/tcp: proves that a TCP port answers
    out: closing
    out:   close-db  isolated  at most 10m  zerto/stop-failover-test: closes db
    out: To be told
    out:   payments-db: HistoryNotMeetingSLA
    out: All of it fits.
    exit 0"
  `);
});

it('says what no longer fits: exit 3', async () => {
  const findings = [{ step: 'db', sentence: 'there is no VPG payments-db at site-b' }];
  expect(
    render(await drillbook(line, looking({ fits: false, steps: steps.slice(0, 1), findings }))),
  ).toMatchInlineSnapshot(`
    "out: small, mode drill at site-b
    out: sign-in
    out:   sign-in  read  at most 2m  sign-in: signs in
    out: What no longer fits
    out:   db: there is no VPG payments-db at site-b
    exit 3"
  `);
});

it('with --json gives one document', async () => {
  const { stdout, stderr, code } = await drillbook([...line, '--json'], looking({ fits: false }));
  expect(JSON.parse(stdout)).toMatchObject({
    runbook: 'small',
    mode: 'drill',
    site: 'site-b',
    fits: false,
    steps,
    findings: [],
  });
  expect([stderr, code]).toEqual(['', 3]);
});

it('does not wait for ever where no worker could look', async () => {
  const outside = { ...looking({}).outside, pollingWorkers: () => Promise.resolve(0) };
  expect(render(await drillbook(line, { outside }))).toBe(
    'err: Only a worker may look at the sites, and none serves the Temporal at 127.0.0.1:7233. Start one: drillbook worker\nexit 1',
  );
});
