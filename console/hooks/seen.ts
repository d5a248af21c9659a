/** What came in within the last minutes, by its signature: the same again is a replay. */
export interface Seen {
  /** Whether it was seen before; from now on it was. */
  before(signature: string): boolean;
}

/** As long as a signature counts: five minutes before and after. */
const keptMs = 10 * 60_000;
const mostKept = 10_000;

export function createSeen(clock: () => number): Seen {
  const kept = new Map<string, number>();
  return {
    before(signature) {
      for (const [old, at] of kept) {
        if (at > clock() - keptMs && kept.size <= mostKept) break;
        kept.delete(old);
      }
      if (kept.has(signature)) return true;
      kept.set(signature, clock());
      return false;
    },
  };
}
