/** How often somebody may be wrong about who he is. */
export interface Attempts {
  /** Seconds until an address is heard again; 0: now. */
  waitOf(address: string): number;
  /** It was wrong. */
  failed(address: string): void;
  /**
   * Counts as wrong until it is given back: what takes its time to be looked at must not be tried many times meanwhile. Undefined:
   * the address has to wait.
   */
  reserve(address: string): (() => void) | undefined;
}

export interface AttemptLimits {
  /** Of one address, and of all together, in the window. */
  readonly each: number;
  readonly all: number;
  readonly windowMs: number;
  /** So many addresses are remembered; of more, the oldest are forgotten. */
  readonly addresses: number;
}

const usual: AttemptLimits = { each: 10, all: 300, windowMs: 5 * 60_000, addresses: 10_000 };

/**
 * Counts wrong tokens by address. When all together are too many, only those who were wrong themselves wait: nobody can keep
 * others out by being wrong often. `clock`: ms.
 */
export function createAttempts(clock: () => number, limits: AttemptLimits = usual): Attempts {
  const { each, all, windowMs, addresses } = limits;
  const wrong = new Map<string, number[]>();
  const everywhere: number[] = [];
  const recent = (times: readonly number[]): number[] => times.filter(at => at > clock() - windowMs);
  const waitFor = (times: readonly number[], most: number): number => {
    const begins = times.length < most ? undefined : times[times.length - most];
    return begins === undefined ? 0 : Math.max(1, Math.ceil((begins + windowMs - clock()) / 1000));
  };
  const waitOf = (address: string): number => {
    const own = recent(wrong.get(networkOf(address)) ?? []);
    if (own.length === 0) return 0;
    return Math.max(waitFor(own, each), waitFor(recent(everywhere), all));
  };
  const failed = (address: string): void => {
    const network = networkOf(address);
    const own = recent(wrong.get(network) ?? []);
    wrong.delete(network);
    wrong.set(network, [...own, clock()].slice(-each));
    everywhere.push(clock());
    everywhere.splice(0, everywhere.length - all);
    const [oldest] = wrong.keys();
    if (wrong.size > addresses && oldest !== undefined) wrong.delete(oldest);
  };
  return {
    waitOf,
    failed,
    reserve(address) {
      if (waitOf(address) > 0) return undefined;
      const at = clock();
      failed(address);
      return () => {
        const network = networkOf(address);
        const left = without(wrong.get(network) ?? [], at);
        if (left.length === 0) wrong.delete(network);
        else wrong.set(network, left);
        everywhere.splice(0, everywhere.length, ...without(everywhere, at));
      };
    },
  };
}

function without(times: readonly number[], at: number): number[] {
  const place = times.indexOf(at);
  return place === -1 ? [...times] : times.toSpliced(place, 1);
}

/** Of IPv6, the network: one machine has as many addresses as it likes in it. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = '', tail = ''] = address.split('::');
  const [left, right] = [head, tail].map(part => (part === '' ? [] : part.split(':')));
  const zeros = Array<string>(Math.max(0, 8 - (left?.length ?? 0) - (right?.length ?? 0))).fill('0');
  return [...(left ?? []), ...(address.includes('::') ? zeros : []), ...(right ?? [])].slice(0, 4).join(':');
}
