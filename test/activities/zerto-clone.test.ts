import { describe, expect, test } from 'vitest';
import type { Json } from '../../actions/json.ts';
import { cloneAt } from '../../activities/zerto-clone.ts';
import type { FaultKind } from '../../simulator/faults.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { healthy } from '../../simulator/scenarios/healthy.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { callOf, endingFrom, quick, setStage } from './stage.ts';

const pace = { once: { sendWithin: 3_000, arrival: 20, lookEvery: 5 }, lookEveryMs: 5 };
const post = { method: 'POST', path: 'vpgs/*/CloneStart' };

async function prepare(given: object = {}, scenario: Scenario = healthy(), vpg = 'crm') {
  const stage = await setStage({ scenario: { ...quick(scenario), durations: { clone: 0, insertCheckpoint: 0 } } });
  const call = callOf('zerto/clone', { vpg, datastore: 'B-DS-01', ...given }, { vpgs: stage.vpgs, mode: 'change' });
  const zvm = await stage.sites.zvm('site-b', 'change');
  const sent = () => stage.simulator.requests.filter(r => r.method === 'POST' && /\/clonestart$/i.test(r.path)).length;
  const attempt = (n: number, recalled: Json | undefined = stage.kept()) =>
    cloneAt(pace, call, stage.recalling(recalled, n));
  const there = () => stage.simulator.vms('site-b').map(({ name }) => name);
  /** The answer of the call is lost, and every look after it ends so; the three looks before it are answered. */
  const lose = (then: FaultKind) => {
    stage.simulator.faults.add({ ...post, then: { kind: 'drop-after' } });
    stage.simulator.faults.add({ method: 'GET', path: 'tasks', after: 3, times: 1_000, then });
  };
  return { ...stage, call, zvm, sent, attempt, there, lose };
}

test('copies the VMs at the latest checkpoint and names the copies', async () => {
  const { attempt, there, vpgs, zvm } = await prepare(
    { datastore: 'B-DS-02' },
    shippedScenario('hundred-vpgs'),
    'app-007',
  );
  const before = there();
  const { outputs, told } = await attempt(1);
  expect(outputs.vms).toHaveLength(2);
  expect(outputs.vms[0]).toMatch(/^app-007-db - /);
  expect(outputs.vms[1]).toMatch(/^app-007-web - /);
  expect(
    there()
      .filter(name => !before.includes(name))
      .sort(),
  ).toEqual(outputs.vms);
  expect(told).toEqual([]);
  const journal = await zvm.vpgs.checkpoints(vpgs['app-007'] ?? '');
  expect(journal.map(({ id, time }) => [id, time])).toContainEqual([outputs.checkpoint, outputs.checkpoint_time]);
});

test('a second clone names its own copies only', async () => {
  const { attempt, there, simulator } = await prepare();
  const [first] = (await attempt(1)).outputs.vms;
  simulator.clock.advance(10_000);
  const [second, third] = (await attempt(1, undefined)).outputs.vms;
  expect(second).toMatch(/^crm-db-01 - /);
  expect(second).not.toBe(first);
  expect(third).toBeUndefined();
  expect(there()).toEqual(expect.arrayContaining([first, second]));
});

test('the checkpoint that was chosen is the one that is sent', async () => {
  const { call, zvm, vpgs, context, attempt, simulator, sent } = await prepare({
    checkpoint: { by: 'tag', tag: 'golden', kind: 'any' },
  });
  const id = vpgs['crm'] ?? '';
  await zvm.vpgs.tagCheckpoint(id, 'golden', { notAfter: context.clock() + 1_000 });
  simulator.clock.advance(20_000);
  const tagged = (await zvm.vpgs.checkpoints(id)).find(({ tag }) => tag === 'golden');
  expect(tagged).toBeDefined();
  const { outputs } = await attempt(1);
  expect(call.with.checkpoint).toMatchObject({ by: 'tag' });
  expect(outputs.checkpoint).toBe(tagged?.id);
  expect(outputs.checkpoint_time).toBe(tagged?.time);
  expect(sent()).toBe(1);
});

test.each([
  [{ datastore: 'B-DS-1' }, 'There is no datastore of site-b "B-DS-1"; did you mean "B-DS-01" or "B-DS-07"?'],
  [{ checkpoint: { by: 'id', id: '42' } }, 'crm has no checkpoint 42 (any more)'],
])('%j is refused with the candidates, before anything is sent', async (given, text) => {
  const { attempt, sent } = await prepare(given);
  expect(await endingFrom(attempt(1))).toMatchObject({
    type: 'failed',
    message: expect.stringContaining(text) as string,
  });
  expect(sent()).toBe(0);
});

