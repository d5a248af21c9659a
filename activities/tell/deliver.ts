import type { Json, JsonMap } from '../../actions/json.ts';
import type { Target } from '../../actions/target.ts';
import { tellOnce } from './channel.ts';
import type { Message } from './message.ts';

/** How far a message has come: what an attempt leaves for the next. Plain JSON. */
export interface Delivery {
  readonly told: readonly string[];
  /** Targets that were given up, and why; their fallback may have been told. */
  readonly failed: readonly string[];
  /** Of those for whom nobody was told, in place of them neither: why, a line each. */
  readonly lost: readonly string[];
  /** What is still to be told: the target that was meant, the one that is tried now, since when, ms since 1970. */
  readonly left: readonly Leg[];
}

interface Leg {
  readonly meant: string;
  readonly now: string;
  readonly since: number;
  /** Why it was not told yet. */
  readonly why?: string;
  /** Who was given up before, and why. */
  readonly failures: readonly string[];
}

export interface Delivering {
  readonly targets: (name: string) => Target | undefined;
  readonly signal: AbortSignal;
  readonly clock: () => number;
  /** So long a target that is down is tried before its fallback, ms. */
  readonly patienceMs: number;
  /** Then it is given up, ms since 1970. */
  readonly giveUpAt: number;
  /** No try lasts longer than this, and one whose fallback must be told too half of what is left, ms since 1970. */
  readonly endBy?: number;
}

/** To these targets, each once. `at`: ms since 1970. */
export function beginDelivery(names: readonly string[], at: number): Delivery {
  const left = [...new Set(names)].map(name => ({ meant: name, now: name, since: at, failures: [] }));
  return { told: [], failed: [], lost: [], left };
}

/**
 * One try for each that is left, all at once, and of each that is given up its fallback (drillbook.yaml has no circle of
 * them). `pauseMs`: how long the far ends want to be left alone.
 */
export async function deliver(
  message: Message,
  delivery: Delivery,
  world: Delivering,
): Promise<Delivery & { readonly pauseMs?: number }> {
  const tries = new Map<string, ReturnType<typeof tryOnce>>();
  const once = (name: string): ReturnType<typeof tryOnce> => {
    const begun = tries.get(name) ?? tryOnce(name, message, world);
    tries.set(name, begun);
    return begun;
  };
  const told = new Set(delivery.told);
  const legs = await Promise.all(delivery.left.map(leg => walk(leg, told, once, world)));
  const pauses = legs.flatMap(({ pauseMs }) => (pauseMs === undefined ? [] : [pauseMs]));
  return {
    told: [...new Set([...delivery.told, ...legs.flatMap(({ reached }) => (reached === undefined ? [] : [reached]))])],
    failed: [...delivery.failed, ...legs.flatMap(({ failures = [] }) => failures)],
    lost: [
      ...delivery.lost,
      ...legs.flatMap(({ reached, failures }) =>
        failures === undefined || reached !== undefined ? [] : [failures.join('; ')],
      ),
    ],
    left: legs.flatMap(({ leg }) => (leg === undefined ? [] : [leg])),
    ...(pauses.length === 0 ? {} : { pauseMs: Math.max(...pauses) }),
  };
}

interface Walked {
  readonly reached?: string;
  /** Who was given up on the way; absent: it is not at its end. */
  readonly failures?: readonly string[];
  readonly leg?: Leg;
  readonly pauseMs?: number;
}

type Once = (name: string) => ReturnType<typeof tryOnce>;

async function walk(leg: Leg, told: ReadonlySet<string>, once: Once, world: Delivering): Promise<Walked> {
  const { now: name, since, failures } = leg;
  if (told.has(name)) return { reached: name, failures };
  const problem = await once(name);
  if (problem === undefined) return { reached: name, failures };
  const now = world.clock();
  const fallback = world.targets(name)?.fallback;
  const patient =
    fallback === undefined ? now < world.giveUpAt : now < Math.min(since + world.patienceMs, world.giveUpAt);
  const why = `${name}: ${problem.why}`;
  if (problem.again && patient) {
    const pause = problem.afterMs === undefined ? {} : { pauseMs: problem.afterMs };
    return { leg: { ...leg, why }, ...pause };
  }
  const all = [...failures, why];
  if (fallback === undefined) return { failures: all };
  return await walk({ meant: leg.meant, now: fallback, since: now, failures: all }, told, once, world);
}

async function tryOnce(name: string, message: Message, { targets, signal, clock, endBy }: Delivering) {
  const target = targets(name);
  if (target === undefined) return { why: 'drillbook.yaml names no such target', again: false } as const;
  const now = clock();
  if (endBy === undefined) return await tellOnce(target, message, signal, now);
  const leftMs = Math.max(1, (endBy - now) / (target.fallback === undefined ? 1 : 2));
  const enough = AbortSignal.timeout(Math.ceil(leftMs));
  try {
    return await tellOnce(target, message, AbortSignal.any([signal, enough]), now);
  } catch (error) {
    signal.throwIfAborted();
    if (!enough.aborted) throw error;
    return { why: 'did not answer within the time of the step', again: true };
  }
}

/** What an earlier attempt has kept; undefined: there was none. */
export const recallDelivery = (kept: Json | undefined): Delivery | undefined => kept as unknown as Delivery | undefined;

export const keepDelivery = ({ told, failed, lost, left }: Delivery): JsonMap =>
  ({ told, failed, lost, left }) as unknown as JsonMap;
