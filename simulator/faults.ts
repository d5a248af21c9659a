import { createRandom } from './random.ts';

/** What goes wrong, when a request of this kind comes. */
export interface Fault {
  /** Default: every method. */
  readonly method?: string;
  /**
   * Below `/v1/`: `session/add`. A star stands for one segment, two at the end for any rest; or an expression over the
   * lower-cased path.
   */
  readonly path: string | RegExp;
  /** Default: every site. */
  readonly site?: string;
  /** How many requests of this kind pass before it (default 0). */
  readonly after?: number;
  /** How many requests it meets: by default 1, with a probability any number. */
  readonly times?: number;
  /** From 0 to 1: how probably it meets one. Which ones depends on `seed` and on their order alone. */
  readonly probability?: number;
  readonly seed?: number;
  readonly then: FaultKind;
}

export type FaultKind =
  /** Answers so, executes nothing. */
  | { readonly kind: 'status'; readonly status: number; readonly body?: unknown }
  /** Cuts the connection, executes nothing. */
  | { readonly kind: 'drop-before' }
  /** Executes, then cuts the connection instead of answering. */
  | { readonly kind: 'drop-after' }
  /** Waits for so long on the machine's clock, then executes. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Executes, then answers so much later on the machine's clock. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Arrives, and is executed, twice in a row; one answer comes back, or none. */
  | { readonly kind: 'twice'; readonly answer: 'first' | 'second' | 'none' }
  /** Executes nothing and never answers. */
  | { readonly kind: 'hang' }
  /** Every session of the site ends before the request is looked at. */
  | { readonly kind: 'expire-sessions' }
  /** The site forgets its settings objects before the request is looked at. */
  | { readonly kind: 'lose-settings' }
  /** The request is taken; the task that it starts takes so much longer, by the simulation's clock. */
  | { readonly kind: 'slow-task'; readonly ms: number }
  /** The request is taken; the task that it starts ends Failed with this reason. */
  | { readonly kind: 'fail-task'; readonly reason: string }
  /** The simulation's clock jumps forward before the request is looked at; all sites have the same one. */
  | { readonly kind: 'jump-clock'; readonly ms: number }
  /**
   * The ZVM starts anew: sessions and settings objects are gone, tasks go on. For so long by the simulation's clock it
   * does not answer, beginning with this request; with 0 it is back before the request is looked at.
   */
  | { readonly kind: 'restart'; readonly silentMs: number };

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The first fault that meets the request; one of its times is used up. */
  take(site: string, method: string, path: string): FaultKind | undefined;
}

interface Armed {
  readonly fault: Fault;
  readonly meets: (path: string) => boolean;
  readonly random: () => number;
  toPass: number;
  left: number;
}

export function createFaults(): Faults {
  let armed: Armed[] = [];
  return {
    add(fault) {
      const { after = 0, probability, times = probability === undefined ? 1 : Infinity, seed = 1 } = fault;
      armed.push({ fault, meets: matcher(fault.path), random: createRandom(seed), toPass: after, left: times });
    },
    clear() {
      armed = [];
    },
    take(site, method, path) {
      const found = armed.find(each => isMeant(each.fault, site, method) && each.meets(path) && strikes(each));
      if (found === undefined) return undefined;
      found.left--;
      if (found.left <= 0) armed = armed.filter(other => other !== found);
      return found.fault.then;
    },
  };
}

function isMeant(fault: Fault, site: string, method: string): boolean {
  return (
    (fault.method === undefined || fault.method.toUpperCase() === method) &&
    (fault.site === undefined || fault.site === site)
  );
}

/** Whether it is this request's turn. */
function strikes(armed: Armed): boolean {
  if (armed.toPass > 0) {
    armed.toPass--;
    return false;
  }
  const { probability } = armed.fault;
  return probability === undefined || armed.random() < probability;
}

function matcher(pattern: string | RegExp): (path: string) => boolean {
  if (typeof pattern !== 'string') return path => path.search(pattern) !== -1;
  const source = pattern
    .toLowerCase()
    .replace(/^\/?(v1\/)?/, '')
    .split('/')
    .map(segment => (segment === '**' ? '.*' : segment.split('*').map(escape).join('[^/]*')))
    .join('/');
  const expression = new RegExp(`^${source}$`);
  return path => expression.test(path);
}

const escape = (text: string): string => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
