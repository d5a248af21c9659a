import { expect, test } from 'vitest';
import type { Control } from '../../control/connection.ts';
import { drilledWarning, drillsOf, lastPassedDrill, newestRuns } from '../../control/last-drill.ts';

interface Ran {
  readonly runbook: string;
  readonly verdict: string;
  readonly mode?: string;
  readonly endedAt: number;
}

/** A Temporal with these runs, that has ended last first. `searches`: it knows the search attributes of drillbook. */
function temporal(runs: readonly Ran[], searches = true) {
  const queries: string[] = [];
  async function* list({ query }: { readonly query: string }) {
    queries.push(query);
    if (!searches && query.includes('Drillbook')) throw new Error('invalid query: no such search attribute');
    for (const { runbook, verdict, mode = 'drill', endedAt } of runs)
      yield await Promise.resolve({
        ...{ workflowId: `${runbook}-${endedAt}`, status: { name: 'COMPLETED' }, memo: { runbook, mode, verdict } },
        ...{ typedSearchAttributes: { get: () => undefined }, startTime: new Date(0), closeTime: new Date(endedAt) },
      });
  }
  return { control: { client: { workflow: { list } } } as unknown as Pick<Control, 'client'>, queries };
}

const day = 86_400_000;
const config = { policy: { 'live-needs': { published: true, 'drilled-within': day } } } as Parameters<
  typeof drilledWarning
>[2];
const plan = { name: 'payments', mode: 'failover' } as const;

test('a drill that passed with exceptions counts as the last passed one for a live start, as for overdue and the page', async () => {
  const { control, queries } = temporal([
    { runbook: 'payments', verdict: 'failed', endedAt: 9 * day },
    { runbook: 'payments', verdict: 'passed_with_exceptions', endedAt: 8 * day },
    { runbook: 'payments', verdict: 'passed', endedAt: day },
  ]);
  expect(await lastPassedDrill(control, 'payments')).toMatchObject({
    verdict: 'passed_with_exceptions',
    endedAt: 8 * day,
  });
  expect(queries).toEqual([expect.stringContaining("DrillbookVerdict IN ('passed', 'passed_with_exceptions')")]);
  expect(await drilledWarning(control, plan, config, 8 * day + 5)).toBeUndefined();
  expect(await drilledWarning(control, plan, config, 20 * day)).toContain('was on 1970-01-09');
});

test('many runs of another runbook do not hide the drills of one: Temporal is asked for it', async () => {
  const others = Array.from({ length: 1_500 }, (_, n) => ({
    runbook: 'ledger',
    verdict: 'passed',
    endedAt: 9_000 - n,
  }));
  const runs = [...others, { runbook: 'payments', verdict: 'passed', endedAt: 1 }];
  const { control, queries } = temporal(runs);
  const found = await drillsOf(control, 'payments', 3, newestRuns(control));
  expect(found).toMatchObject({ latest: [{ endedAt: 1 }], passed: { endedAt: 1 } });
  for (const query of queries) expect(query).toContain("DrillbookRunbook = 'payments'");
  // Without the search attributes nobody can ask so, and the page says among how many it looked.
  const { control: blind } = temporal(runs, false);
  expect(await drillsOf(blind, 'payments', 3, newestRuns(blind))).toEqual({ latest: [], among: 1_000 });
});
