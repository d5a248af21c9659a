import type { Audit, AuditLine } from '../../control/audit.ts';
import { networkOf } from './attempts.ts';

/** Audit lines that anybody can cause, also who has proved nothing. */
export interface BoundedAudit {
  readonly audit: Audit;
  /** Writes what is only counted so far. */
  readonly flush: () => Promise<void>;
}

export interface AuditBounds {
  /** Lines of one network, and of all together, in the window; what is more is counted. */
  readonly each: number;
  readonly all: number;
  readonly windowMs: number;
  /** A line for what was counted, so often. */
  readonly sumMs: number;
  /** So many networks are counted apart, the others together. */
  readonly apart: number;
}

const usual: AuditBounds = { each: 20, all: 300, windowMs: 5 * 60_000, sumMs: 60_000, apart: 20 };

/**
 * A line for each, as long as they are few; then one line a minute says how many more there were and what the last one was: whoever
 * sends many must neither fill the disk nor go unseen. `clock`: ms.
 */
export function createBoundedAudit(audit: Audit, clock: () => number, bounds: AuditBounds = usual): BoundedAudit {
  const { each, all, windowMs, sumMs, apart } = bounds;
  let began = -Infinity;
  let written = 0;
  const byNetwork = new Map<string, number>();
  const more = new Map<string, { readonly count: number; readonly last: AuditLine }>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const hasRoom = (network: string): boolean => {
    if (clock() - began >= windowMs) {
      began = clock();
      written = 0;
      byNetwork.clear();
    }
    const own = byNetwork.get(network) ?? 0;
    if (own >= each || written >= all) return false;
    byNetwork.set(network, own + 1);
    written += 1;
    return true;
  };

  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const summed = [...more.values()];
    more.clear();
    await Promise.all(
      summed.map(({ count, last }) =>
        audit(
          count === 1 ? last : { ...last, text: `${count} times since the last such line, the last: ${last.text}` },
        ),
      ),
    );
  };

  return {
    flush,
    audit: async line => {
      const network = networkOf(line.address);
      if (hasRoom(network)) {
        await audit(line);
        return;
      }
      const key = more.has(network) || more.size < apart ? network : '';
      more.set(key, { count: (more.get(key)?.count ?? 0) + 1, last: line });
      timer ??= setTimeout(() => void flush(), sumMs);
      timer.unref();
    },
  };
}
