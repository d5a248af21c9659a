import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { lookSince } from '../../zerto/effects/look.ts';
import { effectCases, type KindName } from './effect-cases.ts';
import { stageFor } from './effect-stage.ts';
import { rejection } from './scripted-zvm.ts';

/** What no source tells of a ZVM, the other way round (docs/zerto.md §11). */
describe('where the ZVM is otherwise than the simulator is by default', () => {
  test.each<[KindName, string]>([
    ['failover', 'FailoverBeforeCommit'],
    ['move', 'MoveBeforeCommit'],
  ])('a %s whose task is called %s is adopted', async (name, type) => {
    const choices = { failoverTask: 'FailoverBeforeCommit', moveTask: 'MoveBeforeCommit' } as const;
    const { zvm, send, meet, tasks, state, to, pass } = await stageFor(name, choices);
    meet({ kind: 'after' });
    const { taskId, adopted } = await send();
    expect([adopted, await tasks()]).toEqual([true, [taskId]]);
    expect((await zvm.tasks.get(taskId)).type).toBe(type);
    pass();
    expect(await state()).toBe(to);
  });

  test('so is a removal by force, whose task has a name of its own', async () => {
    const { delete: usual } = effectCases;
    const { send, meet, tasks, state, pass } = await stageFor(
      'delete',
      {},
      {
        ...usual,
        first: [(zvm, id, call) => zvm.vpgs.failoverTest(id, {}, call)],
        act: (zvm, id, call) => zvm.vpgs.delete(id, { keepRecoveryVolumes: false, force: true }, call),
      },
    );
    meet({ kind: 'after' });
    const { taskId } = await send();
    expect(await tasks()).toEqual([taskId]);
    pass();
    expect(await state()).toBe('gone');
  });

  test.each<KindName>([
    'failoverTest',
    'failover',
    'move',
    'commitFailover',
    'rollBackMove',
    'tagCheckpoint',
    'delete',
  ])('a %s whose task is shown late is waited for, though the VPG shows what it does', async name => {
    const { send, settle, meet, tasks, arrived, clock } = await stageFor(name, { taskHiddenMs: 1_000 });
    meet({ kind: 'after' });
    expect(await rejection(send())).toMatchObject({ name: 'EffectUnsettled', happened: 'unknown' });
    const settling = settle(clock.now() + 60_000);
    expect(await Promise.race([settling, sleep(15, 'open')])).toBe('open');
    clock.advance(1_000);
    const settled = await settling;
    const [taskId] = await tasks();
    expect(settled).toEqual({ kind: 'sent', taskId, adopted: true });
    expect(arrived()).toBe(1);
  });

  test("what stays without a task is a person's business", async () => {
    const { send, settle, meet, clock } = await stageFor('failover', { taskHiddenMs: 3_600_000 });
    meet({ kind: 'after' });
    expect(await rejection(send())).toMatchObject({ happened: 'unknown' });
    expect(await settle(clock.now() - 1)).toEqual({
      kind: 'stranger',
      text: 'a failover of payments-db is FailingOver and no task tells who started it',
    });
  });
});

test('a VPG that is gone is told by tasks alone', async () => {
  const { zvm, stranger, kind, vpgId, baseline, pass, settle, clock } = await stageFor('delete');
  const theirs = await stranger('anna');
  pass();
  expect(await settle(clock.now() - 1)).toEqual({
    kind: 'stranger',
    text: 'a removal of a VPG that is gone was started by anna since this step began',
  });
  const aged = { ...baseline, tasks: [theirs] };
  expect(await rejection(lookSince(zvm, kind, vpgId, aged))).toMatchObject({ name: 'NotFound', happened: 'no' });
});
