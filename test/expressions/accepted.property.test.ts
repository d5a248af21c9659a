import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCheck } from '../../expressions/check.ts';
import { evaluate } from '../../expressions/evaluate.ts';
import { bool, duration, fields, listOf, number, object, string } from '../../expressions/types.ts';
import { pick, type Random, randomFrom } from '../compiler/mutate.ts';

/** Expressions that fit together, each with what JavaScript makes of it: durations are their ms. */
interface Made {
  readonly source: string;
  value(names: Names): unknown;
}

type Names = Readonly<Record<string, unknown>>;
type Kind = 'number' | 'text' | 'bool' | 'duration' | 'numbers' | 'texts' | 'durations';

const types = { number, text: string, bool, duration, numbers: listOf(number), texts: listOf(string) } as const;
const given = { ...types, durations: listOf(duration) };
const scope = fields({ in: { type: number, refused: 'a word of CEL' }, v: { type: object(given) } });

const leaf = (source: string, value: Made['value']): Made => ({ source, value });
const both = (a: Made, op: string, b: Made, apply: (x: never, y: never) => unknown): Made => ({
  source: `${a.source} ${op} ${b.source}`,
  value: names => apply(a.value(names) as never, b.value(names) as never),
});
const inBrackets = (made: Made): Made => ({ ...made, source: `(${made.source})` });
const same = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b) ? a.length === b.length && a.every((x, i) => same(x, b[i])) : a === b;

const literals: Readonly<Record<Kind, readonly Made[]>> = {
  number: [leaf('7', () => 7), leaf('2.5', () => 2.5), leaf('-3', () => -3), leaf('0x10', () => 16)],
  text: [leaf('"a"', () => 'a'), leaf("'''it's )('''", () => "it's )(")],
  bool: [leaf('true', () => true), leaf('false', () => false)],
  duration: [leaf('duration("1s")', () => 1_000), leaf('duration("1m")', () => 60_000)],
  numbers: [leaf('[1, 2]', () => [1, 2]), leaf('[2.5, 7]', () => [2.5, 7])],
  texts: [leaf('["a", "b"]', () => ['a', 'b'])],
  durations: [leaf('[duration("1s")]', () => [1_000])],
};
const listOfKind = { number: 'numbers', text: 'texts', duration: 'durations' } as const;
const itemKinds = ['number', 'text', 'duration'] as const;

/** `bound`: names of list macros; at most two lie inside one another. */
function make(kind: Kind, depth: number, next: Random, bound: readonly (readonly [string, Kind])[] = []): Made {
  const known = bound.filter(([, k]) => k === kind).map(([name]) => leaf(name, names => names[name]));
  const path = leaf(`v.${kind}`, names => (names['v'] as Names)[kind]);
  if (depth === 0) return pick([...literals[kind], path, path, ...known, ...known], next);
  const sub = (k: Kind): Made => inSome(make(k, depth - 1, next, bound), next);
  const choice = (): Made => {
    const [test, yes, no] = [inBrackets(sub('bool')), sub(kind), sub(kind)];
    return {
      source: `(${test.source} ? ${yes.source} : ${no.source})`,
      value: names => (test.value(names) === true ? yes.value(names) : no.value(names)),
    };
  };
  return pick([choice, ...makers(kind, depth, next, bound, sub)], next)();
}

const inSome = (made: Made, next: Random): Made => (/ /.test(made.source) || next(4) === 0 ? inBrackets(made) : made);

