import { afterEach, expect, it, vi } from 'vitest';
import type { Control } from '../../control/connection.ts';
import { pendingOfAll } from '../../control/pending.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('defect: a list of a hundred runs without a worker waited 3 s for every eight of them', async () => {
  vi.useFakeTimers();
  const runs = Array.from({ length: 100 }, (_, n) => ({ workflowId: `r${n}`, startTime: new Date(n) }));
  const workflow = {
    async *list() {
      yield* await Promise.resolve(runs);
    },
    getHandle: () => ({ query: () => undefined }),
  };
  const withDeadline = (at: number) =>
    new Promise((_, reject) => {
      const late = () => {
        reject(new Error('4 DEADLINE_EXCEEDED'));
      };
      setTimeout(late, Math.max(0, at - Date.now()));
    });
  const began = Date.now();
  const asking = pendingOfAll({ client: { workflow, connection: { withDeadline } } } as unknown as Control);
  const all = asking.then(found => ({ found, tookMs: Date.now() - began }));
  await vi.advanceTimersByTimeAsync(60_000);
  const { found, tookMs } = await all;
  expect(found).toHaveLength(100);
  expect(found.every(({ silent, unasked }) => silent === true || unasked === true)).toBe(true);
  expect(found.at(-1)).toMatchObject({ silent: true });
  expect(found[0]).toMatchObject({ unasked: true });
  expect(tookMs).toBeLessThan(5_000);
});

it('defect: of many runs with a worker the newest, a failover that asked for votes, was told to have none', async () => {
  vi.useFakeTimers();
  const count = 2_000;
  const runs = Array.from({ length: count }, (_, n) => ({
    workflowId: `r${n}`,
    startTime: new Date(n),
    memo: { mode: n === 3 ? 'failover' : 'drill' },
  }));
  const workflow = {
    async *list() {
      yield* await Promise.resolve(runs);
    },
    getHandle: (id: string) => ({
      query: () => new Promise(resolve => setTimeout(resolve, 200, [{ key: id, kind: 'approval' }])),
    }),
  };
  const withDeadline = (at: number, ask: () => Promise<unknown>) => {
    const late = new Promise((_, reject) => {
      setTimeout(reject, Math.max(0, at - Date.now()), new Error('4 DEADLINE_EXCEEDED'));
    });
    return Promise.race([ask(), late]);
  };
  const asking = pendingOfAll({ client: { workflow, connection: { withDeadline } } } as unknown as Control);
  await vi.advanceTimersByTimeAsync(10_000);
  const found = await asking;
  expect(found).toHaveLength(count);
  // The live one first, then the newest.
  expect([found[3]?.pending.length, found.at(-1)?.pending.length]).toEqual([1, 1]);
  expect(found[0]).toEqual({ run: 'r0', pending: [], unasked: true });
  expect(found.filter(({ silent }) => silent === true)).toEqual([]);
});
