import type { Progress } from '../engine/types.ts';
import type { Control } from './connection.ts';
import { messageOf } from './failures.ts';
import { codecOf } from './payload-codec.ts';

/** A transport fault is worth a word when it has lasted this long, and again after as long, ms. */
const toldAfterMs = 30_000;
const lookEveryMs = 5_000;

/**
 * Steps that Temporal tries again (rule 6): since when, how often, until when, and why. A workflow does not see the
 * attempts of its activities, so this is read from what Temporal has pending, of the run and of its guard.
 */
export class Retries {
  readonly #control: Control;
  readonly #runId: string;
  /** When a step was first seen to be tried again: Temporal only tells when the next attempt is due. */
  readonly #since = new Map<string, number>();
  readonly #toldAt = new Map<string, number>();
  #guardId: string | undefined;
  #lookedAt = 0;

  constructor(control: Control, runId: string) {
    this.#control = control;
    this.#runId = runId;
  }

  /** `seq`: of the progress seen last; these lines stand between the run's own. */
  async look(seq: number): Promise<Progress[]> {
    const now = Date.now();
    if (now - this.#lookedAt < lookEveryMs) return [];
    this.#lookedAt = now;
    const run = await this.#pending(this.#runId);
    if (run === undefined) return [];
    this.#guardId ??= `guard/${run.firstRunId}`;
    const guard = await this.#pending(this.#guardId);
    return [...run.activities, ...(guard?.activities ?? [])].flatMap(activity => this.#line(activity, now, seq));
  }

  #line(activity: Pending, now: number, seq: number): Progress[] {
    const { key, attempt, failure, givesUpAt } = activity;
    if (attempt < 2 || failure === '') {
      this.#since.delete(key);
      return [];
    }
    const began = this.#since.get(key) ?? now;
    this.#since.set(key, began);
    if (now - began < toldAfterMs) return [];
    if (now - (this.#toldAt.get(key) ?? 0) < toldAfterMs) return [];
    this.#toldAt.set(key, now);
    const until = givesUpAt === undefined ? '' : `, gives up at ${new Date(givesUpAt).toISOString().slice(11, 19)}Z`;
    const since = `since ${new Date(began).toISOString().slice(11, 19)}Z, attempt ${attempt}${until}`;
    return [{ seq, at: now, key, place: -1, status: 'retrying', text: `${since}: ${failure}` }];
  }

  async #pending(workflowId: string): Promise<{ firstRunId: string; activities: Pending[] } | undefined> {
    try {
      const { raw, runId } = await this.#control.client.workflow.getHandle(workflowId).describe();
      const activities = await Promise.all(
        (raw.pendingActivities ?? []).map(async pending => ({
          key: (pending.activityId ?? '').replace(/#\d+$/, ''),
          attempt: pending.attempt ?? 1,
          failure: await messageOf(codecOf(this.#control.client), pending.lastFailure),
          givesUpAt: toMs(pending.expirationTime),
        })),
      );
      return { firstRunId: raw.workflowExecutionInfo?.firstRunId ?? runId, activities };
    } catch {
      // Only a kindness: who watches has the run itself.
      return undefined;
    }
  }
}

interface Pending {
  readonly key: string;
  readonly attempt: number;
  readonly failure: string;
  readonly givesUpAt: number | undefined;
}

function toMs(time: { seconds?: unknown; nanos?: number | null } | null | undefined): number | undefined {
  return time === null || time === undefined
    ? undefined
    : Number(time.seconds) * 1_000 + Math.floor((time.nanos ?? 0) / 1e6);
}
