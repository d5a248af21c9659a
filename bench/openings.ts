import type { Client } from '@temporalio/client';
import { compile } from '../compiler/compile.ts';

export interface OpeningFigures {
  /** History events of run and guard that a run costs which locks and opens, beside those of its openings. */
  readonly aRun: number;
  readonly anOpening: number;
}

/** Drills with one and with three openings, one after another: the difference is what openings cost. */
export async function countOpenings(client: Client, taskQueue: string): Promise<OpeningFigures> {
  const [none, one, three] = [
    await count(client, taskQueue, 0),
    await count(client, taskQueue, 1),
    await count(client, taskQueue, 3),
  ];
  const anOpening = Math.round((three - one) / 2);
  return { aRun: one - anOpening - none, anOpening };
}

const vpgs = ['payments-db', 'payments-app', 'payments-web'];

async function count(client: Client, taskQueue: string, openings: number): Promise<number> {
  const steps = vpgs
    .slice(0, openings)
    .map((vpg, i) => `  - { id: up_${i}, uses: zerto/failover-test, with: { vpg: ${vpg} } }`);
  const text = [
    'apiVersion: drillbook/v1',
    'name: open',
    'site: site-b',
    'modes: [drill]',
    'steps:',
    ...steps,
    '  - { id: ok, uses: assert, with: { that: "true" } }',
  ].join('\n');
  const made = compile({ file: 'open.yaml', text }, {}).plan('drill', {});
  if (!('plan' in made)) throw new Error(made.diagnostics.map(d => d.message).join('\n'));
  const id = `open-${openings}`;
  const run = { id, trigger: 'cli', requester: 'bench', verified: false, reason: '', url: '', configSha256: '' };
  const handle = await client.workflow.start('runbook', {
    workflowId: id,
    taskQueue,
    args: [{ plan: made.plan, run }],
  });
  const { verdict } = (await handle.result()) as { verdict: string };
  if (verdict !== 'passed') throw new Error(`the drill of the benchmark ended ${verdict}`);
  const ids = openings === 0 ? [id] : [id, `guard/${handle.firstExecutionRunId}`];
  // The guard ends a little after its run.
  await Promise.all(ids.map(workflowId => client.workflow.getHandle(workflowId).result()));
  const histories = await Promise.all(ids.map(workflowId => client.workflow.getHandle(workflowId).fetchHistory()));
  return histories.reduce((sum, history) => sum + (history.events?.length ?? 0), 0);
}
