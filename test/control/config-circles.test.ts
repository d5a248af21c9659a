import fc from 'fast-check';
import { expect, test } from 'vitest';
import { circlesOf } from '../../control/config/circles.ts';

test('is in a circle what can be reached from itself, and nothing else', () => {
  const name: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
  const ways = fc.array(fc.tuple(name, fc.array(name, { maxLength: 3 })), { maxLength: 8 });
  fc.assert(
    fc.property(ways, entries => {
      const next = new Map(entries);
      const far = (from: string): Set<string> => {
        const found = new Set<string>();
        for (let size = -1; found.size !== size; ) {
          size = found.size;
          for (const at of [from, ...found]) for (const to of next.get(at) ?? []) found.add(to);
        }
        return found;
      };
      expect([...circlesOf(next)].sort()).toEqual([...new Set(next.keys())].filter(n => far(n).has(n)).sort());
    }),
  );
});

test('a long chain costs no more than its length', () => {
  const chain = new Map(Array.from({ length: 50_000 }, (_, i) => [`g${i}`, [`g${i + 1}`]]));
  const began = performance.now();
  expect(circlesOf(chain).size).toBe(0);
  expect(performance.now() - began).toBeLessThan(2_000);
});
