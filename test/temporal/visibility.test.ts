import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listRuns } from '../../control/run-list.ts';
import { cancelRun } from '../../control/runs.ts';
import { howToRegister, missingSearchAttributes } from '../../control/search-attributes.ts';
import { type Harness, shipped, startHarness, until } from './harness.ts';
import { untilAsked } from './live.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const textOf = (payload: Payload | null | undefined): string =>
  payload ? String(defaultPayloadConverter.fromPayload(payload)) : '';

/** Summaries of what a workflow scheduled, by the name of what it is. */
async function summaries(workflowId: string): Promise<{ id: string; summary: string }[]> {
  const { events } = await harness.control.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(event => {
    const activity = event.activityTaskScheduledEventAttributes;
    const timer = event.timerStartedEventAttributes;
    const summary = textOf(event.userMetadata?.summary);
    if (activity) return [{ id: activity.activityId ?? '', summary }];
    return timer ? [{ id: `timer ${timer.timerId ?? ''}`, summary }] : [];
  });
}

const asking = `
apiVersion: drillbook/v1
name: ask
site: site-b
modes: [change]
steps:
  - { id: go, uses: approval, with: { message: May it begin?, from: [dr-managers], count: 2 }, timeout: 10m }
`;

it('a run is found by what it is and how it ended; every activity and timer of it reads like the report', async () => {
  const plan = harness.plan(shipped('payments.yaml'), 'drill');
  const id = await harness.start(plan, { requester: 'ana' });
  const handle = harness.control.client.workflow.getHandle(id);
  const result = await harness.result(id);
  expect(result.verdict).toBe('passed');

  const own = await summaries(id);
  const guard = await summaries(await harness.guardOf(id));
  const bare = [...own, ...guard].filter(({ summary }) => summary === '');
  expect(bare).toEqual([]);
  expect([own.length > 5, guard.length > 3]).toEqual([true, true]);
  const keys = new Set(result.steps.map(({ key }) => key));
  // A colon: of the run itself, not of a step.
  const activities = own.filter(({ id: name }) => !name.startsWith('timer ') && !name.includes(':'));
  expect(activities.map(({ id: name }) => name).filter(name => !keys.has(name))).toEqual([]);
  expect(activities.every(({ id: name, summary }) => summary.startsWith(`${name}: `))).toBe(true);

  const description = await handle.describe();
  expect(await description.staticSummary()).toBe('payments: drill at site-b');
  expect(await description.staticDetails()).toContain('asked for by ana (unverified name): a test');
  const query =
    "DrillbookRunbook = 'payments' AND DrillbookMode = 'drill' AND DrillbookSite = 'site-b' AND DrillbookRequester = 'ana' AND DrillbookVerdict = 'passed'";
  const find = async () => {
    const found: string[] = [];
    for await (const { workflowId } of harness.control.client.workflow.list({ query })) found.push(workflowId);
    return found;
  };
  await until('visibility has it', async () => (await find()).includes(id));
  const { events } = await handle.fetchHistory();
  const last = (events ?? []).slice(-2).map(event => event.upsertWorkflowSearchAttributesEventAttributes !== null);
  expect(upserted(events)).toEqual(['DrillbookVerdict']);
  expect(last[0]).toBe(true);
  const listed = (await listRuns(harness.control, 10)).find(({ run }) => run === id);
  expect(listed).toMatchObject({ run: id, runbook: 'payments', mode: 'drill', verdict: 'passed', requester: 'ana' });
  expect(listed?.endedAt).toBeGreaterThan(listed?.startedAt ?? Infinity);
});

it('the Temporal page shows where a run stands and for whom it waits', async () => {
  const id = await harness.start(harness.plan(asking, 'change'));
  const handle = harness.control.client.workflow.getHandle(id);
  const details = async () =>
    (await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata')).currentDetails ?? '';
  await until('it asks', async () => (await details()).includes('waits for people'));
  expect(await details()).toMatch(
    /^\*\*ask\*\*, change at site-b, plan [0-9a-f]{12}\n\n1\/2 steps have ended; go: .*\n\n- waits for people: go: May it begin\? \(dr-managers, 0 of 2\), until \d{4}-\d\d-\d\dT\d\d:\d\dZ$/s,
  );
  await handle.executeUpdate('cancel', { args: [{ by: 'ana', reason: 'seen', now: false }] });
  await harness.result(id);
});

it('where the search attributes are not registered a run starts without them, and somebody is told how to', async () => {
  const { connection } = harness.control.client;
  const { operatorService } = connection as typeof connection & {
    operatorService: { removeSearchAttributes(request: object): Promise<unknown> };
  };
  const { namespace } = harness.control;
  const begunBefore = await harness.start(harness.plan(asking, 'change'));
  await untilAsked(harness, begunBefore, 'go');
  await operatorService.removeSearchAttributes({ namespace, searchAttributes: ['DrillbookVerdict'] });
  await until('it is gone', async () => (await missingSearchAttributes(harness.control)).length > 0);
  const missing = await missingSearchAttributes(harness.control);
  expect(missing).toEqual(['DrillbookVerdict']);
  expect(howToRegister(missing, namespace)).toBe(
    'temporal operator search-attribute create --namespace default --name DrillbookVerdict --type Keyword',
  );
  const { id, result } = await harness.run(
    'apiVersion: drillbook/v1\nname: told\nsite: site-b\nmodes: [change]\nsteps:\n  - { id: t, uses: notify, with: { to: dr-drills, message: x } }\n',
    'change',
  );
  expect(result.verdict).toBe('passed');
  const { events } = await harness.control.client.workflow.getHandle(id).fetchHistory();
  expect(upserted(events)).toEqual([]);
  // One that set it as it began would stand still for ever at its last task.
  await cancelRun(harness.control, begunBefore, 'ana', 'seen');
  await harness.result(begunBefore);
  expect(upserted((await harness.control.client.workflow.getHandle(begunBefore).fetchHistory()).events)).toEqual([]);
  await until('it is listed', async () => (await listRuns(harness.control, 10)).some(({ run }) => run === id));
  const listed = (await listRuns(harness.control, 10)).find(({ run }) => run === id);
  expect(listed).toMatchObject({ runbook: 'told', mode: 'change', requester: 'ana', verdict: 'ended' });
});

type Events = Awaited<
  ReturnType<ReturnType<Harness['control']['client']['workflow']['getHandle']>['fetchHistory']>
>['events'];

/** Search attributes that a run has set itself, in order; without the SDK's own, of patches. */
function upserted(events: Events): string[] {
  return (events ?? [])
    .flatMap(event =>
      Object.keys(event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields ?? {}),
    )
    .filter(name => name !== 'TemporalChangeVersion');
}
