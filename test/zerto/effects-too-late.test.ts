import { describe, expect, test } from 'vitest';
import { kindNames } from './effect-cases.ts';
import { stageFor } from './effect-stage.ts';
import { rejection } from './scripted-zvm.ts';

const tooLate = { name: 'TooLate', happened: 'no', retryable: false };

describe.each(kindNames)('a %s whose time is over', name => {
  test('is not sent', async () => {
    const { send, clock, arrived, tasks, state, from, pass } = await stageFor(name);
    expect(await rejection(send({ notAfter: clock.now() - 1 }))).toMatchObject(tooLate);
    pass();
    expect([arrived(), await tasks(), await state()]).toEqual([0, [], from]);
  });

  test('by the end of the look is not sent either', async () => {
    const { send, clock, arrived, tasks, state, from, renewed } = await stageFor(name);
    const ours = await renewed();
    const slow = {
      ...ours,
      send: (call: Parameters<typeof ours.send>[0]) => {
        clock.advance(60_001);
        return ours.send(call);
      },
    };
    expect(await rejection(send({ notAfter: clock.now() + 60_000 }, slow))).toMatchObject(tooLate);
    expect([arrived(), await tasks(), await state()]).toEqual([0, [], from]);
  });
});
