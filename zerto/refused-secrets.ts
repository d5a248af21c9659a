import { createHash } from 'node:crypto';

// A refused password is not tried again at once, or parallel callers would lock the account.
const firstPauseMs = 15_000;
const longestPauseMs = 5 * 60_000;

/** Remembers the secret that was refused last, as its hash. */
export interface RefusedSecrets {
  /** ms until this secret may be tried again; 0: now. */
  waitFor(secret: string): number;
  refused(secret: string): void;
  accepted(): void;
}

export function createRefusedSecrets(clock: () => number): RefusedSecrets {
  let last: { readonly digest: string; readonly until: number; readonly pauseMs: number } | undefined;
  const digestOf = (secret: string) => createHash('sha256').update(secret).digest('hex');
  return {
    waitFor: secret => (last?.digest === digestOf(secret) ? Math.max(0, last.until - clock()) : 0),
    refused(secret) {
      const digest = digestOf(secret);
      const pauseMs = last?.digest === digest ? Math.min(last.pauseMs * 2, longestPauseMs) : firstPauseMs;
      last = { digest, until: clock() + pauseMs, pauseMs };
    },
    accepted() {
      last = undefined;
    },
  };
}