test('a lost answer, and a lost worker, make no second copy', async () => {
  const { attempt, sent, there, simulator } = await prepare();
  simulator.faults.add({ ...post, then: { kind: 'drop-after' } });
  const { outputs, told } = await attempt(1);
  expect(outputs.vms).toHaveLength(1);
  expect(told).toEqual(['the clone of crm was started by an attempt whose answer was lost']);
  const again = await attempt(2);
  expect(again.outputs).toEqual(outputs);
  expect(sent()).toBe(1);
  expect(there().filter(name => name.startsWith('crm-db-01'))).toHaveLength(1);
});

test('of a copy whose worker kept nothing only that it was made is known', async () => {
  const { attempt, sent, zvm, vpgs, context, simulator } = await prepare();
  const datastores = await zvm.virtualizationSites.datastores((await zvm.sites.local()).identifier);
  simulator.faults.add({ ...post, then: { kind: 'slow-task', ms: 5_000 } });
  const id = vpgs['crm'] ?? '';
  const checkpointId = (await zvm.vpgs.checkpoints(id)).at(-1)?.id ?? '';
  await zvm.vpgs.startClone(
    id,
    { checkpointId, datastoreId: datastores[0]?.id ?? '' },
    { notAfter: context.clock() + 1_000 },
  );
  const work = endingFrom(attempt(2, undefined));
  setTimeout(() => {
    simulator.clock.advance(6_000);
  }, 30);
  expect(await work).toMatchObject({
    type: 'errored',
    message: expect.stringMatching(/^a clone of crm was made, but a worker was lost/) as string,
  });
  expect(sent()).toBe(1);
});

test('copies that an inventory does not show are told, not guessed', async () => {
  const { attempt, simulator } = await prepare();
  simulator.faults.add({
    path: 'virtualizationsites/*/vms',
    times: 20,
    then: { kind: 'status', status: 200, body: [] },
  });
  const { outputs, told } = await attempt(1);
  expect(outputs.vms).toEqual([]);
  expect(told).toEqual([
    'crm has 1 VMs, and no copy appeared at site-b: which are its copies is to be looked up there',
  ]);
});

describe('a look after a lost answer that fails is neither a refusal nor a leave to send again', () => {
  const refused = { kind: 'status', status: 403, body: { Message: 'not allowed' } } as const;

  test('where it may be repeated the next attempt goes on with what is kept', async () => {
    const { attempt, sent, there, simulator, lose } = await prepare();
    lose({ kind: 'drop-before' });
    expect(await endingFrom(attempt(1))).toMatchObject({
      type: 'unreachable',
      message: expect.stringMatching(
        /^whether this step started a clone of crm is not known: looking for it/,
      ) as string,
      record: { happened: 'unknown' },
    });
    simulator.faults.clear();
    expect((await attempt(2)).outputs.vms).toHaveLength(1);
    expect(sent()).toBe(1);
    expect(there().filter(name => name.startsWith('crm-db-01 - '))).toHaveLength(1);
  });

  test('where it is refused a person decides, told to look first', async () => {
    const { attempt, sent, simulator, lose } = await prepare();
    lose(refused);
    const untold = {
      type: 'errored',
      message: expect.stringMatching(
        /^whether this step started a clone of crm is not known: .*; look at the tasks of the ZVM before/,
      ) as string,
      record: { happened: 'unknown' },
    };
    expect(await endingFrom(attempt(1))).toMatchObject(untold);
    simulator.faults.clear();
    simulator.faults.add({ method: 'GET', path: 'tasks', times: 1_000, then: refused });
    expect(await endingFrom(attempt(2))).toMatchObject(untold);
    expect(sent()).toBe(1);
  });

  test('a task that cannot be read has not failed', async () => {
    const { attempt, simulator } = await prepare();
    simulator.faults.add({ method: 'GET', path: 'tasks/*', then: { kind: 'status', status: 200, body: 7 } });
    expect(await endingFrom(attempt(1))).toMatchObject({
      type: 'errored',
      message: expect.stringMatching(/^a clone of crm was started, and how it ended is not known/) as string,
      record: { happened: 'unknown' },
    });
  });
});
