import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Drawing } from '../../report/graph/drawing.ts';
import { layGraph } from '../../report/graph/layout.ts';
import type { GraphModel } from '../../report/graph/model.ts';
import { find, model, sequence, step } from './graph-sample.ts';

function lay(graph: GraphModel): Drawing {
  const drawing = layGraph(graph);
  if (drawing === undefined) throw new Error('there is no picture');
  return drawing;
}

const cardsOf = (drawing: Drawing) =>
  new Map(find(drawing, 'card', 'wall', 'box').map(({ step: { id }, ...place }) => [id, place]));

function place(drawing: Drawing, id: string) {
  const found = cardsOf(drawing).get(id);
  if (found === undefined) throw new Error(`no ${id}`);
  return { ...found, middle: found.x + found.width / 2, right: found.x + found.width, bottom: found.y + found.height };
}

it('a sequence is a line, straight down', () => {
  const drawing = lay(sequence(6));
  const places = [0, 1, 2, 3, 4, 5].map(n => place(drawing, `s${n}`));
  expect(new Set(places.map(({ middle }) => middle)).size).toBe(1);
  for (const [n, { y }] of places.slice(1).entries()) expect(y).toBeGreaterThan(places[n]?.bottom ?? Infinity);
  const edges = find(drawing, 'edge');
  expect(edges).toHaveLength(5);
  for (const { path } of edges) expect(path).not.toContain('C');
});

it('what may run at the same time stands side by side, its neighbours in the middle', () => {
  const drawing = lay(model([step('a'), step('b'), step('c'), step('d')], ['a > b > d', 'a > c > d']));
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(id => place(drawing, id));
  expect(b?.y).toBe(c?.y);
  expect(b?.right).toBeLessThan(c?.x ?? 0);
  expect(a?.middle).toBeCloseTo(((b?.middle ?? 0) + (c?.middle ?? 0)) / 2);
  expect(d?.middle).toBeCloseTo(a?.middle ?? 0);
});

it('the order of a row is changed where edges would cross', () => {
  const drawing = lay(
    model(
      ['a', 'b', 'c', 'd'].map(id => step(id)),
      ['a > d', 'b > c'],
    ),
  );
  expect(place(drawing, 'd').middle < place(drawing, 'c').middle).toBe(
    place(drawing, 'a').middle < place(drawing, 'b').middle,
  );
});

it('a wall is as wide as what it divides, and nothing stands beside it', () => {
  const nodes = [step('a'), step('b'), step('go', { wall: true }), step('free')];
  const drawing = lay(model(nodes, ['a > go', 'b > go', 'go > free']));
  const [a, b, go, free] = ['a', 'b', 'go', 'free'].map(id => place(drawing, id));
  expect(go?.x).toBeLessThanOrEqual(a?.x ?? 0);
  expect(go?.right).toBeGreaterThanOrEqual(b?.right ?? Infinity);
  expect(go?.y).toBeGreaterThan(a?.bottom ?? Infinity);
  expect(free?.y).toBeGreaterThan(go?.bottom ?? Infinity);
});

it('each phase is a band, and below the one before', () => {
  const nodes = [step('in', { phase: 'sign-in' }), step('a'), step('b'), step('end', { phase: 'finally' })];
  const bands = find(lay(model(nodes, ['in > a > end', 'in > b > end'])), 'band');
  expect(bands.map(({ title }) => title)).toEqual(['Sign-in', 'Steps', 'Finally']);
  for (const [n, band] of bands.slice(1).entries()) {
    const before = bands[n];
    expect(band.y).toBeGreaterThan((before?.y ?? Infinity) + (before?.height ?? 0));
  }
});

it('a sub-runbook is a box round its steps', () => {
  const nodes = [
    step('dr', { action: 'runbook' }),
    step('dr/in', { within: 'dr', phase: 'sign-in' }),
    step('dr/db', { within: 'dr' }),
    step('dr/sub', { within: 'dr', action: 'runbook', forEach: true }),
    step('dr/sub/x', { within: 'dr/sub' }),
    step('last'),
  ];
  const drawing = lay(model(nodes, ['dr > last', 'dr/in > dr/db > dr/sub']));
  const isIn = (id: string, box: string): boolean => {
    const [inner, outer] = [place(drawing, id), place(drawing, box)];
    const level = inner.x >= outer.x && inner.right <= outer.right;
    return level && inner.y > outer.y && inner.bottom <= outer.bottom;
  };
  for (const id of ['dr/in', 'dr/db', 'dr/sub']) expect(isIn(id, 'dr'), id).toBe(true);
  expect(isIn('dr/sub/x', 'dr/sub')).toBe(true);
  expect(isIn('last', 'dr')).toBe(false);
  expect(find(drawing, 'phase').map(({ title }) => title)).toEqual(['Sign-in', 'Steps']);
});

