/** What goes wrong, when a request of this kind comes. */
export interface Fault {
  readonly method: string;
  /**
   * Below `/v1/`: `session/add`. A star stands for one segment, two at the end for any rest; or an expression over the
   * lower-cased path.
   */
  readonly path: string | RegExp;
  /** Default: every site. */
  readonly site?: string;
  /** How many requests it meets (default 1). */
  readonly times?: number;
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
  /** Executes nothing and never answers. */
  | { readonly kind: 'hang' }
  /** Every session of the site ends before the request is looked at. */
  | { readonly kind: 'expire-sessions' }
  /** The site forgets its settings objects before the request is looked at. */
  | { readonly kind: 'lose-settings' }
  /** The request is taken; the task that it starts ends Failed with this reason. */
  | { readonly kind: 'fail-task'; readonly reason: string };

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The first fault that meets the request; one of its times is used up. */
  take(site: string, method: string, path: string): FaultKind | undefined;
}

export function createFaults(): Faults {
  let armed: { readonly fault: Fault; readonly meets: (path: string) => boolean; left: number }[] = [];
  return {
    add(fault) {
      armed.push({ fault, meets: matcher(fault.path), left: fault.times ?? 1 });
    },
    clear() {
      armed = [];
    },
    take(site, method, path) {
      const found = armed.find(
        ({ fault, meets }) =>
          fault.method.toUpperCase() === method && (fault.site === undefined || fault.site === site) && meets(path),
      );
      if (found === undefined) return undefined;
      found.left--;
      if (found.left <= 0) armed = armed.filter(other => other !== found);
      return found.fault.then;
    },
  };
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
