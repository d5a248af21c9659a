import { expect, it } from 'vitest';
import { chainOf, type HistoryEvent } from '../../control/history.ts';
import { withoutJoints } from '../../control/history-joints.ts';
import { readCalls } from '../../control/journal-calls.ts';

const begun = (...ids: string[]): HistoryEvent => ({
  id: 1,
  at: 0,
  kind: 'started',
  input: { plan: {}, run: {}, ...(ids.length === 0 ? {} : { carried: { calls: ids.map(id => ({ id })) } }) },
});
const call = (id: number, activityId: string): HistoryEvent => ({
  id,
  at: id,
  kind: 'scheduled',
  activity: 'check/tcp',
  activityId,
  input: {},
});
const attempt = (id: number, of: number, n: number): HistoryEvent => ({
  id,
  at: id,
  kind: 'attempted',
  of,
  attempt: n,
  lastFailure: '',
});
const cut = (id: number, of: number): HistoryEvent => ({
  id,
  at: id,
  kind: 'failed',
  of,
  how: 'cancelled',
  message: 'cancelled',
  details: undefined,
});
const done = (id: number, of: number): HistoryEvent => ({
  id,
  at: id,
  kind: 'succeeded',
  of,
  result: { outputs: { n: id }, tries: 7 },
});
const joint = (id: number): HistoryEvent => ({ id, at: id, kind: 'continued' });

it('a read that was taken back twice is one call, from its first scheduling to its last end', () => {
  const chain = chainOf([
    [begun(), call(5, 'poll'), call(6, 'db'), attempt(7, 5, 3), done(8, 6), cut(9, 5), joint(10)],
    [begun('poll'), call(5, 'poll'), cut(9, 5), joint(10)],
    [begun('poll'), call(5, 'poll'), attempt(6, 5, 1), done(8, 5)],
  ]);
  const whole = withoutJoints(chain);
  expect(whole.map(({ kind }) => kind)).toEqual([
    ...['started', 'scheduled', 'scheduled', 'attempted', 'succeeded'],
    ...['attempted', 'succeeded'],
  ]);
  const calls = readCalls(whole, 'run');
  expect(calls.map(({ step, status, at, endedAt }) => ({ step, status, at, endedAt }))).toEqual([
    { step: 'poll', status: 'succeeded', at: 5, endedAt: 8 },
    { step: 'db', status: 'succeeded', at: 6, endedAt: 8 },
  ]);
  expect(calls[0]?.record.tries).toBe(7);
});

it('a call that a person had tried again in a later execution is another call', () => {
  const chain = chainOf([
    [begun(), call(5, 'poll'), cut(9, 5), joint(10)],
    [begun(), call(5, 'poll#2'), done(8, 5)],
  ]);
  expect(readCalls(withoutJoints(chain), 'run').map(({ status }) => status)).toEqual(['cancelled', 'succeeded']);
});

it('the history of one execution stays as it is', () => {
  const events = [begun(), call(5, 'poll'), cut(9, 5)];
  expect(withoutJoints(events)).toBe(events);
});
