import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Before } from '../../compiler/check/before.ts';

type After = 'above' | readonly number[];

/** Steps that wait for all above, or for any steps above. */
const steps = fc
  .array(fc.option(fc.array(fc.nat(), { maxLength: 4 }), { nil: undefined }), { maxLength: 90 })
  .map(all =>
    all.map((picks, place): { after: After } => ({
      after: picks === undefined ? 'above' : place === 0 ? [] : [...new Set(picks.map(n => n % place))],
    })),
  );

function naive(all: readonly { readonly after: After }[], first: number, then: number): boolean {
  const seen = new Set<number>();
  const open = [then];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { after } = all[place] ?? { after: [] };
    for (const p of after === 'above' ? Array.from({ length: place }, (_, i) => i) : after) {
      if (p === first) return true;
      if (!seen.has(p)) open.push(p);
      seen.add(p);
    }
  }
  return false;
}

test('who is before whom, as a search finds it', () => {
  fc.assert(
    fc.property(steps, all => {
      const before = new Before(all);
      for (let then = all.length - 1; then >= 0; then--)
        for (let first = 0; first < all.length; first++)
          expect(before.isBefore(first, then), `${first} ${then}`).toBe(first < then && naive(all, first, then));
    }),
    { numRuns: 60 },
  );
});
