import { Duration, Environment } from '@marcbachmann/cel-js/evaluator';
import type { ASTNode, ParseResult } from '@marcbachmann/cel-js';
import { formatDuration } from './duration.ts';

/** What CEL calls its durations. */
const gpd = 'google.protobuf.Duration';

/**
 * The method that turns ms, as JSON has them, into a duration. Only the compiler writes it, behind each value whose type
 * is a duration (docs/decisions/0003); an author who does is refused, for it is in no table of functions.
 */
export const fromMs = 'ms_';

/** The same for a list or map of durations as a whole, however deep. */
export const fromEachMs = 'ms_each_';

/** UTF-16 units. Long expressions belong into the runbook's steps, not into a field. */
export const maxLength = 4_000;

const environment = build();

function build(): Environment {
  const env = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 1_000, maxDepth: 32, maxListElements: 256, maxMapEntries: 256, maxCallArguments: 4 },
  });
  env.registerFunction(`double.${fromMs}(): ${gpd}`, (ms: number) => Duration.fromMilliseconds(ms));
  env.registerFunction(`${gpd}.${fromMs}(): ${gpd}`, (d: Duration) => d);
  env.registerFunction(`list.${fromEachMs}(): list`, (list: unknown) => eachFromMs(list));
  env.registerFunction(`map.${fromEachMs}(): map`, (map: unknown) => eachFromMs(map));
  env.registerFunction(`string(${gpd}): string`, (d: Duration) => formatDuration(d.valueOf()));
  registerMixedNumbers(env);
  return env;
}

function eachFromMs(value: unknown): unknown {
  if (typeof value === 'number') return Duration.fromMilliseconds(value);
  if (Array.isArray(value)) return value.map(eachFromMs);
  if (typeof value !== 'object' || value === null || value instanceof Duration) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, eachFromMs(item)]));
}

/** YAML's numbers are doubles, CEL's literals and `size()` are 64-bit integers: without these `inputs.n + 1` fails. */
function registerMixedNumbers(env: Environment): void {
  type N = number | bigint;
  const operators: readonly [string, (a: number, b: number) => number][] = [
    ['+', (a, b) => a + b],
    ['-', (a, b) => a - b],
    ['*', (a, b) => a * b],
    ['/', (a, b) => a / b],
    ['%', (a, b) => a % b],
  ];
  for (const [op, apply] of operators) {
    const handler = (a: N, b: N): number => apply(Number(a), Number(b));
    env.registerOperator(`double ${op} int: double`, handler);
    env.registerOperator(`int ${op} double: double`, handler);
    if (op === '%') env.registerOperator('double % double: double', handler);
  }
  // Registers the other order and `!=` too. Not a loose comparison: 2^53 + 1 must not equal 2^53.
  env.registerOperator('int == double', (a: N, b: N) => (typeof a === typeof b ? a === b : sameNumber(a, b)));

  const cut = (s: string, start: N, end?: N): string => {
    const [from, to] = [Number(start), end === undefined ? s.length : Number(end)];
    if (from < 0 || to > s.length || to < from) throw new RangeError('substring() reaches beyond the text');
    return s.substring(from, to);
  };
  for (const signature of ['double', 'double, double', 'double, int', 'int, double'])
    env.registerFunction(`string.substring(${signature}): string`, cut);
  env.registerFunction('string.indexOf(string, double): int', (s: string, what: string, from: number) =>
    BigInt(s.indexOf(what, from)),
  );
  env.registerFunction('string.lastIndexOf(string, double): int', (s: string, what: string, from: number) =>
    BigInt(s.lastIndexOf(what, from)),
  );
}

function sameNumber(a: number | bigint, b: number | bigint): boolean {
  const [whole, other] = typeof a === 'bigint' ? [a, b] : [b, a];
  return typeof other === 'number' && Number.isInteger(other) && BigInt(other) === whole;
}

/** Parsed expressions by source: parsing costs ten times an evaluation. Bounded; dropped whole when full. */
const parsed = new Map<string, ParseResult>();
const maxParsed = 4_096;

/** Throws cel-js's ParseError. The same source gives the same result object. */
export function parseCel(source: string): ParseResult {
  let result = parsed.get(source);
  if (result === undefined) {
    result = environment.parse(source);
    if (parsed.size >= maxParsed) parsed.clear();
    parsed.set(source, result);
  }
  return result;
}

export { Duration };
export type { ASTNode };
