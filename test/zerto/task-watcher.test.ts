import { expect, test } from 'vitest';
import { createCaller } from '../../zerto/caller.ts';
import { createHttp } from '../../zerto/http.ts';
import { createPace } from '../../zerto/pace.ts';
import { createSession } from '../../zerto/session.ts';
import { createTaskWatcher } from '../../zerto/task-watcher.ts';
import { callsOf, options, rejection, type Script, type Seen, scriptedFetch } from './scripted-zvm.ts';

const pace = { intervalFor: () => 10, missingMs: 100 };

/** `missingMs`: for so long a task may be unknown. */
function watching(script: Script, missingMs = pace.missingMs) {
  const seen: Seen[] = [];
  const http = createHttp({
    site: 'site-b',
    url: new URL('https://zvm.test:9669'),
    timeoutMs: 1000,
    clock: Date.now,
    via: scriptedFetch(script, seen),
  });
  const { account, generation, requestsPerSecond } = options;
  const session = createSession(http, { account, generation, clock: Date.now });
  const caller = createCaller({ http, session, pace: createPace(requestsPerSecond), clock: Date.now });
  return { watcher: createTaskWatcher(caller, 'site-b', Date.now, { ...pace, missingMs }), seen };
}

const task = (id: string, state: number, progress = 0) => ({
  TaskIdentifier: id,
  Type: 'FailOverTest',
  Status: { State: state, Progress: progress },
  Started: new Date().toISOString(),
});
const forEver = () => new AbortController().signal;
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const polls = (seen: readonly Seen[]) => seen.filter(({ path }) => path.startsWith('tasks'));

test('one waiter polls its task until it is terminal and sees its progress', async () => {
  const answers = [task('t', 1, 10), task('t', 1, 60), task('t', 6, 60)];
  const { watcher, seen } = watching(({ path }) => (path === 'tasks/t' ? { body: answers.shift() } : undefined));
  const progress: number[] = [];
  const ended = await watcher.wait('t', { signal: forEver(), onProgress: task => progress.push(task.progress) });
  expect(ended).toMatchObject({ id: 't', state: 'Completed' });
  expect(progress).toEqual([10, 60, 60]);
  await sleep(30);
  expect(polls(seen)).toHaveLength(3);
});

test('requests grow with time, not with waiters', async () => {
  const began = Date.now();
  const ids = Array.from({ length: 50 }, (_, i) => `t${i}`);
  const { watcher, seen } = watching(({ path }) =>
    path.startsWith('tasks?') ? { body: ids.map(id => task(id, Date.now() - began > 80 ? 6 : 1)) } : undefined,
  );
  await Promise.all(ids.map(id => watcher.wait(id, { signal: forEver() })));
  expect(callsOf(polls(seen)).every(call => call.startsWith('GET tasks?startedAfterDate='))).toBe(true);
  expect(polls(seen).length).toBeLessThanOrEqual((Date.now() - began) / 10 + 1);
});

test('tasks that the list does not show are asked for one by one, a few at a time', async () => {
  const ids = Array.from({ length: 9 }, (_, i) => `t${i}`);
  const { watcher, seen } = watching(({ path }) =>
    path.startsWith('tasks?') ? { body: [] } : path.startsWith('tasks/') ? { body: task(path.slice(6), 6) } : undefined,
  );
  const ended = await Promise.all(ids.map(id => watcher.wait(id, { signal: forEver() })));
  expect(ended.map(({ id }) => id)).toEqual(ids);
  expect(callsOf(polls(seen)).filter(call => call.startsWith('GET tasks/'))).toHaveLength(9);
});

test('an early 404 is tolerated', async () => {
  let asked = 0;
  const shown: Script = ({ path }) => (path === 'tasks/t' && ++asked > 3 ? { body: task('t', 6) } : undefined);
  const { watcher } = watching(shown, 20_000);
  expect(await watcher.wait('t', { signal: forEver() })).toMatchObject({ state: 'Completed' });
});

test('so is an early refusal, since the status for an unknown task is not documented', async () => {
  let asked = 0;
  const shown: Script = ({ path }) => {
    if (path !== 'tasks/t') return undefined;
    return ++asked > 3 ? { body: task('t', 6) } : { status: 500, body: { Message: 'Task not found' } };
  };
  const { watcher } = watching(shown, 20_000);
  expect(await watcher.wait('t', { signal: forEver() })).toMatchObject({ state: 'Completed' });
});

test('a task that stays away has vanished', async () => {
  const { watcher } = watching(() => undefined);
  expect(await rejection(watcher.wait('t', { signal: forEver() }))).toMatchObject({
    name: 'TaskVanished',
    retryable: false,
    operation: 'GET tasks/t',
  });
});

test('broken connections, a ZVM that restarts and lost sessions are lived through', async () => {
  const troubles = ['reset', { status: 503 }, { status: 401 }, { status: 401 }, { status: 500, text: '' }] as const;
  let n = 0;
  const { watcher } = watching(({ path }) =>
    path === 'tasks/t' ? (troubles[n++] ?? { body: task('t', 4) }) : undefined,
  );
  expect(await watcher.wait('t', { signal: forEver() })).toMatchObject({ state: 'Failed', terminal: true });
  expect(n).toBe(6);
});

test('an answer that is not understood ends the wait', async () => {
  const { watcher } = watching(({ path }) => (path === 'tasks/t' ? { text: '<html>' } : undefined));
  expect(await rejection(watcher.wait('t', { signal: forEver() }))).toMatchObject({ name: 'NotUnderstood' });
});

test('a signal ends its own wait with its reason, and the loop with the last one', async () => {
  const { watcher, seen } = watching(({ path }) =>
    path.startsWith('tasks?')
      ? { body: [task('a', 1), task('b', 1)] }
      : path.startsWith('tasks/')
        ? { body: task(path.slice(6), 1) }
        : undefined,
  );
  const first = new AbortController();
  const second = new AbortController();
  const a = rejection(watcher.wait('a', { signal: first.signal }));
  const b = rejection(watcher.wait('b', { signal: second.signal }));
  await sleep(25);
  first.abort(new Error('first'));
  expect(await a).toMatchObject({ message: 'first' });
  await sleep(25);
  expect(callsOf(seen).at(-1)).toBe('GET tasks/b');
  second.abort(new Error('second'));
  expect(await b).toMatchObject({ message: 'second' });
  const before = seen.length;
  await sleep(40);
  expect(seen).toHaveLength(before);
});

test('a signal that is already aborted polls nothing', async () => {
  const { watcher, seen } = watching(() => ({ body: task('t', 6) }));
  const signal = AbortSignal.abort(new Error('gone'));
  expect(await rejection(watcher.wait('t', { signal }))).toMatchObject({ message: 'gone' });
  await sleep(20);
  expect(seen).toEqual([]);
});

test('the loop starts again for who comes later', async () => {
  const { watcher } = watching(({ path }) =>
    path.startsWith('tasks/') ? { body: task(path.slice(6), 6) } : undefined,
  );
  await watcher.wait('a', { signal: forEver() });
  expect(await watcher.wait('b', { signal: forEver() })).toMatchObject({ id: 'b' });
});
