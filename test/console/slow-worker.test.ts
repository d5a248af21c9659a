import { ServiceError } from '@temporalio/client';
import { afterEach, expect, it } from 'vitest';
import { approverAndOperator, type Stage, startStage, tokenOf } from './stage.ts';

let stage: Stage;
afterEach(() => {
  stage.close();
});

/** Its worker reads a long history: no question is answered in time, and it is listed as living. */
async function slow(): Promise<void> {
  stage = await startStage(approverAndOperator, { runs: { r1: { runbook: 'payments', mode: 'failover' } } });
  const client = stage.deps.control.client as unknown as Record<
    'workflow' | 'workflowService',
    Record<string, unknown>
  >;
  const handle = client.workflow['getHandle'] as (id: string) => object;
  const cause = Object.assign(new Error('4 DEADLINE_EXCEEDED'), { code: 4, details: '' });
  const query = () => Promise.reject(new ServiceError('Failed to query Workflow', { cause }));
  client.workflow['getHandle'] = (id: string) => ({ ...handle(id), query });
  client.workflowService['describeTaskQueue'] = () => Promise.resolve({ pollers: [{ identity: 'w' }] });
}

const decide = (person: string) =>
  stage.call('POST', '/api/v1/runs/r1/decisions', tokenOf(person), { choice: 'commit', reason: 'all is well' });

it('defect: a decision was refused as heard by nobody while a worker read a long history', async () => {
  await slow();
  expect((await decide('ana')).status).toBe(200);
  expect(stage.said).toMatchObject([{ run: 'r1', update: 'decide' }]);
});

it('whom only the run could let decide is told that it was not sent', async () => {
  await slow();
  const answer = await decide('cem');
  const { detail } = (await answer.json()) as { detail: string };
  expect([answer.status, stage.said]).toEqual([503, []]);
  expect(detail).toContain('so it was not sent: nothing was recorded');
});
