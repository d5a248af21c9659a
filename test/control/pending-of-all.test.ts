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
  expect(found.every(({ silent }) => silent)).toBe(true);
  expect(tookMs).toBeLessThan(5_000);
});
