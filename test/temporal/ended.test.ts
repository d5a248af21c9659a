import { afterAll, beforeAll, expect, it } from 'vitest';
import { decide, report, vote } from '../../control/decisions.ts';
import { pendingOfRun } from '../../control/pending.ts';
import { answerRun, cancelRun, RunEnded, RunNotFound } from '../../control/runs.ts';
import { type Harness, oneTest, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ worker: false });
});
afterAll(() => harness.close());

it('whatever is said to a run that has ended: that it has; to one that never was: that there is none', async () => {
  const { control } = harness;
  const id = await harness.start(harness.plan(oneTest, 'drill'));
  await control.client.workflow.getHandle(id).terminate('a test');
  const by = 'ana';
  const words: readonly ((run: string) => Promise<unknown>)[] = [
    run => vote(control, run, { key: 'go', by, reason: '' }),
    run => vote(control, run, { key: 'go', by, reason: '', choice: 'reject' }),
    run => report(control, run, { key: 'go', by, outcome: 'done', note: '' }),
    run => decide(control, run, { choice: 'commit', by, reason: 'x' }),
    run => answerRun(control, run, { key: 'go', choice: 'retry', by, reason: '' }),
    run => cancelRun(control, run, by, 'x'),
    run => pendingOfRun(control, run),
  ];
  for (const say of words) {
    const error = await say(id).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RunEnded);
    expect(String(error)).toMatch(/ has ended \(terminated at \S+Z\): nothing can be decided any more\.$/);
    await expect(say('one-drill-none')).rejects.toThrow(RunNotFound);
  }
});
