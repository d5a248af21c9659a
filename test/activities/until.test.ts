import { expect, test } from 'vitest';
import type { Json } from '../../actions/json.ts';
import { StepErrored } from '../../activities/outcome.ts';
import { holdUntil, type Look } from '../../activities/until.ts';
import { endingFrom } from './stage.ts';

/** ms; it never steps back, as the machine's own may. */
const clock = () => performance.timeOrigin + performance.now();

function prepare(recalled?: Json, signal = new AbortController().signal) {
  const kept: Json[] = [];
  const context = { clock, signal, memory: { attempt: 1, recalled, keep: (value: Json) => void kept.push(value) } };
  return { context, kept };
}
const no: Look<number> = { ok: false, saw: 'nothing' };
const yes: Look<number> = { ok: true, saw: 'all', value: 7 };
const far = clock() + 60_000;

/** Gives one look after the other, the last one for ever. */
function looks(...list: (Look<number> | Error)[]) {
  let n = 0;
  const look = () => {
    const seen = list[Math.min(n++, list.length - 1)] ?? no;
    return seen instanceof Error ? Promise.reject(seen) : Promise.resolve(seen);
  };
  return { look, count: () => n };
}

test('without until it looks once', async () => {
  const { look, count } = looks(no, yes);
  const ending = await endingFrom(holdUntil(look, undefined, far, prepare().context));
  expect(ending).toMatchObject({
    type: 'failed',
    message: 'nothing',
    record: { tries: 1, attempts: [{ n: 1, ok: false }] },
  });
  expect(count()).toBe(1);
});

test('tries until it holds, and gives the first and the last try', async () => {
  const { look } = looks(no, no, yes);
  const held = await holdUntil(look, { everyMs: 1, backoff: 1, attempts: 5 }, far, prepare().context);
  expect(held).toMatchObject({
    value: 7,
    tries: 3,
    attempts: [
      { n: 1, ok: false, saw: 'nothing' },
      { n: 3, ok: true, saw: 'all' },
    ],
  });
});

test('gives up after so many attempts', async () => {
  const { look, count } = looks(no);
  const ending = await endingFrom(holdUntil(look, { everyMs: 1, backoff: 1, attempts: 3 }, far, prepare().context));
  expect(ending.type).toBe('failed');
  expect(ending.message).toMatch(/^nothing \(3 tries in \d+ms\)$/);
  expect(count()).toBe(3);
});

test('gives up when no further try may begin within `for`, or before the deadline', async () => {
  const until = { everyMs: 40, backoff: 1, forMs: 100 };
  const first = looks(no);
  await endingFrom(holdUntil(first.look, until, far, prepare().context));
  expect(first.count()).toBeGreaterThanOrEqual(2);
  expect(first.count()).toBeLessThanOrEqual(3);
  const second = looks(no);
  await endingFrom(holdUntil(second.look, { ...until, forMs: 60_000 }, clock() + 50, prepare().context));
  expect(second.count()).toBeLessThanOrEqual(2);
});

test('waits longer after each try with a backoff', async () => {
  const { look } = looks(no);
  const began = clock();
  await endingFrom(holdUntil(look, { everyMs: 10, backoff: 3, attempts: 4 }, far, prepare().context));
  expect(clock() - began).toBeGreaterThanOrEqual(10 + 30 + 90 - 5);
});

test('not seeing is kept apart from seeing that it does not hold: the last look counts', async () => {
  const until = { everyMs: 1, backoff: 1, attempts: 2 };
  const blind = new StepErrored('the probe is away');
  const errored = await endingFrom(holdUntil(looks(no, blind).look, until, far, prepare().context));
  expect(errored.type).toBe('errored');
  expect(errored.message).toContain('the probe is away (2 tries');
  expect((await endingFrom(holdUntil(looks(blind, no).look, until, far, prepare().context))).type).toBe('failed');
});

test('what nobody foresaw ends it at once', async () => {
  const { look, count } = looks(new TypeError('bug'));
  await expect(holdUntil(look, { everyMs: 1, backoff: 1, attempts: 9 }, far, prepare().context)).rejects.toThrow('bug');
  expect(count()).toBe(1);
});

test('a cancel ends the waiting at once', async () => {
  const controller = new AbortController();
  const { context } = prepare(undefined, controller.signal);
  setTimeout(() => {
    controller.abort(new Error('cancelled'));
  }, 20);
  const began = clock();
  const until = { everyMs: 60_000, backoff: 1, attempts: 9 };
  await expect(holdUntil(looks(no).look, until, clock() + 999_999, context)).rejects.toThrow();
  expect(clock() - began).toBeLessThan(1_000);
});

test('a worker that takes over goes on with the count, the time and the first look', async () => {
  const until = { everyMs: 1, backoff: 1, attempts: 3 };
  const before = prepare();
  await endingFrom(holdUntil(looks(no).look, { ...until, attempts: 2 }, far, before.context));
  const { look, count } = looks({ ok: false, saw: 'other' });
  const ending = await endingFrom(holdUntil(look, until, far, prepare(before.kept.at(-1)).context));
  expect(count()).toBe(1);
  expect(ending.record).toMatchObject({
    tries: 3,
    attempts: [
      { n: 1, saw: 'nothing' },
      { n: 3, saw: 'other' },
    ],
  });
});
