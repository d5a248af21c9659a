import type { Zvm } from '../../zerto/zvm.ts';

export interface Watched {
  readonly zvm: Zvm;
  /** Methods that there are, and those that were called: `vpgs.list`, `vpgSettings.part().get`. */
  readonly known: ReadonlySet<string>;
  readonly called: ReadonlySet<string>;
}

/** A client that tells before each call which of its methods it is. */
export function watchCalls(zvm: Zvm, tell: (method: string) => void): Watched {
  const known = new Set<string>();
  const called = new Set<string>();

  function watch<T extends object>(target: T, prefix: string): T {
    const members = Object.entries(target).map(([key, member]: [string, unknown]): [string, unknown] => {
      const name = `${prefix}${key}`;
      if (typeof member === 'object' && member !== null) return [key, watch(member, `${name}.`)];
      if (typeof member !== 'function') return [key, member];
      known.add(name);
      return [
        key,
        (...given: unknown[]): unknown => {
          called.add(name);
          tell(name);
          const result: unknown = Reflect.apply(member, target, given);
          if (!isGroup(result)) return result;
          // It only leads to methods.
          known.delete(name);
          return watch(result, `${name}().`);
        },
      ];
    });
    return Object.fromEntries(members) as T;
  }
  return { zvm: watch(zvm, ''), known, called };
}

function isGroup(value: unknown): value is object {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).some(member => typeof member === 'function')
  );
}
