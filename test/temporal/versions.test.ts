import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBundle } from '../../control/own-bundle.ts';
import { readVersions } from '../../control/versions.ts';
import { type Harness, startHarness, until } from './harness.ts';
import { approve, untilAsked } from './live.ts';

let harness: Harness;
const lines: string[] = [];
beforeAll(async () => {
  harness = await startHarness({ worker: false });
});
afterAll(async () => {
  delete process.env['DRILLBOOK_STATE'];
  await harness.close();
});

const drill = `
apiVersion: drillbook/v1
name: held-open
site: site-b
modes: [drill]
steps:
  - { id: db, uses: zerto/failover-test, with: { vpg: payments-db } }
  - { id: look, uses: approval, with: { message: Seen?, from: [dr-managers] }, timeout: 10m }
`;
const asks = `
apiVersion: drillbook/v1
name: asks
site: site-b
modes: [drill]
steps:
  - { id: look, uses: approval, with: { message: Seen?, from: [dr-managers] }, timeout: 10m }
`;
const short = `
apiVersion: drillbook/v1
name: short
site: site-b
modes: [drill]
steps:
  - { id: ok, uses: assert, with: { that: "true" } }
`;

/** Builds that did a workflow's tasks, in order. */
async function buildsOf(workflowId: string): Promise<string[]> {
  const { events } = await harness.control.client.workflow.getHandle(workflowId).fetchHistory();
  const all = (events ?? []).flatMap(({ workflowTaskCompletedEventAttributes: a }) =>
    (a ?? undefined) === undefined ? [] : [a?.deploymentVersion?.buildId ?? 'none'],
  );
  return all.filter((build, i) => build !== all[i - 1]);
}

const answers = async (id: string): Promise<boolean> =>
  Promise.race([harness.progress(id).then(() => true), sleep(3_000, false)]);

it('a run ends on the build that it began with, hosted from its kept bundle; what follows begins on the new one', async () => {
  const own = await readBundle();
  const older = join(harness.dir, 'older.js');
  writeFileSync(older, `/* an older release */${readFileSync(own.path, 'utf8')}`);
  const { id: olderId } = await readBundle(older);
  const log = (line: string): number => lines.push(line);

  await harness.startWorker({ bundlePath: older, log });
  const run = await harness.start(harness.plan(drill, 'drill'));
  const other = await harness.start(harness.plan(asks, 'drill'));
  await untilAsked(harness, run, 'look');
  await untilAsked(harness, other, 'look');
  await harness.stopWorker();
  rmSync(older);

  // Fact (design.md 11): without a worker of its build a run hears neither a query nor a cancel.
  process.env['DRILLBOOK_STATE'] = join(harness.dir, 'another-machine');
  mkdirSync(process.env['DRILLBOOK_STATE']);
  await harness.startWorker({ promote: true, log });
  const { id: next, result } = await harness.run(short, 'drill');
  expect(result.verdict).toBe('passed');
  expect(await buildsOf(next)).toEqual([own.id]);
  expect(await answers(next)).toBe(true);
  expect(await answers(run)).toBe(false);
  await harness.control.client.workflow.getHandle(other).cancel();
  await sleep(3_000);
  expect((await harness.control.client.workflow.getHandle(other).describe()).status.name).toBe('RUNNING');
  await harness.stopWorker();

  delete process.env['DRILLBOOK_STATE'];
  await harness.startWorker({ log });
  expect((await harness.result(other)).ended).toBe('by-person');
  expect(await answers(run)).toBe(true);
  await approve(harness, run, 'look', ['bo']);
  expect((await harness.result(run)).reasons).toEqual([]);
  expect(await buildsOf(run)).toEqual([olderId]);
  const guard = await harness.guardOf(run);
  await until(
    'the guard has ended',
    async () => (await harness.control.client.workflow.getHandle(guard).describe()).status.name !== 'RUNNING',
  );
  expect(await buildsOf(guard)).toEqual([olderId, own.id]);
  expect(harness.simulator.testsRunning()).toEqual([]);
  const { current, builds } = await readVersions(harness.control.client);
  expect(current).toBe(own.id);
  expect(builds.map(({ id, openRuns }) => [id, openRuns])).toContainEqual([own.id, 0]);
  expect(lines.join('\n')).toContain(`Build ${olderId.slice(0, 12)} is hosted beside this one`);
});

it('a Plan of a format that is not known is refused, not wedged', async () => {
  const { format: _format, ...plan } = harness.plan(short, 'drill');
  const id = await harness.start({ ...plan, format: 3 as 2 });
  await expect(harness.result(id)).rejects.toMatchObject({
    cause: {
      message: expect.stringContaining('of format 3, and the build that runs begin with reads 1 and 2') as string,
    },
  });
});
