import { mkdirSync, writeFileSync } from 'node:fs';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { shipped, startHarness, until } from './harness.ts';

/**
 * Records the histories that replay.test.ts replays: `npx tsx test/temporal/record-histories.ts NAME`, once for a released
 * version or a new construct, never to make a failing replay pass.
 */
const [name = 'unnamed'] = process.argv.slice(2);
const folder = new URL('./histories/', import.meta.url);
mkdirSync(folder, { recursive: true });
const harness = await startHarness();

async function record(workflowId: string, kind: string): Promise<void> {
  const history = await harness.control.client.workflow.getHandle(workflowId).fetchHistory();
  writeFileSync(
    new URL(`${name}.${kind}.json`, folder),
    `${JSON.stringify({ workflowId, history: JSON.parse(historyToJSON(history)) as unknown })}\n`,
  );
}

const { id: drill } = await harness.run(shipped('payments.yaml'), 'drill');
const guard = await harness.guardOf(drill);
await until(
  'the guard has ended',
  async () => (await harness.control.client.workflow.getHandle(guard).describe()).status.name !== 'RUNNING',
);
await record(drill, 'drill');
await record(guard, 'drill-guard');
await record('drillbook-locks', 'locks');

const { id: change } = await harness.run(shipped('vpg-networks.yaml'), 'change');
await record(change, 'change');

const paused = await harness.start(harness.plan(shipped('payments.yaml'), 'drill'));
await until('it is in test', () => harness.simulator.testsRunning().length > 0);
await record(paused, 'drill-half-way');
await record(await harness.guardOf(paused), 'drill-half-way-guard');
await harness.control.client.workflow
  .getHandle(paused)
  .executeUpdate('cancel', { args: [{ by: 'ana', reason: 'recorded', now: false }] });
await harness.result(paused);
await record(paused, 'drill-cancelled');
await harness.close();
