import type { Outside } from '../../cli/outside.ts';
import { compile } from '../../compiler/compile.ts';
import type { Plan } from '../../compiler/plan.ts';
import type { Watched } from '../../control/watch.ts';
import { passedDrill } from '../report/sample.ts';
import { control } from './command-line.ts';

type RunResult = Extract<Watched, { kind: 'ended' }>['result'];
type Status = Extract<Watched, { kind: 'progress' }>['progress']['status'];

export const runbook = `apiVersion: drillbook/v1
name: small
site: site-b
modes: [drill]
objectives: { rto: 30m, rpo: 5m }
steps:
  - id: db
    name: Recover the database
    uses: zerto/failover-test
    with: { vpg: payments-db }
  - id: db_up
    uses: check/tcp
    with: { host: 10.99.1.10, port: 5432 }
`;

function samplePlan(): Plan {
  const planned = compile({ file: 'small.yaml', text: runbook }).plan('drill', {});
  if (!('plan' in planned)) throw new Error(JSON.stringify(planned.diagnostics));
  return planned.plan;
}

const began = Date.UTC(2026, 10, 21, 2, 30);

/** A change of a step, `after` ms from the beginning. */
export function change(seq: number, after: number, key: string, status: Status, text?: string): Watched {
  const place = samplePlan().steps.findIndex(step => step.id === key);
  const progress = { seq, at: began + after, key, place, status, ...(text === undefined ? {} : { text }) };
  return { kind: 'progress', progress };
}

export function ended(result: Partial<RunResult> = {}): Watched {
  return {
    kind: 'ended',
    result: {
      verdict: 'passed',
      reasons: [],
      recoveryVerdict: 'passed',
      rto: { ms: 4_300, objectiveMs: 1_800_000, met: true },
      rpo: { ms: 3_000, objectiveMs: 300_000, met: true },
      ended: 'to-the-end',
      startedAt: began,
      endedAt: began + 9_000,
      steps: [],
      ...result,
    },
  };
}

export const passing: readonly Watched[] = [
  change(1, 0, 'sign-in', 'running'),
  change(2, 400, 'sign-in', 'succeeded'),
  change(3, 400, 'db', 'pending'),
  change(4, 400, 'db', 'running'),
  change(5, 31_000, 'db', 'retrying', 'site-b does not answer since 02:30:01Z'),
  change(6, 33_000, 'db', 'succeeded'),
  change(7, 33_000, 'db_up', 'running'),
  change(8, 34_250, 'db_up', 'succeeded'),
  ended(),
];

/** What `run`, `watch` and `demo` call, played from a list; it waits at its end for the signal unless the run has ended. */
export function played(events: readonly Watched[]) {
  const calls = { started: [] as unknown[], cancelled: [] as unknown[], closed: 0 };
  const outside = {
    prepare: () => Promise.resolve({ kind: 'ready' as const, plan: samplePlan(), configSha256: 'c0ffee' }),
    connect: () =>
      Promise.resolve({
        ...control,
        close: () => {
          calls.closed++;
          return Promise.resolve();
        },
      }),
    startRun: (_control, plan, info) => {
      calls.started.push({ plan: plan.name, mode: plan.mode, ...info });
      return Promise.resolve('small-drill-1');
    },
    readJournal: () => Promise.resolve(passedDrill()),
    cancelRun: (_control, id, by, reason) => {
      calls.cancelled.push([id, by, reason]);
      return Promise.resolve({ counted: true, text: '' });
    },
    watchRun: async function* (_control, _id, signal) {
      yield* events;
      const last = events.at(-1)?.kind;
      if (last === 'ended' || last === 'lost' || signal === undefined || signal.aborted) return;
      await new Promise(resolve => {
        signal.addEventListener('abort', resolve, { once: true });
      });
    },
  } satisfies Partial<Outside>;
  return { outside, calls };
}
