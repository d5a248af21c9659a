import { expect, test } from 'vitest';
import { TemporalWatch } from '../../control/temporal-watch.ts';

test('a lost Temporal is told once, and that it is back once', async () => {
  const lines: string[] = [];
  const answers = [true, false, false, true, true];
  let left = answers.length;
  let done: () => void = () => undefined;
  const seen = new Promise<void>(resolve => {
    done = resolve;
  });
  const look = (): Promise<void> => {
    const answer = answers[answers.length - left] ?? true;
    if (--left === 0) done();
    return answer ? Promise.resolve() : Promise.reject(new Error('connection refused\nand more'));
  };
  const watch = new TemporalWatch(look, { address: 'temporal:7233', tell: line => lines.push(line), everyMs: 1 });
  watch.begin();
  await seen;
  await watch.end();
  expect(lines).toEqual([
    'Temporal at temporal:7233 does not answer (connection refused): what is under way at a ZVM is ended, nothing new begins; the worker goes on asking.',
    'Temporal at temporal:7233 answers again: the work goes on.',
  ]);
});
