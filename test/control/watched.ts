import { compile } from '../../compiler/compile.ts';
import type { Plan } from '../../compiler/plan.ts';
import type { Mode } from '../../actions/contract.ts';
import type { Pending } from '../../engine/pending.ts';
import type { WatchedRun } from '../../control/run-view.ts';
import type { Call } from '../../control/journal-calls.ts';
import type { Journal } from '../../report/journal.ts';
import { passedDrill, start } from '../report/sample.ts';

export { start };

/** A runbook that is drilled, and failed over with a vote before and after. */
const payments = (name: string, message: string): string => `
apiVersion: drillbook/v1
name: ${name}
description: Bring payments up at site B.
site: site-b
objectives: { rto: 30m, rpo: 5m }
modes: [drill, failover]
preflight:
  - { id: ready, uses: zerto/check-vpgs, with: { vpgs: [payments-db, payments-app] } }
steps:
  - id: go
    only: [failover]
    uses: approval
    with: { message: ${JSON.stringify(message)}, from: [dr-managers], count: 2, break-glass: [dr-duty] }
    timeout: 15m
  - { id: db, name: Recover the database, uses: zerto/recover, with: { vpg: payments-db } }
  - { id: db_up, uses: check/tcp, with: { host: 10.99.1.10, port: 5432 }, retry: { every: 15s, for: 5m } }
  - id: keep
    only: [failover]
    uses: approval
    with: { message: After commit the only way back is a failback., from: [dr-managers], count: 2, choices: [commit, roll-back] }
    timeout: 2h
  - { id: commit, only: [failover], if: steps.keep.outputs.choice == 'commit', uses: zerto/commit, with: { reverse-protect: true } }
  - { id: back, only: [failover], if: steps.keep.outputs.choice == 'roll-back', uses: zerto/roll-back }
`;

export function planOf(mode: Mode, name = 'payments', message = 'Fail payments over?'): Plan {
  const planned = compile({ file: 'payments.yaml', text: payments(name, message) }).plan(mode, {});
  if (!('plan' in planned)) throw new Error(planned.diagnostics.map(d => `${d.code} ${d.message}`).join('\n'));
  return planned.plan;
}

export interface Made extends Partial<Omit<WatchedRun, 'journal' | 'start'>> {
  readonly mode?: Mode;
  readonly plan?: Plan;
  readonly journal?: Partial<Journal>;
  readonly ended?: number;
}

/** A run as it may be seen; what is not said is as of one that has just begun. */
export function watched({ mode = 'drill', plan = planOf(mode), journal = {}, ended, ...more }: Made = {}): WatchedRun {
  const sample = passedDrill();
  const { endedAt: _, ...run } = sample.run;
  const over = ended === undefined ? {} : { endedAt: ended };
  const id = `payments-${mode}-20261121-0210-7f3a`;
  return {
    id,
    start: {
      plan,
      run: {
        ...{ id, trigger: 'console', requester: 'cem', verified: true, reason: 'site A is lost', url: '' },
        configSha256: '',
      },
    },
    journal: {
      ...sample,
      ...{ verdict: 'running', reasons: [], rto: {}, rpo: {}, steps: [], openings: [], entries: [], zertoReports: [] },
      isolation: [],
      ...journal,
      run: { ...run, ...over, id, name: plan.name, mode, site: plan.site, requester: 'cem', ...journal.run },
    },
    calls: [],
    progress: [{ seq: 1, at: start + 1_000, key: 'sign-in', place: 0, status: 'running' }],
    pending: [],
    openings: [],
    trying: [],
    idle: [],
    ...more,
  };
}

export const peers = { 'site-a': 'site-b', 'site-b': 'site-a' };

export function approval(key: string, more: Partial<Pending> = {}): Pending {
  return {
    key,
    kind: 'approval',
    since: start + 60_000,
    message: 'Fail payments over?',
    from: ['dr-managers'],
    choices: ['approve', 'reject'],
    count: 2,
    votes: [],
    expiresAt: start + 960_000,
    ...more,
  };
}

/** An activity of the run, or of its guard. `after`: ms from the start. */
export function call(step: string, after: number, more: Partial<Call> = {}): Call {
  return {
    id: after,
    activity: 'zerto/check-vpgs',
    step,
    at: start + after,
    endedAt: start + after + 500,
    status: 'succeeded',
    attempt: 1,
    input: { site: 'site-b' },
    record: {},
    ...more,
  };
}
