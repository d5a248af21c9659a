import type { Progress } from '../engine/types.ts';
import { type Control, taskQueue } from './connection.ts';
import { codecOf } from './payload-codec.ts';
import { idleSince, isTriedAgain, type PendingActivity, readPendingActivities } from './pending-activities.ts';
import { callsQueue, waitsQueue } from './queues.ts';

/** A transport fault is worth a word when it has lasted this long, and again after as long, ms. */
const toldAfterMs = 30_000;
/** A step that looks until something holds says after so long what it sees, ms. */
const lookedForMs = 10_000;
const lookEveryMs = 5_000;

/**
 * Steps that are tried again (rule 6), by Temporal or by their own activity, and those of a site or probe whose workers are
 * missing: since when, how often, until when, and why. A workflow does not see the attempts of its activities, so this is read
 * from what Temporal has pending, of the run and of its guard.
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

  #line(activity: OfStep, now: number, seq: number): Progress[] {
    const { key, givesUpAt } = activity;
    const said = this.#said(activity, now);
    if (said === undefined || this.#wasTold(said.about ?? key, now)) return [];
    const until = givesUpAt === undefined ? '' : `, gives up at ${clockTime(givesUpAt)}`;
    const text = `since ${clockTime(said.since)}, ${said.count}${until}: ${said.what}`;
    return [{ seq, at: now, key, place: -1, status: 'retrying', text }];
  }

  /** What of it is worth a word; undefined: nothing. `about`: one word is enough for all that is said of this. */
  #said(activity: OfStep, now: number): Said | undefined {
    const { key, attempt, failure, looks, queue, taken } = activity;
    const idle = ownQueue(queue) ? idleSince(activity, now) : undefined;
    if (idle !== undefined) {
      const what = taken ? 'the worker that has it is silent' : 'no worker has taken it';
      return { count: `task queue ${queue}`, what, since: idle, about: `queue ${queue}` };
    }
    if (!isTriedAgain(activity)) {
      this.#since.delete(key);
      return undefined;
    }
    if (looks !== undefined) {
      const { tries, most, began: since, saw: what } = looks;
      const count = `${tries}${most === undefined ? '' : ` of ${most}`} ${tries === 1 && most === undefined ? 'try' : 'tries'}`;
      return now - since < lookedForMs ? undefined : { count, what, since };
    }
    if (failure === undefined) return undefined;
    const since = this.#since.get(key) ?? now;
    this.#since.set(key, since);
    return now - since < toldAfterMs ? undefined : { count: `attempt ${attempt}`, what: failure.message, since };
  }

  #wasTold(about: string, now: number): boolean {
    if (now - (this.#toldAt.get(about) ?? 0) < toldAfterMs) return true;
    this.#toldAt.set(about, now);
    return false;
  }

  async #pending(workflowId: string): Promise<{ firstRunId: string; activities: OfStep[] } | undefined> {
    try {
      const description = await this.#control.client.workflow.getHandle(workflowId).describe();
      const all = await readPendingActivities(codecOf(this.#control.client), description);
      const activities = all.map(pending => ({ ...pending, key: pending.id.replace(/#\d+$/, '') }));
      return { firstRunId: description.raw.workflowExecutionInfo?.firstRunId ?? description.runId, activities };
    } catch {
      // Only a kindness: who watches has the run itself.
      return undefined;
    }
  }
}

interface Said {
  readonly count: string;
  readonly what: string;
  readonly since: number;
  readonly about?: string;
}

/** Of the queues of all workers the silence of the run tells. */
const ownQueue = (queue: string): boolean =>
  ![callsQueue(taskQueue), waitsQueue(taskQueue), taskQueue, ''].includes(queue);

interface OfStep extends PendingActivity {
  readonly key: string;
}

/** `02:13:40Z`. */
const clockTime = (at: number): string => `${new Date(at).toISOString().slice(11, 19)}Z`;
