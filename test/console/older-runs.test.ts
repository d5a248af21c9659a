import { afterEach, expect, it } from 'vitest';
import type { Control } from '../../control/connection.ts';
import { textOf } from '../report/page.ts';
import { baseConfig, listedToken, type Stage, startStage, tokenOf } from './stage.ts';

const config = `${baseConfig}people: { ana: { name: Ana }, bo: { name: Bo } }
roles: [ { role: viewer, to: [ana], runbooks: [payments] }, { role: viewer, to: [bo] } ]
identity: { tokens: [${listedToken('ana')}, ${listedToken('bo')}] }
`;
let stage: Stage | undefined;
afterEach(() => {
  stage?.close();
});

/** So many newer runs of ledger, and behind them one of payments, and one older still of ledger. All have ended. */
async function stageWith(newer: number): Promise<{ readonly looked: () => number }> {
  stage = await startStage(config);
  let looked = 0;
  const runs = [...Array.from({ length: newer }, () => 'ledger'), 'payments', 'ledger'];
  async function* list({ query }: { readonly query: string }) {
    if (query.includes("ExecutionStatus = 'Running'")) return;
    for (const [n, runbook] of runs.entries()) {
      looked += 1;
      yield await Promise.resolve({
        ...{ workflowId: `${runbook}-${n}`, status: { name: 'COMPLETED' } },
        memo: { runbook, mode: 'drill', site: 'site-b', requester: 'cem', verdict: 'passed' },
        typedSearchAttributes: { get: () => undefined },
        ...{ startTime: new Date(1e12 - n * 1_000), closeTime: new Date(1e12 - n * 1_000 + 500) },
      });
    }
  }
  Object.assign(stage.deps.control.client.workflow, { list } as unknown as Control['client']['workflow']);
  return { looked: () => looked };
}
const page = async (person: string): Promise<string> =>
  textOf((await (await stage?.call('GET', '/', tokenOf(person)))?.text()) ?? '');
const listed = async (person: string, last: number): Promise<unknown> => {
  const answer = await stage?.call('GET', `/api/v1/runs?last=${last}`, tokenOf(person));
  return ((await answer?.json()) as readonly { readonly run: string }[]).map(({ run }) => run);
};

it('who may see one runbook finds its run behind two hundred newer ones of another', async () => {
  await stageWith(250);
  expect(await page('ana')).toContain('payments');
  expect(await page('ana')).not.toContain('No run has ended yet');
  expect(await page('ana')).not.toContain('ledger');
  expect(await listed('ana', 5)).toEqual(['payments-250']);
  expect(await page('bo')).toContain('The list ends here: it is made of the newest 200 runs.');
  expect(await listed('bo', 2)).toEqual(['ledger-0', 'ledger-1']);
});

it('no more than 2,000 runs are looked through, and the page says that it ends there', async () => {
  const { looked } = await stageWith(2_100);
  expect(await listed('ana', 5)).toEqual([]);
  expect(looked()).toBe(2_000);
  expect(await page('ana')).toContain('None has ended that you may see: it is made of the newest 2000 runs.');
  const before = looked();
  await page('ana');
  expect(looked()).toBe(before);
});
