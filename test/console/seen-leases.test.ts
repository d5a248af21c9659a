import { expect, it } from 'vitest';
import { leasesSeen } from '../../console/seen-leases.ts';
import type { About } from '../../control/access/caller.ts';
import type { Leases } from '../../control/leases.ts';

const lease = (run: string, vpg: string) => ({
  ...{ id: vpg, vpg, run, guard: `guard/${run}`, owner: run, live: true, since: 0, state: 'held' as const },
});
const opening = (run: string, vpg: string) => ({
  ...{ key: 'db', site: 'site-b', vpg, id: vpg, action: 'zerto/failover', live: true, stage: 'open', since: 0 },
  ...{ guard: `guard/${run}`, run, alone: false },
});
const all = {
  open: [opening('pay-1', 'payments-db'), opening('led-1', 'ledger-db'), opening('gone-1', 'old-db')],
  leases: [lease('pay-1', 'payments-db'), lease('led-1', 'ledger-db'), lease('gone-1', 'old-db')],
  strangers: [{ site: 'site-b', vpg: 'hr-db', what: 'a failover test' }],
  left: ['hr-db at site-b'],
  silent: ['guard/x'],
  paused: false,
} as unknown as Leases;
const abouts = new Map<string, About>([
  ['pay-1', { runbook: 'payments', mode: 'failover' }],
  ['led-1', { runbook: 'ledger', mode: 'failover' }],
]);

it('leases and openings of a runbook that somebody may not see are not told him', () => {
  const seen = leasesSeen(all, abouts, ({ runbook = '' }) => runbook.startsWith('pay'));
  expect([...seen.open, ...seen.leases].map(({ vpg }) => vpg)).toEqual(['payments-db', 'payments-db']);
  expect([seen.strangers, seen.left, seen.silent]).toEqual([[], [], []]);
});

it('what belongs to no run is told whoever may see all', () => {
  expect(leasesSeen(all, abouts, () => true)).toEqual(all);
});
