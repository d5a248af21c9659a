import { expect, it } from 'vitest';
import { chainOf, type HistoryEvent } from '../../control/history.ts';
import { readCalls } from '../../control/journal-calls.ts';

const run = (result: string): HistoryEvent[] => [
  { id: 1, at: 0, kind: 'started', input: {} },
  { id: 5, at: 1, kind: 'scheduled', activity: 'check/tcp', activityId: 'db', input: {} },
  { id: 7, at: 2, kind: 'succeeded', of: 5, result: { outputs: { result } } },
  { id: 9, at: 3, kind: 'continued' },
];

it('numbers the events of continued runs on, so that each end finds its own call', () => {
  const chain = chainOf([run('first'), run('second'), run('third')]);
  expect(chain.map(({ id }) => id)).toEqual([1, 5, 7, 9, 10, 14, 16, 18, 19, 23, 25, 27]);
  expect(readCalls(chain, 'run').map(({ outputs }) => outputs?.['result'])).toEqual(['first', 'second', 'third']);
});
