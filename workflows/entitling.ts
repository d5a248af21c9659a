import { CancellationScope } from '@temporalio/workflow';
import type { Mode } from '../actions/contract.ts';
import { isLiveMode } from '../actions/modes.ts';
import type { EngineState } from '../engine/engine.ts';
import type { Entitlement, EntitlementQuestion } from '../engine/entitlement.ts';
import { findEntry, frameOf, settingsOf } from '../engine/frames.ts';
import { callActivity, soon } from './activity-options.ts';
import { endingOf } from './ending.ts';
import type { RunStart } from './messages.ts';

/** How long the worker may take to find out whether somebody may decide, ms. */
const entitlementMs = 30_000;
/** Nobody waits at a prompt for a run to begin, and a run that is refused must be started anew. */
const startMs = 10 * 60_000;

/** What the worker is asked; what is the run's own, it adds. */
export type Asked = Pick<EntitlementQuestion, 'by' | 'to' | 'names'> &
  Partial<Pick<EntitlementQuestion, 'breakGlass' | 'choice' | 'reason' | 'id' | 'proof' | 'since' | 'at'>>;

/** Asks the worker whether somebody may do what he says, by drillbook.yaml as it stands now. */
export class Entitling {
  readonly #start: RunStart;
  readonly #state: EngineState;
  /** How often the worker was asked. */
  #questions: number;
  /** Of the people as they were seen last. */
  #people: string | undefined;
  #changed: (text: string) => void = () => undefined;

  constructor(start: RunStart, state: EngineState) {
    this.#start = start;
    this.#state = state;
    this.#questions = start.carried?.questions ?? 0;
    this.#people = start.carried?.people;
  }

  carried(): { readonly questions: number; readonly people?: string } {
    return { questions: this.#questions, ...(this.#people === undefined ? {} : { people: this.#people }) };
  }

  whenPeopleChange(changed: (text: string) => void): void {
    this.#changed = changed;
  }

  /** Where it cannot be found out in time, he may not: the word is recorded, and can be given again. */
  async ask(key: string, asked: Asked): Promise<Entitlement> {
    const { plan, run } = this.#start;
    const own = { requester: run.requester, mode: this.modeAt(key), run: run.id, runbook: plan.name, step: key };
    const question: EntitlementQuestion = { ...asked, ...own };
    // No step's key has a colon: in the history, the call is nobody's step.
    const options = {
      id: `entitle:${++this.#questions}`,
      summary: `${asked.by} wants to ${asked.to}${key === '' ? '' : ` in ${key}`}`,
      budgetMs: asked.to === 'start' || asked.to === 'go without the locks' ? startMs : entitlementMs,
      transport: soon,
    };
    try {
      // A cancelled workflow is held or closes; people are heard all the same.
      const answer = await CancellationScope.nonCancellable(() => callActivity('people/entitle', question, options));
      const { people, ...entitlement } = answer as Entitlement;
      this.#compare(people, asked);
      return entitlement;
    } catch (error) {
      const refused = `who may ${asked.to} was not found out: ${endingOf(error).error}`;
      return { by: asked.by, refused, unknown: true };
    }
  }

  /** Whether this run must not be carried out as it was started, or only at somebody's word: Temporal knows how that was, and a worker asks it. */
  async judgeStart(budgetMs = startMs): Promise<{ readonly refused?: string; readonly lifted?: string }> {
    const options = {
      id: 'start:check',
      summary: 'may it be carried out as it was started?',
      budgetMs,
      transport: soon,
    };
    try {
      const asked = CancellationScope.nonCancellable(() => callActivity('people/check-start', {}, options));
      return (await asked) as { readonly refused?: string; readonly lifted?: string };
    } catch (error) {
      return { refused: `how it was started was not found out: ${endingOf(error).error}` };
    }
  }

  /** Whoever is added during the disaster may vote, and it does not go unseen. */
  #compare(people: string | undefined, { by, to }: Asked): void {
    const before = this.#people;
    if (people === undefined) return;
    this.#people = people;
    if (before === undefined || before === people) return;
    this.#changed(
      `people, groups, roles or identity in drillbook.yaml have changed while it ran: seen as ${by} wanted to ${to}`,
    );
  }

  /** The mode that counts for a step: of a live run, live, wherever it stands. */
  modeAt(key: string): Mode {
    const { plan } = this.#start;
    if (isLiveMode(plan.mode)) return plan.mode;
    const entry = findEntry(plan, this.#state, key);
    return entry === undefined ? plan.mode : settingsOf({ plan }, frameOf({ state: this.#state }, entry)).mode;
  }

  isLive(key: string): boolean {
    return isLiveMode(this.modeAt(key));
  }
}