it('what opens is joined to what closes it; pairs that enclose each other have a lane each', () => {
  const closing = { phase: 'closing' };
  const nodes = [step('a'), step('b'), step('close-b', closing), step('close-a', closing)];
  const drawing = lay(model(nodes, ['a > b > close-b > close-a', 'a ~> close-a', 'b ~> close-b']));
  const lines = find(drawing, 'closing').map(({ path }) =>
    Math.max(...[...path.matchAll(/([\d.]+),/g)].map(m => Number(m[1]))),
  );
  const right = Math.max(...[...cardsOf(drawing).values()].map(({ x, width }) => x + width));
  expect(new Set(lines).size).toBe(2);
  expect(Math.min(...lines)).toBeGreaterThan(right);
  expect(Math.max(...lines)).toBeLessThan(drawing.width);
});

it('two hundred steps are folded; each letter stands at both ends', () => {
  const drawing = lay(sequence(200));
  expect(drawing.height / drawing.width).toBeGreaterThan(0.5);
  expect(drawing.height / drawing.width).toBeLessThan(2);
  const letters = find(drawing, 'connector').map(({ letter }) => letter);
  expect(letters.length).toBeGreaterThan(4);
  for (const letter of letters) expect(letters.filter(other => other === letter)).toHaveLength(2);
  expect(cardsOf(drawing).size).toBe(200);
});

it('a pair in two columns names the other end', () => {
  const long = sequence(80);
  const nodes = [...long.nodes.slice(0, 79), step('close-s0', { phase: 'closing' })];
  const drawing = lay({
    ...model(nodes, ['s0 ~> close-s0']),
    edges: [...long.edges.slice(0, 78), ...model([], ['s78 > close-s0', 's0 ~> close-s0']).edges],
  });
  expect(find(drawing, 'elsewhere').map(({ text }) => text)).toEqual(['close-s0', 's0']);
});

it('many side by side have narrow cards; far too many are no picture', () => {
  const star = (count: number): GraphModel => {
    const ids = Array.from({ length: count }, (_, n) => `s${n}`);
    return model(
      [step('first'), ...ids.map(id => step(id))],
      ids.map(id => `first > ${id}`),
    );
  };
  expect(place(lay(star(12)), 's3').width).toBeLessThan(place(lay(star(3)), 's1').width);
  expect(layGraph(star(100))).toBeUndefined();
});

const anyGraph = fc
  .array(
    fc.record({
      waits: fc.array(fc.nat(11), { maxLength: 3 }),
      wall: fc.boolean(),
      forEach: fc.boolean(),
      notes: fc.array(fc.string(), { maxLength: 5 }),
      phase: fc.constantFrom(0, 0, 0, 1),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map(drafts => {
    let phase = 0;
    const nodes = drafts.map(({ wall, forEach, notes, phase: more }, n) => {
      phase = Math.min(4, phase + more);
      const title = ['sign-in', 'preflight', 'main', 'closing', 'finally'][phase] ?? 'main';
      return step(`s${n}`, { notes, phase: title, ...(wall && { wall }), ...(forEach && { forEach }) });
    });
    const lines = drafts.flatMap(({ waits }, n) => [...new Set(waits)].filter(w => w < n).map(w => `s${w} > s${n}`));
    return model(nodes, lines);
  });

it('no card lies on another or outside the picture, and what waits stands below', () => {
  fc.assert(
    fc.property(anyGraph, graph => {
      const drawing = lay(graph);
      const cards = [...cardsOf(drawing)];
      expect(cards).toHaveLength(graph.nodes.length);
      for (const [id, a] of cards) {
        expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= drawing.width && a.y + a.height <= drawing.height, id).toBe(
          true,
        );
        for (const [other, b] of cards) {
          const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
          expect(id === other || apart, `${id} and ${other}`).toBe(true);
        }
      }
      for (const { from, to } of graph.edges)
        expect(place(drawing, to).y).toBeGreaterThanOrEqual(place(drawing, from).bottom);
      expect(layGraph(graph)).toEqual(drawing);
    }),
    { numRuns: 80 },
  );
});
