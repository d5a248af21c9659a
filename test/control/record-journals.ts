import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { type Harness, startHarness, until } from '../temporal/harness.ts';
import { quick, untilAsked } from '../temporal/live.ts';

/** Records the histories that journal.test.ts folds: `npx tsx test/control/record-journals.ts`. */
const folder = new URL('./histories/', import.meta.url);
mkdirSync(folder, { recursive: true });

/** Site A is lost; people vote, report, break the glass; the change is committed. */
const failover = `
apiVersion: drillbook/v1
name: one
site: site-b
modes: { failover: { via: lan-b } }
steps:
  - { id: go, uses: approval, with: { message: Begin?, from: [dr-managers], count: 2 }, timeout: 5m }
  - { id: dns, uses: manual, with: { instructions: Turn the name, assignee: dr-duty, evidence: required } }
  - { id: db, uses: zerto/failover, with: { vpg: payments-db }, timeout: 2m }
  - id: keep
    uses: approval
    with: { message: Keep it?, from: [dr-managers], choices: [commit, roll-back], break-glass: [dr-duty] }
    timeout: 5m
  - { id: commit, uses: zerto/commit, with: { reverse-protect: if-possible } }
`;

const change = `
apiVersion: drillbook/v1
name: settings
site: site-b
modes: [change]
steps:
  - { id: before, uses: zerto/export-settings, with: { vpgs: [crm, payments-db] } }
  - { id: edit, uses: zerto/edit-vpg, with: { vpg: crm, set: { networks: { test: B-Bubble-130 } } } }
  - { id: usage, uses: zerto/resources-report, with: { vpgs: [crm] } }
`;

const lost = await startHarness({ scenario: quick(shippedScenario('site-lost')) });
await recordFailover(lost);
await lost.close();
const healthy = await startHarness();
const { id } = await healthy.run(change, 'change');
await record(healthy, id, 'change');
await healthy.close();

async function recordFailover(harness: Harness): Promise<void> {
  const plan = harness.plan(failover, 'failover');
  const run = await harness.start(plan, { requester: 'cem', reason: 'site A is lost' });
  const say = (update: string, word: object) =>
    harness.control.client.workflow.getHandle(run).executeUpdate(update, { args: [{ id: randomUUID(), ...word }] });
  await untilAsked(harness, run, 'go');
  await say('approve', { key: 'go', by: 'cem', reason: 'mine' });
  await say('approve', { key: 'go', by: 'ana', reason: 'site A is dark' });
  await say('approve', { key: 'go', by: 'ana', reason: 'again' });
  await say('approve', { key: 'go', by: 'bo', reason: '' });
  await untilAsked(harness, run, 'dns');
  await say('report', { key: 'dns', by: 'bo', outcome: 'done', note: 'not mine' });
  await say('report', { key: 'dns', by: 'cem', outcome: 'done', note: 'it points to B' });
  await untilAsked(harness, run, 'keep');
  await say('approve', { key: 'keep', by: 'cem', choice: 'commit', reason: 'nobody answers', breakGlass: true });
  await harness.result(run);
  await record(harness, run, 'failover');
}

async function record(harness: Harness, run: string, kind: string): Promise<void> {
  const { workflow } = harness.control.client;
  const guard = await harness.guardOf(run);
  const ended = async (): Promise<boolean> => (await workflow.getHandle(guard).describe()).status.name !== 'RUNNING';
  if (kind !== 'change') await until('its guard has ended', ended);
  for (const [name, id] of [
    [kind, run],
    [`${kind}-guard`, guard],
  ] as const) {
    const history = await workflow.getHandle(id).fetchHistory();
    writeFileSync(
      new URL(`${name}.json`, folder),
      `${JSON.stringify(JSON.parse(historyToJSON(history)) as unknown)}\n`,
    );
  }
}
