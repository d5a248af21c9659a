import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LockRequest } from '../../engine/locks-types.ts';
import { runDirectory } from '../../control/run-directory.ts';
import { taskQueue } from '../../control/connection.ts';
import type { LeaseView } from '../../workflows/messages.ts';
import { locksWorkflowId } from '../../workflows/names.ts';
import { type Harness, startHarness, until } from './harness.ts';

/** The real `locks` workflow, with guards that are only ids: their answers go nowhere, as those of guards that have ended. */
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const locks = () => harness.control.client.workflow.getHandle(locksWorkflowId);
const leases = () => locks().query<readonly LeaseView[]>('leases');
const drill = (vpg: string, hold: string) => `
apiVersion: drillbook/v1
name: holds
site: site-b
modes: [drill]
limits: { on-locked: wait }
steps:
  - { id: first, uses: wait, with: { for: ${hold} } }
  - { id: db, uses: zerto/failover-test, with: { vpg: ${vpg} }, timeout: 2m }
`;

it('goes on anew under a crowd of requests, and forgets neither who holds, who waits nor who asked meanwhile', async () => {
  await harness.control.client.workflow.start('locks', {
    workflowId: locksWorkflowId,
    taskQueue,
    args: [{ leases: {}, queue: [] }, 60],
  });
  const { runId } = await locks().describe();
  const holder = await harness.start(harness.plan(drill('payments-db', '25s'), 'drill'));
  await until('it holds', async () => (await leases()).length === 1);
  const waits = await harness.start(harness.plan(drill('payments-db', '1s'), 'drill'));
  await until('the other waits', async () => {
    const handle = harness.control.client.workflow.getHandle(waits);
    return JSON.stringify(await handle.query('progress', 0)).includes(`is held by ${holder} since`);
  });
  const [lease] = await leases();
  const directory = runDirectory(harness.control.client);
  const request = (i: number): LockRequest => ({
    token: `crowd-${i}`,
    guard: `guard/crowd-${i}`,
    run: `crowd-${i}`,
    live: false,
    vpgs: { 'payments-db': lease?.id ?? '' },
    onLocked: 'wait',
  });
  // Each of them has the holder looked for: there is always a check under way.
  for (let i = 0; i < 60; i++) {
    await directory.requestLocks(request(i));
    if (i >= 10) await directory.releaseLocks(`crowd-${i - 10}`);
  }
  await until('it went on anew', async () => (await locks().describe()).runId !== runId, 60_000);
  expect((await leases()).map(({ run }) => run)).toEqual([holder]);
  for (let i = 50; i < 60; i++) await directory.releaseLocks(`crowd-${i}`);
  const results = await Promise.all([holder, waits].map(id => harness.result(id)));
  expect(results.map(({ verdict, reasons }) => [verdict, reasons])).toEqual([
    ['passed', []],
    ['passed', []],
  ]);
  expect(harness.simulator.testsStarted('payments-db')).toBe(2);
});

it('a terminated guard keeps its locks: the next drill is told what to do, and a release by its token frees them', async () => {
  const held = await harness.start(harness.plan(drill('payments-app', '10m'), 'drill'));
  await until('it holds', async () => (await leases()).some(({ run }) => run === held));
  const guard = harness.control.client.workflow.getHandle(await harness.guardOf(held));
  const owner = (await leases()).find(({ run }) => run === held)?.owner ?? '';
  await harness.control.client.workflow.getHandle(held).terminate('pulled the plug');
  await guard.terminate('pulled the plug');
  const refused = await harness.start(
    harness.plan(drill('payments-app', '1s').replace('on-locked: wait', 'on-locked: fail'), 'drill'),
  );
  expect((await harness.result(refused)).reasons.join()).toMatch(
    new RegExp(`payments-app was held by ${held}, whose guard is lost: the janitor .*drillbook leases`),
  );
  expect(await leases()).toMatchObject([{ run: held, state: 'lost', owner }]);
  await runDirectory(harness.control.client).releaseLocks(owner);
  await until('nobody holds anything', async () => (await locks().describe()).status.name === 'COMPLETED');
});
