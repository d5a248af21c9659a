import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createRunFeeds, type Told } from '../../console/run-feed.ts';
import type { Control } from '../../control/connection.ts';
import { RunNotFound } from '../../control/run-ended.ts';
import type { Watched } from '../../control/watch.ts';

const times = { stillEveryMs: 15, lingerMs: 5 };
const line = (seq: number, status: 'running' | 'retrying' = 'running'): Watched => ({
  kind: 'progress',
  progress: { seq, at: seq, key: 'db', place: 0, status },
});
const ended = { kind: 'ended', result: { verdict: 'passed' } } as unknown as Watched;

/** A run that says what a test puts into it. */
function staged() {
  const state = { watches: 0, since: [] as number[], stopped: 0 };
  const inbox: (Watched | Error)[] = [];
  let wake = (): void => undefined;
  const put = (...seen: (Watched | Error)[]): void => {
    inbox.push(...seen);
    wake();
  };
  const watch = async function* (
    _: Control,
    _run: string,
    signal: AbortSignal,
    since: number,
  ): AsyncGenerator<Watched> {
    state.watches += 1;
    state.since.push(since);
    signal.addEventListener('abort', () => {
      state.stopped += 1;
      wake();
    });
    while (!signal.aborted) {
      const next = inbox.shift();
      if (next instanceof Error) throw next;
      if (next !== undefined) {
        yield next;
        if (next.kind === 'ended') return;
        continue;
      }
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
  };
  const feeds = createRunFeeds({} as Control, times, watch);
  const follow = (after = 0, signal = new AbortController().signal) => feeds.follow('r', after, signal);
  return { state, put, feeds, follow };
}

const nameOf = (told: Told): string =>
  told.kind === 'progress' ? `${told.progress.status} ${told.progress.seq}` : told.kind;
async function collect(stream: AsyncGenerator<Told>): Promise<string[]> {
  const names: string[] = [];
  for await (const told of stream) if (told.kind !== 'still') names.push(nameOf(told));
  return names;
}

it('two who watch ask the run once, and each is told all, from where he is', async () => {
  const { state, put, follow } = staged();
  put(line(1), line(2));
  const first = collect(follow());
  await sleep(5);
  const second = collect(follow(1));
  put(line(3, 'retrying'), { kind: 'waits', pending: [] }, line(4), ended);
  const [all, behind] = await Promise.all([first, second]);
  // What waits is told as it is when somebody looks, between any two lines.
  expect(all.filter(name => name !== 'waits')).toEqual(['running 1', 'running 2', 'retrying 3', 'running 4', 'ended']);
  expect(behind.filter(name => name !== 'waits')).toEqual(['running 2', 'retrying 3', 'running 4', 'ended']);
  for (const told of [all, behind]) expect(told.filter(name => name === 'waits')).toHaveLength(1);
  expect(state.watches).toBe(1);
});

it('what was told before is not told again to who comes back before we know it', async () => {
  const { put, follow } = staged();
  const back = collect(follow(2));
  put(line(1), line(2), line(3), ended);
  expect(await back).toEqual(['running 3', 'ended']);
});

it('a stream without news says that it lives, and ends with who reads it', async () => {
  const { state, put, follow } = staged();
  const gone = new AbortController();
  const seen: string[] = [];
  put(line(1));
  for await (const told of follow(0, gone.signal)) {
    seen.push(nameOf(told));
    if (told.kind === 'still') gone.abort();
  }
  expect(seen).toEqual(['running 1', 'still']);
  await sleep(20);
  expect(state.stopped).toBe(1);
});

it('a run that is not there is told; a Temporal that is away is silence', async () => {
  const missing = staged();
  missing.put(new RunNotFound('r'));
  await expect(collect(missing.follow())).rejects.toThrow('There is no run r');
  const away = staged();
  away.put(line(1), new Error('14 UNAVAILABLE'));
  const seen: string[] = [];
  for await (const told of away.follow()) {
    seen.push(nameOf(told));
    if (told.kind === 'silent') break;
  }
  expect(seen).toEqual(['running 1', 'silent']);
  away.feeds.close();
});
