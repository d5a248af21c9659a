import { compile } from '../../compiler/compile.ts';
import { scenarios, sizes } from './cost-scenarios.ts';

/**
 * A process of its own, for cost.test.ts: counts what the engine of the language is asked to do while a runbook is
 * compiled: each turn of an iteration, each item that a list, map or text function looks at, each look-up. Prints
 * `{ scenario: [operations by size] }`. Nothing of the compiler is changed for it, and no clock is read; the rest of the
 * tests must not run with prototypes like these.
 */
let operations = 0;

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Cost = (self: unknown, args: readonly unknown[], result: unknown) => number;

function count(of: object, name: PropertyKey, cost: Cost): void {
  const original = Reflect.get(of, name) as Method;
  Object.defineProperty(of, name, {
    configurable: true,
    writable: true,
    value: function (this: unknown, ...args: unknown[]): unknown {
      const result = Reflect.apply(original, this, args);
      operations += cost(this, args, result);
      return result;
    },
  });
}

/** The same for what is one operation, without a list of its arguments: these are called most. */
function countOne(of: object, name: PropertyKey): void {
  const original = Reflect.get(of, name) as Method;
  Object.defineProperty(of, name, {
    configurable: true,
    writable: true,
    value: function (this: unknown, ...args: unknown[]): unknown {
      operations++;
      if (args.length === 0) return original.call(this);
      return args.length === 1 ? original.call(this, args[0]) : Reflect.apply(original, this, args);
    },
  });
}

const lengthOf = (value: unknown): number => (typeof value === 'string' || Array.isArray(value) ? value.length : 1);
const ofSelf: Cost = self => 1 + lengthOf(self);
const ofResult: Cost = (_, __, result) => 1 + lengthOf(result);
/** Up to where it was found. */
const ofSearch: Cost = (self, args, result) => {
  const from = typeof args[1] === 'number' ? args[1] : 0;
  return 1 + Math.max(0, (typeof result === 'number' && result >= 0 ? result : lengthOf(self)) - from);
};
/** Not more than up to its end; whether it ended early, only the callback knows. */
function countCallbacks(name: PropertyKey): void {
  const original = Reflect.get(Array.prototype, name) as Method;
  Object.defineProperty(Array.prototype, name, {
    configurable: true,
    writable: true,
    value: function (this: unknown, callback?: Method, ...rest: unknown[]): unknown {
      if (callback === undefined) {
        operations += lengthOf(this);
        return Reflect.apply(original, this, []);
      }
      const counted: Method = function (this: unknown, a, b, c, d) {
        operations++;
        return callback.call(this, a, b, c, d);
      };
      return rest.length === 0 ? original.call(this, counted) : Reflect.apply(original, this, [counted, ...rest]);
    },
  });
}

function countAll(): void {
  for (const name of ['map', 'filter', 'find', 'findIndex', 'findLast', 'some', 'every', 'forEach', 'flatMap', 'sort'])
    countCallbacks(name);
  countCallbacks('reduce');
  for (const name of ['includes', 'indexOf']) count(Array.prototype, name, ofSearch);
  for (const name of ['slice', 'concat', 'splice']) count(Array.prototype, name, ofResult);
  for (const name of ['join', 'reverse', 'flat', 'shift', 'unshift']) count(Array.prototype, name, ofSelf);
  for (const name of ['indexOf', 'includes', 'search']) count(String.prototype, name, ofSearch);
  for (const name of ['split', 'replace', 'replaceAll', 'trim', 'match']) count(String.prototype, name, ofSelf);
  count(RegExp.prototype, 'exec', (_, __, result) => 1 + lengthOf(Array.isArray(result) ? result[0] : ''));
  for (const name of ['keys', 'values', 'entries', 'fromEntries', 'assign']) count(Object, name, ofResult);
  for (const name of ['push', 'pop', 'at']) countOne(Array.prototype, name);
  for (const name of ['slice', 'startsWith', 'endsWith', 'charCodeAt', 'repeat']) countOne(String.prototype, name);
  for (const name of ['get', 'set', 'has', 'delete']) countOne(Map.prototype, name);
  for (const name of ['add', 'has', 'delete']) countOne(Set.prototype, name);
  // Every `for … of`, every spread, every list or map that is taken apart.
  for (const iterator of [[].values(), new Map().values(), new Set().values()])
    countOne(Object.getPrototypeOf(iterator) as object, 'next');
}

const found: Record<string, number[]> = {};
const write = process.stdout.write.bind(process.stdout);
for (const [name, make] of Object.entries(scenarios)) {
  // Once without counting: what is made once only, such as the shapes of actions, is nobody's growth.
  const { load, ...small } = make(10);
  compile(small, { load });
  found[name] = [];
}
const inputs = Object.entries(scenarios).map(([name, make]) => [name, sizes.map(make)] as const);
countAll();
for (const [name, files] of inputs)
  for (const { load, mode, ...file } of files) {
    operations = 0;
    const compiled = compile(file, { load });
    const planned = compiled.plan(mode, {});
    const counted = operations;
    if ('diagnostics' in planned) throw new Error(`${name}: ${planned.diagnostics[0]?.message ?? ''}`);
    found[name]?.push(counted);
  }
write(JSON.stringify(found));
