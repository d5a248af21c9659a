import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { runDirectory } from '../../control/run-directory.ts';
import { cancelRun } from '../../control/runs.ts';
import { withSession } from '../../local/site-call.ts';
import type { LeaseView } from '../../workflows/messages.ts';
import { type Harness, startHarness, until } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterEach(() => {
  harness.simulator.faults.clear();
});
afterAll(() => harness.close());

const drill = (more = '') => `
apiVersion: drillbook/v1
name: one
site: site-b
modes: [drill]
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: payments-db }, timeout: 2m }
${more}`;
const pause = '  - { id: pause, uses: wait, with: { for: 5m } }\n';

const guardOf = async (id: string) => harness.control.client.workflow.getHandle(await harness.guardOf(id));
const isInTest = () => harness.simulator.testsRunning().length > 0;
const ended = (id: string) => async () =>
  (await harness.control.client.workflow.getHandle(id).describe()).status.name !== 'RUNNING';

it('a guard that was cancelled still notices that its run is gone', async () => {
  const id = await harness.start(harness.plan(drill(pause), 'drill'));
  await until('it is in test', isInTest);
  const guard = await guardOf(id);
  await guard.cancel();
  await until('the cancel has arrived', async () =>
    JSON.stringify(await guard.fetchHistory()).includes('CANCEL_REQUESTED'),
  );
  await harness.control.client.workflow.getHandle(id).terminate('pulled the plug');
  await until('nothing is in test', () => !isInTest(), 60_000);
  await until('the guard has ended', ended(guard.workflowId));
});

it('a guard that was terminated in the middle of an opening ends the run at once, with what may be open', async () => {
  const id = await harness.start(harness.plan(drill(), 'drill'));
  await until('the test is starting', isInTest);
  await (await guardOf(id)).terminate('pulled the plug');
  const result = await harness.result(id);
  expect(result.verdict).toBe('failed');
  expect(result.reasons.join()).toMatch(/payments-db may still be open.*guard of this run was terminated/s);
  // Nobody has looked yet what it left open: the VPG stays locked.
  const next = await harness.run(drill(), 'drill');
  expect(next.result.reasons.join()).toContain(`payments-db was held by ${id}, whose guard is lost`);
  await stopByHand();
  const locks = harness.control.client.workflow.getHandle('drillbook-locks');
  for (const { token } of await locks.query<readonly LeaseView[]>('leases'))
    await runDirectory(harness.control.client).releaseLocks(token);
});

it('a site that refuses its reports does not keep a stopped test from counting as closed', async () => {
  const id = await harness.start(harness.plan(drill('  - { id: short, uses: wait, with: { for: 2s } }\n'), 'drill'));
  await until('it is in test', isInTest);
  // Not before: the baseline reads the reports too.
  harness.simulator.faults.add({
    method: 'GET',
    path: 'reports/recovery',
    times: 100,
    then: { kind: 'status', status: 500, body: { Message: 'An error has occurred.' } },
  });
  expect((await harness.result(id)).verdict).toBe('passed');
  await until('the guard has ended', ended(await harness.guardOf(id)));
});

it('a cancel that comes before the first task of a run is obeyed', async () => {
  await harness.stopWorker();
  const before = harness.simulator.testsStarted('payments-db');
  const id = await harness.start(harness.plan(drill(), 'drill'));
  const cancelled = cancelRun(harness.control, id, 'ana', 'changed my mind');
  await until(
    'the cancel waits',
    async () => (await harness.control.client.workflow.getHandle(id).describe()).historyLength >= 2,
  );
  await harness.startWorker();
  await cancelled;
  const result = await harness.result(id);
  expect(result.ended).toBe('by-person');
  expect(harness.simulator.testsStarted('payments-db')).toBe(before);
});

/** As a person would, in Zerto's own user interface. */
async function stopByHand(): Promise<void> {
  const site = harness.simulator.sites.find(({ name }) => name === 'site-b');
  if (site === undefined) throw new Error('no site-b');
  await withSession(site, async call => {
    const vpgs = (await call('GET', '/v1/vpgs')) as { VpgName: string; VpgIdentifier: string }[];
    const id = vpgs.find(({ VpgName }) => VpgName === 'payments-db')?.VpgIdentifier ?? '';
    // Refused while it is starting.
    await until('the stop is taken', () =>
      call('POST', `/v1/vpgs/${id}/FailoverTestStop`).then(
        () => true,
        () => false,
      ),
    );
  });
  await until('it is stopped', () => !isInTest());
}