function makers(
  kind: Kind,
  depth: number,
  next: Random,
  bound: readonly (readonly [string, Kind])[],
  sub: (kind: Kind) => Made,
): readonly (() => Made)[] {
  const size = (): Made => {
    const list = sub(pick(['numbers', 'texts', 'durations'], next));
    return { source: `${list.source}.size()`, value: names => (list.value(names) as unknown[]).length };
  };
  const overList = (name: string, result: 'bool' | 'same' | Kind): Made => {
    const item = pick(itemKinds, next);
    const from = result === 'same' ? (kind as 'numbers') : listOfKind[item];
    const of = result === 'same' ? (itemKinds.find(k => listOfKind[k] === kind) ?? item) : item;
    const list = sub(from);
    const variable = `x${bound.length}`;
    const body = make(result === 'same' || result === 'bool' ? 'bool' : result, depth - 1, next, [
      ...bound,
      [variable, of],
    ]);
    const method = { all: 'every', exists: 'some', filter: 'filter', map: 'map' }[name] ?? name;
    return {
      source: `${list.source}.${name}(${variable}, ${body.source})`,
      value: names =>
        (list.value(names) as Record<string, (f: (x: unknown) => unknown) => unknown>)[method]?.(x =>
          body.value({ ...names, [variable]: x }),
        ),
    };
  };
  const macros = (make: () => Made): readonly (() => Made)[] => (bound.length < 2 ? [make] : []);
  switch (kind) {
    case 'number':
      return [
        () => both(sub('number'), '+', sub('number'), (a: number, b: number) => a + b),
        () => both(sub('number'), '-', sub('number'), (a: number, b: number) => a - b),
        () =>
          both(
            sub('number'),
            '/',
            pick([leaf('2', () => 2), leaf('(4)', () => 4)], next),
            (a: number, b: number) => a / b,
          ),
        size,
      ];
    case 'text':
      return [
        () => both(sub('text'), '+', sub('text'), (a: string, b: string) => a + b),
        () => {
          const number = sub('number');
          return { source: `string(${number.source})`, value: names => String(number.value(names)) };
        },
      ];
    case 'bool': {
      const item = pick(itemKinds, next);
      const like = pick([item, listOfKind[item]], next);
      return [
        () => both(sub(like), '==', sub(like), same),
        () => both(sub(like), '!=', sub(like), (a, b) => !same(a, b)),
        () => both(sub(item), 'in', sub(listOfKind[item]), (a, b: unknown[]) => b.includes(a)),
        () => both(sub(item), '<', sub(item), (a: number, b: number) => a < b),
        () => both(sub('bool'), '&&', sub('bool'), (a: boolean, b: boolean) => a && b),
        ...macros(() => overList(pick(['all', 'exists'], next), 'bool')),
      ];
    }
    case 'duration':
      return [() => both(sub('duration'), '+', sub('duration'), (a: number, b: number) => a + b)];
    default: {
      const item = itemKinds.find(k => listOfKind[k] === kind) ?? 'number';
      return [
        () => both(sub(kind), '+', sub(kind), (a: unknown[], b: unknown[]) => [...a, ...b]),
        () => {
          const [a, b] = [sub(item), sub(item)];
          return { source: `[${a.source}, ${b.source}]`, value: names => [a.value(names), b.value(names)] };
        },
        ...macros(() => overList('filter', 'same')),
        ...macros(() => overList('map', item)),
      ];
    }
  }
}

const kinds = Object.keys(given) as Kind[];

test('what is accepted never throws and gives what the types say: one kind of numbers, durations in lists too', () => {
  fc.assert(
    fc.property(fc.nat(), fc.boolean(), (seed, empty) => {
      const next = randomFrom(seed);
      const made = make(pick(kinds, next), 1 + next(4), next);
      const v = {
        ...{ number: pick([0, 1, 2.5, 7], next), text: pick(['', 'a'], next), bool: next(2) === 0, duration: 1_000 },
        ...{ numbers: empty ? [] : [7, 2.5], texts: empty ? [] : ['a', 'b'], durations: empty ? [] : [1_000, 5] },
      };
      const checked = parseCheck(made.source, scope);
      if ('problems' in checked) {
        // Only size may be against it.
        expect(
          checked.problems.map(p => p.kind),
          `${made.source}: ${checked.problems[0]?.message ?? ''}`,
        ).toEqual(['limit']);
        return;
      }
      const result = evaluate(checked.source, { v });
      expect(result, `${made.source} → ${checked.source}`).toEqual({ ok: true, value: made.value({ v }) });
    }),
    { numRuns: 1_000 },
  );
});
