import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failoverTest } from '../../actions/zerto-recovery.ts';
import { wait } from '../../actions/core.ts';
import { closings } from '../../compiler/plan/closing.ts';
import { isBefore, type ModeStep, type View } from '../../compiler/check/view.ts';

interface Given {
  readonly opens: boolean;
  readonly after: 'above' | readonly number[];
}

/** Only what `closings` reads of a view. */
function viewOf(given: readonly Given[]): View {
  const steps = given.map(
    ({ opens, after }, place) =>
      ({
        place,
        after,
        contract: opens ? failoverTest : wait,
        draft: { id: `s${place}`, phase: 'main' },
      }) as unknown as ModeStep,
  );
  return { steps } as unknown as View;
}

const graphs = fc
  .array(
    fc.record({ opens: fc.boolean(), picks: fc.option(fc.array(fc.nat(), { maxLength: 3 }), { nil: undefined }) }),
    {
      maxLength: 30,
    },
  )
  .map(all =>
    all.map(
      ({ opens, picks }, place): Given => ({
        opens,
        after: picks === undefined ? 'above' : place === 0 ? [] : [...new Set(picks.map(n => n % place))],
      }),
    ),
  );

/** What has closed before each closing, all in all. */
function order(view: View): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, ReadonlySet<number>>();
  for (const { opening, after } of closings(view)) {
    // A closing waits only for closings that stand before it.
    expect(after.filter(place => !found.has(place))).toEqual([]);
    found.set(opening.place, new Set(after.flatMap(place => [place, ...(found.get(place) ?? [])])));
  }
  return found;
}

test('closing is the reverse of the graph: no more order and no less', () => {
  fc.assert(
    fc.property(graphs, given => {
      const view = viewOf(given);
      const closed = order(view);
      for (const one of closed.keys())
        for (const other of closed.keys())
          expect(closed.get(one)?.has(other), `${one} ${other}`).toBe(isBefore(view, one, other));
    }),
    { numRuns: 200 },
  );
});

test('many that open behind many: the order holds, with few edges', () => {
  const n = 300;
  const first = Array.from({ length: n }, (): Given => ({ opens: true, after: [] }));
  const then = Array.from({ length: n }, (): Given => ({ opens: true, after: [n] }));
  const view = viewOf([...first, { opens: false, after: 'above' }, ...then]);
  expect(closings(view).reduce((edges, closing) => edges + closing.after.length, 0)).toBe(2 * n - 1);
  const closed = order(view);
  const behind = then.map((_, i) => n + 1 + i);
  expect(first.every((_, one) => behind.every(other => closed.get(one)?.has(other) === true))).toBe(true);
});
