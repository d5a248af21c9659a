import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connect } from '../../control/connection.ts';
import { LocalProblem } from '../../local/local-problem.ts';
import { startTemporal } from '../../local/temporal-server.ts';
import { makeScratch } from '../local/scratch.ts';
import { isGone } from './is-alive.ts';

test('a dev server of our own keeps its runs over a restart, for 90 days, and is gone after stop', async () => {
  const dir = join(makeScratch(), 'temporal');
  const first = await startTemporal({ dir, searchAttributes: { Verdict: 'Keyword' } });
  const connection = await Connection.connect({ address: first.address });
  const { config } = await connection.workflowService.describeNamespace({ namespace: first.namespace });
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 24 * 3600);
  const client = new Client({ connection });
  const searchAttributes = { Verdict: ['passed'] };
  // oxlint-disable-next-line typescript/no-deprecated -- the untyped form needs no key object
  await client.workflow.start('nothing', { taskQueue: 'none', workflowId: 'kept', searchAttributes });
  await connection.close();
  await first.stop();
  expect(await isGone(first.pid, 0)).toBe(true);

  const second = await startTemporal({ dir });
  onTestFinished(() => second.stop());
  const again = await Connection.connect({ address: second.address });
  onTestFinished(() => again.close());
  expect((await new Client({ connection: again }).workflow.getHandle('kept').describe()).status.name).toBe('RUNNING');
});

test('a taken port is named, with the mend', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void holder.close());
  await once(holder, 'listening');
  const { port } = holder.address() as { port: number };
  const start = startTemporal({ dir: makeScratch(), port });
  await expect(start).rejects.toThrow(LocalProblem);
  await expect(start).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken: end what listens there, choose another port`,
  );
});

test('a connection that is closed while a call is tried again ends that call, and not the process', async () => {
  const server = await startTemporal({ dir: join(makeScratch(), 'temporal') });
  vi.stubEnv('TEMPORAL_ADDRESS', server.address);
  onTestFinished(() => void vi.unstubAllEnvs());
  const control = await connect();
  process.kill(server.pid, 'SIGKILL');
  await server.ended;
  const call = control.client.workflow.getHandle('none').describe();
  const ended = expect(call).rejects.toThrow('Failed to describe workflow');
  // By then it waits for its next try.
  await sleep(400);
  await control.close();
  await ended;
});
