import { afterEach, expect, test } from 'vitest';
import { describeWait } from '../../cli/waits.ts';
import { runPage } from '../../console/pages/run-page.ts';
import { viewRun } from '../../control/run-view.ts';
import { approval, peers, start, watched } from '../control/watched.ts';
import { textOf } from '../report/page.ts';
import { opening } from '../report/sample.ts';
import { baseConfig, type Stage, startStage } from './stage.ts';

const minute = 60_000;
const held = approval('', {
  ...{ kind: 'held', message: 'held', choices: ['commit', 'roll-back', 'go-on'], from: [], count: 1, since: start },
  open: [
    { vpg: 'payments-db', site: 'site-b', what: 'failover', live: true, since: start },
    { vpg: 'crm', site: 'site-b', what: 'failover test', live: false, since: start, until: start + 90 * minute },
  ],
});
const { expiresAt: _, ...pending } = held;

let stage: Stage | undefined;
afterEach(() => {
  stage?.close();
  stage = undefined;
});

test('a held run said nothing of what it has open: the API does, with site, kind and until when', async () => {
  const runs = { held: { runbook: 'payments', mode: 'failover', pending: [pending] } };
  stage = await startStage(`${baseConfig}identity: { unverified: allow }\n`, { runs });
  const shown = (await (await stage.ask('/api/v1/runs/held')).json()) as { pending: { open: unknown }[] };
  expect(shown.pending[0]?.open).toEqual([
    { vpg: 'payments-db', site: 'site-b', what: 'failover', live: true, since: '2026-11-21T02:10:00.000Z' },
    {
      ...{ vpg: 'crm', site: 'site-b', what: 'failover test', live: false },
      ...{ since: '2026-11-21T02:10:00.000Z', until: '2026-11-21T03:40:00.000Z' },
    },
  ]);
});

test('the command line does, beside what to type', () => {
  expect(describeWait('r-1', pending)).toEqual([
    'the run  is held since 2026-11-21T02:10:00Z',
    '  held',
    '  open: payments-db at site-b, failover since 2026-11-21T02:10:00Z; no deadline: a person commits it or rolls it back',
    '  open: crm at site-b, failover test since 2026-11-21T02:10:00Z; closed at the latest 2026-11-21T03:40:00Z',
    '  drillbook commit r-1 --reason TEXT',
    '  drillbook roll-back r-1 --reason TEXT',
    '  drillbook resume r-1 --reason TEXT',
  ]);
});

test('the page does in its first sentence, with what a person may do next to it', () => {
  const { closedAt: _, ...open } = opening('payments-db', 0, 0, { action: 'zerto/failover', state: 'open' });
  const view = viewRun(
    watched({ mode: 'failover', pending: [pending], journal: { openings: [open] } }),
    { peers },
    start + 5 * minute,
  );
  const frame = {
    csrf: 'csrf-token',
    assets: { style: '/assets/page.css', script: '/assets/live.js' },
    person: { name: 'Ana Ruiz', verified: true, session: true },
  };
  const text = textOf(runPage(frame, view, { at: start + 5 * minute, csrf: 'csrf-token', may: () => undefined }));
  for (const told of [
    'Held: nothing more starts until a person decides about payments-db at site-b, open and not committed.',
    'Next: a decision of its approvers: commit, roll back or go on',
    'payments-db failover at site-b since 02:10:00Z (5m) · no deadline: only a person ends it',
  ])
    expect(text).toContain(told);
});
