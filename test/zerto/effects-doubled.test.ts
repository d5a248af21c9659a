import { describe, expect, test } from 'vitest';
import { kindNames } from './effect-cases.ts';
import { stageFor } from './effect-stage.ts';
import { rejection } from './scripted-zvm.ts';

/** Whether the ZVM takes the second or refuses it, there is never a third. */
describe.each(kindNames)('a %s that arrives twice', name => {
  test('is known by the first answer', async () => {
    const { send, meet, arrived, tasks, twice } = await stageFor(name);
    meet({ kind: 'doubled', answer: 'first' });
    const sent = await send();
    const [first, ...others] = await tasks();
    expect(sent).toEqual({ taskId: first, adopted: false });
    expect([arrived(), others.length]).toEqual([2, twice ? 1 : 0]);
  });

  test('is known by the second answer, a refusal too', async () => {
    const { send, meet, arrived, tasks, twice, state, to, pass } = await stageFor(name);
    meet({ kind: 'doubled', answer: 'second' });
    const sent = await send();
    const all = await tasks();
    expect(sent).toEqual({ taskId: all.at(-1), adopted: !twice });
    expect([arrived(), all.length]).toEqual([2, twice ? 2 : 1]);
    pass();
    if (!twice) expect(await state()).toBe(to);
  });

  test("and is not answered is adopted where it is one, and is nobody's where there are two", async () => {
    const { send, settle, meet, arrived, tasks, twice, clock } = await stageFor(name);
    meet({ kind: 'doubled', answer: 'none' });
    if (twice) {
      expect(await rejection(send())).toMatchObject({ name: 'EffectUnsettled', happened: 'unknown' });
      expect(await rejection(send({ attempted: true }))).toMatchObject({ happened: 'unknown' });
      const settled = await settle(clock.now() + 60_000);
      expect(settled).toMatchObject({ kind: 'stranger', text: expect.stringMatching(/^2 .+ were started/) as string });
      expect(await tasks()).toHaveLength(2);
    } else {
      const { taskId, adopted } = await send();
      expect([[taskId], adopted]).toEqual([await tasks(), true]);
      expect(await settle(clock.now())).toEqual({ kind: 'sent', taskId, adopted: true });
    }
    expect(arrived()).toBe(2);
  });
});
