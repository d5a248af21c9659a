import { setCurrentDetails } from '@temporalio/workflow';
import type { EngineState, Pending } from '../engine/engine.ts';
import type { RunStart } from './messages.ts';

/** What the Temporal web page shows of a run now, in Markdown. Costs no history. */
export class Details {
  readonly #head: string;
  readonly #state: EngineState;
  #waits = '';

  constructor({ plan }: RunStart, state: EngineState) {
    this.#head = `**${plan.name}**, ${plan.mode} at ${plan.site}, plan ${plan.hash.slice(0, 12)}`;
    this.#state = state;
  }

  /** `pending`: where it may have changed; it takes a walk through the steps. */
  tell(pending?: readonly Pending[]): void {
    if (pending !== undefined) this.#waits = pending.map(describeWait).join('\n');
    setCurrentDetails([this.#head, this.#place(), this.#waits].filter(part => part !== '').join('\n\n'));
  }

  /** `4/12 steps have ended; db: running`. */
  #place(): string {
    const [run] = this.#state.frames;
    if (run === undefined) return '';
    const left = Object.values(run.left).reduce((sum, n) => sum + n, 0);
    const last = this.#state.progress.lines.at(-1);
    const now = last === undefined ? '' : `; ${last.key === '' ? 'the run' : last.key}: ${last.text ?? last.status}`;
    return `${run.steps.length - left}/${run.steps.length} steps have ended${now}`;
  }
}

function describeWait({ key, message, from, count, votes, expiresAt }: Pending): string {
  const who =
    from.length === 0 ? '' : ` (${from.join(', ')}${count === undefined ? '' : `, ${votes.length} of ${count}`})`;
  const until = expiresAt === undefined ? '' : `, until ${new Date(expiresAt).toISOString().slice(0, 16)}Z`;
  return `- waits for people: ${key === '' ? 'the run' : key}: ${message}${who}${until}`;
}
