import type { Caller } from '../../control/access/caller.ts';

/** Somebody has looked at the sites as often as he may for now. */
class TooManyLooks extends Error {
  override readonly name = 'TooManyLooks';
  /** s. */
  readonly retryAfter: number;

  constructor(detail: string, retryAfter: number) {
    super(`${detail}: try again in ${retryAfter} s.`);
    this.retryAfter = retryAfter;
  }
}

/** Each plan signs in at the sites and keeps a worker busy. */
export interface LookLimits {
  /** Throws TooManyLooks, or what `act` does. */
  run<T>(caller: Caller, act: () => Promise<T>): Promise<T>;
}

const usual = { atOnce: 3, each: 30, windowMs: 5 * 60_000 };

/** By caller, in this process. `clock`: ms. */
export function createLookLimits(clock: () => number, limits = usual): LookLimits {
  const { atOnce, each, windowMs } = limits;
  const begun = new Map<string, readonly number[]>();
  const running = new Map<string, number>();
  return {
    async run(caller, act) {
      const own = caller.person ?? caller.name;
      const recent = (begun.get(own) ?? []).filter(at => at > clock() - windowMs);
      const now = running.get(own) ?? 0;
      if (now >= atOnce) throw new TooManyLooks(`${own} has ${now} plans made at this moment, and more must wait`, 5);
      const [first] = recent;
      if (first !== undefined && recent.length >= each) {
        const wait = Math.max(1, Math.ceil((first + windowMs - clock()) / 1_000));
        throw new TooManyLooks(`${own} had ${recent.length} plans made within ${windowMs / 60_000} minutes`, wait);
      }
      begun.set(own, [...recent, clock()]);
      running.set(own, now + 1);
      try {
        return await act();
      } finally {
        running.set(own, (running.get(own) ?? 1) - 1);
      }
    },
  };
}
