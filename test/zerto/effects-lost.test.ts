import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { EffectUnsettled } from '../../zerto/effects/send-once.ts';
import { kindNames } from './effect-cases.ts';
import { stageFor } from './effect-stage.ts';
import { rejection } from './scripted-zvm.ts';

describe.each(kindNames)('the answer to a %s is lost', name => {
  test('before it happened: unknown until it is proved, then done once', async () => {
    const { send, settle, meet, arrived, tasks, state, from, to, renewed, pass, clock } = await stageFor(name);
    expect(await state()).toBe(from);
    meet({ kind: 'before' });
    const error = await rejection(send());
    expect(error).toBeInstanceOf(EffectUnsettled);
    expect(error).toMatchObject({ happened: 'unknown', stranger: false, failure: { name: 'Unreachable' } });
    // A retry sends nothing, and while the first may still arrive nothing is settled.
    expect(await rejection(send({ attempted: true }))).toMatchObject({ happened: 'unknown' });
    const settling = settle(clock.now() + 60_000);
    expect(await Promise.race([settling, sleep(15, 'open')])).toBe('open');
    clock.advance(60_001);
    expect(await settling).toEqual({ kind: 'did-not-happen' });
    expect([arrived(), await tasks(), await state()]).toEqual([0, [], from]);

    const { taskId, adopted } = await send({}, await renewed());
    pass();
    expect(adopted).toBe(false);
    expect([arrived(), await tasks(), await state()]).toEqual([1, [taskId], to]);
  });

  test('after it began: its task is adopted', async () => {
    const { send, settle, meet, arrived, tasks, state, to, pass, clock } = await stageFor(name);
    meet({ kind: 'after' });
    const { taskId, adopted } = await send();
    expect(adopted).toBe(true);
    expect(await settle(clock.now())).toEqual({ kind: 'sent', taskId, adopted: true });
    pass();
    expect([arrived(), await tasks(), await state()]).toEqual([1, [taskId], to]);
  });

  test('and it is over before anybody looks: its task is adopted all the same', async () => {
    const { send, settle, meet, arrived, tasks, state, to, slowly, clock } = await stageFor(name);
    meet({ kind: 'after' });
    const { taskId, adopted } = await send({}, slowly());
    expect(adopted).toBe(true);
    expect(await settle(clock.now())).toEqual({ kind: 'sent', taskId, adopted: true });
    expect([arrived(), await tasks(), await state()]).toEqual([1, [taskId], to]);
  });

  test('and it arrives late: it is found, nothing is sent twice', async () => {
    const { send, settle, meet, arrived, tasks, state, to, pass, clock } = await stageFor(name);
    let arrive = () => {};
    const until = new Promise<void>(resolve => (arrive = resolve));
    meet({ kind: 'late', until });
    expect(await rejection(send())).toMatchObject({ name: 'EffectUnsettled', happened: 'unknown' });
    const settling = settle(clock.now() + 60_000);
    expect(await Promise.race([settling, sleep(15, 'open')])).toBe('open');
    expect([arrived(), await tasks()]).toEqual([0, []]);
    arrive();
    const settled = await settling;
    pass();
    const [taskId, ...others] = await tasks();
    expect(settled).toEqual({ kind: 'sent', taskId, adopted: true });
    expect([arrived(), others, await state()]).toEqual([1, [], to]);
  });
});
