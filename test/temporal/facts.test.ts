import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainCodec } from '../../control/payload-codec.ts';
import { startTemporal, type TemporalServer } from '../../local/temporal-server.ts';
import { until } from './harness.ts';

/**
 * What the design rests on and no page promises, of this server and SDK. One that fails after an upgrade is no defect: the
 * decision that it is named for must be looked at again.
 */
const taskQueue = 'facts';
const dir = mkdtempSync(join(tmpdir(), 'drillbook-facts-'));
let server: TemporalServer;
let connection: Connection;
let native: NativeConnection;
let client: Client;
let worker: Worker;
let running: Promise<void>;
let activityEnded = 0;

beforeAll(async () => {
  server = await startTemporal({ dir });
  [connection, native] = await Promise.all([
    Connection.connect({ address: server.address }),
    NativeConnection.connect({ address: server.address }),
  ]);
  client = new Client({ connection, dataConverter: { payloadCodecs: [plainCodec] } });
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./facts-workflows.ts', import.meta.url)),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} },
  });
  worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: { code },
    dataConverter: { payloadCodecs: [plainCodec] },
    activities: {
      async beats() {
        // Deaf to the cancel, as a call on its way is.
        for (let i = 0; i < 60; i++) {
          Context.current().heartbeat();
          await sleep(100);
        }
        activityEnded++;
      },
    },
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await Promise.all([connection.close(), native.close()]);
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

let started = 0;
async function start(workflow: string, ...args: unknown[]) {
  return await client.workflow.start(workflow, { taskQueue, workflowId: `${workflow}-${++started}`, args });
}
async function eventTypes(workflowId: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).map(event => String(event.eventType));
}
const statusOf = async (id: string) => (await client.workflow.getHandle(id).describe()).status.name;

it('decision 13: an unset cancellationType is TRY_CANCEL: the run ends while its activity goes on', async () => {
  const handle = await start('leavesCancellationUnset');
  await until('the activity runs', async () => ((await handle.describe()).raw.pendingActivities ?? []).length === 1);
  await handle.cancel();
  await until('the run is over', async () => (await statusOf(handle.workflowId)) === 'CANCELLED', 5_000);
  expect(activityEnded).toBe(0);
});

it('decision 9: a second cancel is swallowed', async () => {
  const handle = await start('survivesCancel');
  const cancels = async () => {
    const { events } = await handle.fetchHistory();
    return (events ?? []).filter(event => event.workflowExecutionCancelRequestedEventAttributes).length;
  };
  await handle.cancel();
  await until('it is heard', async () => (await cancels()) === 1);
  await handle.cancel();
  await sleep(500);
  expect(await cancels()).toBe(1);
});

it('an update that its validator refuses leaves no event', async () => {
  const handle = await start('refuses');
  await until('it waits', async () => (await eventTypes(handle.workflowId)).length >= 5);
  const before = await eventTypes(handle.workflowId);
  await expect(handle.executeUpdate('refuse', { args: ['x'] })).rejects.toThrow();
  expect(await eventTypes(handle.workflowId)).toEqual(before);
});

it('decision 22: an unregistered search attribute wedges a run', async () => {
  const handle = await start('upsertsUnregistered');
  await until('its task has failed', async () => (await handle.describe()).raw.pendingWorkflowTask?.attempt !== 1);
  await sleep(500);
  expect(await statusOf(handle.workflowId)).toBe('RUNNING');
});

it('a timer of a millisecond takes about a second', async () => {
  const handle = await start('sleepsBriefly');
  await handle.result();
  const { events } = await handle.fetchHistory();
  const at = (name: 'timerStartedEventAttributes' | 'timerFiredEventAttributes') => {
    const time = (events ?? []).find(event => event[name])?.eventTime;
    return Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;
  };
  expect(at('timerFiredEventAttributes') - at('timerStartedEventAttributes')).toBeGreaterThan(300);
});

it('decision 10: an updateId runs twice across continue-as-new', async () => {
  const handle = await start('counts');
  const say = () => client.workflow.getHandle(handle.workflowId).executeUpdate('count', { updateId: 'one' });
  expect(await say()).toBe(1);
  expect(await say()).toBe(1);
  await client.workflow.getHandle(handle.workflowId).executeUpdate('go-on');
  await until('it has gone on', async () => {
    const { runId } = await client.workflow.getHandle(handle.workflowId).describe();
    return runId !== handle.firstExecutionRunId;
  });
  expect(await say()).toBe(2);
  await client.workflow.getHandle(handle.workflowId).terminate();
});

it('decision 14: 4 MiB of Plan are refused as they are, and taken compressed', async () => {
  const steps = Array.from({ length: 10_000 }, (_, i) => ({
    id: `step-${i}`,
    text: 'a sentence like others. '.repeat(17),
  }));
  expect(JSON.stringify(steps).length).toBeGreaterThan(4 * 1024 * 1024);
  // Without the SDK's own patience.
  const once = await Connection.connect({ address: server.address, interceptors: [] });
  const refusal: unknown = await new Client({ connection: once }).workflow
    .start('takes', { taskQueue, workflowId: 'bare', args: [steps] })
    .catch((error: unknown) => (error as Error).cause ?? error);
  await once.close();
  expect(String(refusal)).toMatch(/larger than max|exceed|too large/i);
  expect(await (await start('takes', steps)).result()).toBe(JSON.stringify(steps).length);
});

it('a schedule catches up for a year unless told otherwise', async () => {
  const handle = await client.schedule.create({
    scheduleId: 'facts',
    spec: { intervals: [{ every: '1 day' }] },
    action: { type: 'startWorkflow', workflowType: 'takes', taskQueue, args: [0] },
  });
  expect((await handle.describe()).policies.catchupWindow).toBe(365 * 24 * 60 * 60 * 1_000);
  await handle.delete();
});
