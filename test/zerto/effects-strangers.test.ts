import { describe, expect, test } from 'vitest';
import { kindNames } from './effect-cases.ts';
import { stageFor } from './effect-stage.ts';
import { rejection } from './scripted-zvm.ts';

describe.each(kindNames)("somebody else's %s", name => {
  test.each(['anna', 'ours'] as const)('before ours, by the account %s, keeps ours from being sent', async account => {
    const { send, stranger, arrived, tasks, pass } = await stageFor(name);
    const theirs = await stranger(account);
    const running = await rejection(send());
    expect(running).toMatchObject({ name: 'EffectUnsettled', stranger: true, happened: 'no' });
    expect((running as Error).message).toContain('was started by');
    pass();
    expect(await rejection(send())).toMatchObject({ name: 'EffectUnsettled', stranger: true, happened: 'no' });
    expect([arrived(), await tasks()]).toEqual([1, [theirs]]);
  });

  test('by another account is not adopted for ours that was lost on its way', async () => {
    const { send, settle, stranger, meet, arrived, tasks, pass, clock } = await stageFor(name);
    meet({ kind: 'before' });
    expect(await rejection(send())).toMatchObject({ happened: 'unknown' });
    const theirs = await stranger('anna');
    for (const over of [false, true]) {
      if (over) pass();
      expect(await rejection(send({ attempted: true }))).toMatchObject({ happened: 'unknown' });
      const settled = await settle(clock.now() + 60_000);
      expect(settled).toMatchObject({ kind: 'stranger', text: expect.stringContaining('started by') as string });
    }
    expect([arrived(), await tasks()]).toEqual([1, [theirs]]);
  });

  test.each(['anna', 'ours'] as const)('beside ours, by the account %s, is never taken for it', async account => {
    const { send, settle, stranger, meet, arrived, tasks, twice, slowly, clock } = await stageFor(name);
    meet({ kind: 'after' });
    const { taskId } = await send();
    expect(await tasks()).toEqual([taskId]);
    if (twice) {
      await stranger(account);
      expect(await rejection(send({ attempted: true }))).toMatchObject({ happened: 'unknown' });
      const settled = await settle(clock.now() + 60_000);
      expect(settled).toMatchObject({ kind: 'stranger', text: expect.stringMatching(/^2 /) as string });
    } else {
      expect(await rejection(stranger(account))).toMatchObject({ name: 'Refused' });
      expect(await send({ attempted: true }, slowly())).toEqual({ taskId, adopted: true });
      expect(await settle(clock.now())).toEqual({ kind: 'sent', taskId, adopted: true });
    }
    expect([arrived(), (await tasks()).length]).toEqual([2, twice ? 2 : 1]);
  });

  test('between our look and our call is not adopted for ours that is refused, if it is of another account', async () => {
    const { send, stranger, arrived, tasks, twice, renewed } = await stageFor(name);
    const ours = await renewed();
    let theirs = '';
    const overtaken = {
      ...ours,
      send: async (call: Parameters<typeof ours.send>[0]) => {
        theirs = await stranger('anna');
        return await ours.send(call);
      },
    };
    if (twice) {
      const { taskId, adopted } = await send({}, overtaken);
      expect([adopted, await tasks()]).toEqual([false, [theirs, taskId]]);
    } else {
      expect(await rejection(send({}, overtaken))).toMatchObject({ name: 'Refused', happened: 'no' });
      expect(await tasks()).toEqual([theirs]);
    }
    expect(arrived()).toBe(2);
  });
});
