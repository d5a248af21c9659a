import { expect, test } from 'vitest';
import { tagCheckpoint, tagOf } from '../../activities/zerto-tag-checkpoint.ts';
import { callOf, endingFrom, setStage } from './stage.ts';

async function prepare() {
  const stage = await setStage();
  const call = callOf('zerto/tag-checkpoint', { vpg: 'crm', tag: 'pre-drill' }, { vpgs: stage.vpgs, step: 'mark' });
  const inserted = () =>
    stage.simulator.requests.filter(r => r.method === 'POST' && r.path.endsWith('/checkpoints')).length;
  const tagged = async () => {
    const zvm = await stage.sites.zvm('site-b', 'plan');
    return (await zvm.vpgs.checkpoints(stage.vpgs['crm'] ?? '')).filter(c => c.tag?.startsWith('pre-drill'));
  };
  return { ...stage, call, inserted, tagged };
}

test('inserts a checkpoint whose tag carries run and step', async () => {
  const { call, context, tagged } = await prepare();
  const { outputs } = await tagCheckpoint(call, context);
  expect(outputs.tag).toBe('pre-drill [payments-1 mark]');
  expect(await tagged()).toMatchObject([{ id: outputs.id, time: outputs.time, tag: tagOf(call) }]);
});

test('a repeat finds what was inserted', async () => {
  const { call, context, inserted } = await prepare();
  const { outputs } = await tagCheckpoint(call, context);
  const again = await tagCheckpoint(call, context);
  expect(again.outputs).toEqual(outputs);
  expect(again.told).toEqual(['crm had this checkpoint already']);
  expect(inserted()).toBe(1);
});

test('a lost answer is unreachable, and the next attempt finds what was inserted', async () => {
  const { call, context, inserted, tagged, simulator } = await prepare();
  simulator.faults.add({ method: 'POST', path: 'vpgs/*/checkpoints', then: { kind: 'drop-after' } });
  expect((await endingFrom(tagCheckpoint(call, context))).type).toBe('unreachable');
  const { outputs } = await tagCheckpoint(call, context);
  expect(await tagged()).toMatchObject([{ id: outputs.id }]);
  expect(inserted()).toBe(1);
});

test('a task that fails is a refusal with its reason', async () => {
  const { call, context, simulator } = await prepare();
  simulator.faults.add({
    method: 'POST',
    path: 'vpgs/*/checkpoints',
    then: { kind: 'fail-task', reason: 'journal is full' },
  });
  expect(await endingFrom(tagCheckpoint(call, context))).toMatchObject({
    type: 'failed',
    message: 'Zerto did not tag a checkpoint of crm: journal is full',
  });
});

test('nothing is sent past the deadline', async () => {
  const { call, context, inserted } = await prepare();
  const ending = await endingFrom(tagCheckpoint({ ...call, deadline: context.clock() - 1 }, context));
  expect(ending.type).toBe('errored');
  expect(inserted()).toBe(0);
});

test('without the protected site nothing is tagged, and what was inserted before is still found', async () => {
  const { call, context, inserted, simulator } = await prepare();
  const { outputs } = await tagCheckpoint(call, context);
  simulator.cut('site-a', 'site-b');
  expect((await tagCheckpoint(call, context)).outputs).toEqual(outputs);
  expect(await endingFrom(tagCheckpoint({ ...call, step: 'other' }, context))).toMatchObject({
    type: 'failed',
    message: expect.stringMatching(
      /^site-a is not connected since .* UTC: no checkpoint of crm can be tagged$/,
    ) as string,
  });
  expect(inserted()).toBe(1);
});
