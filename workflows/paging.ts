import { patched } from '@temporalio/workflow';
import type { EngineState } from '../engine/engine.ts';
import { pendingOf } from '../engine/engine.ts';
import type { PageEvent, PageInput } from '../engine/page.ts';
import { lookUp } from '../engine/state.ts';
import type { Command, RunResult } from '../engine/types.ts';
import { callActivity, soon } from './activity-options.ts';
import type { RunStart } from './messages.ts';
import { type CarriedTold, Telling } from './telling.ts';

type Page = Extract<Command, { do: 'page' }>;

/** Longer, and the next page of the same would come before this one is told. */
const pageMs = 60_000;

/** What a run tells people of itself, in the background: what comes of it is never the run's business. */
export class Paging {
  readonly #start: RunStart;
  readonly #state: EngineState;
  readonly #pages: boolean;
  readonly #telling: Telling | undefined;

  /** `pages`: a history from before them has none. */
  constructor(start: RunStart, state: EngineState, pages: boolean) {
    const { run, queues, carried } = start;
    this.#start = start;
    this.#state = state;
    this.#pages = pages;
    // A run that is older than this tells its pages alone, by activities of its own.
    this.#telling = start.tells === true ? new Telling(run.id, queues !== undefined, carried?.told) : undefined;
  }

  /** Before its RTO is missed, people are told: by the code, as all that comes with it. A history from before has no timer for it. */
  get forecasts(): boolean {
    const { mode, objectives } = this.#start.plan;
    const judged = mode !== 'change' && objectives.rtoMs !== undefined;
    return this.#telling !== undefined && judged && patched('breaches-are-forecast');
  }

  /** An event of the run itself. What opens something at whoever is told ends there with the run; a history from before tells no such end. */
  tell(event: PageEvent, text: string, step?: string): void {
    const stays = this.#telling !== undefined && isOfRun(event) && patched('ends-of-notes-are-told');
    this.#telling?.say(this.#input(event, text, step), stays ? topicOf(event, step ?? '') : undefined, true);
  }

  page(command: Page): void {
    const input = pageInput(this.#start, this.#state, command);
    if (this.#telling !== undefined) this.#telling.say(input, topicOf(command.about, command.key));
    else if (this.#pages) this.#call(input);
  }

  /** To be called when events were taken: what people were asked may be over. */
  settle(): void {
    for (const topic of this.#telling?.topics ?? []) if (!this.#isOpen(topic)) this.#over(topic, whyOver(topic));
  }

  /** The last word, which is given to Temporal before the run ends. */
  async end({ verdict, reasons }: RunResult): Promise<void> {
    const telling = this.#telling;
    if (telling === undefined) return;
    for (const topic of telling.topics) this.#over(topic, 'the run has ended');
    const { schedule } = this.#start;
    const { notStarted } = this.#state;
    // Nobody was there to see it, and it has shown nothing: no drill that failed.
    if (schedule !== undefined && notStarted !== undefined) this.tell('not-started', `${schedule.id}: ${notStarted}`);
    else this.#tellVerdict(verdict, reasons);
    await telling.sent();
  }

  #tellVerdict(verdict: RunResult['verdict'], reasons: RunResult['reasons']): void {
    const went = verdict === 'passed' || verdict === 'passed_with_exceptions';
    const why = reasons.length === 0 ? '' : `: ${shorten(reasons)}`;
    this.tell(went ? 'finished' : 'failed', `${verdict.replaceAll('_', ' ')}${why}`);
  }

  /** Temporal has everything that was said. */
  get isQuiet(): boolean {
    return this.#telling?.isQuiet ?? true;
  }

  carried(): { readonly told?: CarriedTold } {
    return this.#telling === undefined ? {} : { told: this.#telling.carried() };
  }

  #over(topic: string, text: string): void {
    const { event, key } = eventOf(topic);
    this.#telling?.over(topic, this.#input(event, text, key));
  }

  /** It is told again as long as it lasts, by a timer of the engine. */
  #isOpen(topic: string): boolean {
    const { event, key } = eventOf(topic);
    if (event === 'overtime' || isOfRun(event)) return true;
    if (event === 'breach-forecast') return this.#state.forecast !== undefined;
    if (event === 'held') return this.#state.held !== undefined;
    return lookUp(this.#state.timers, `page:${key}`) !== undefined;
  }

  #input(event: PageEvent, text: string, step = ''): PageInput {
    const { plan, run } = this.#start;
    const what = { run: run.id, runbook: plan.name, mode: plan.mode, event, text, at: Date.now() };
    return { ...what, ...(step === '' ? {} : { step }) };
  }

  #call(input: PageInput): void {
    const { event, text } = input;
    this.#state.pages = (this.#state.pages ?? 0) + 1;
    // No step's key has a colon: in the history, the call is nobody's step.
    const id = `page:${this.#state.pages}`;
    const options = { id, summary: `${event}: ${text}`, budgetMs: pageMs, transport: soon };
    void callActivity('people/page', input, options).catch(() => undefined);
  }
}

const whyOver = (topic: string): string =>
  eventOf(topic).event === 'breach-forecast' ? 'the clock of the RTO stands' : 'it waits no more';

/** It is over when the run is. Broken glass and changed people are not: whoever was not told of them yet must hear of them, and not of an end. */
const isOfRun = (event: PageEvent): boolean => event === 'started';

const topicOf = (event: PageEvent, key: string): string => `${event} ${key}`;

function eventOf(topic: string): { readonly event: PageEvent; readonly key: string } {
  const [event = '', ...key] = topic.split(' ');
  return { event: event as PageEvent, key: key.join(' ') };
}

const mostReasons = 3;

function shorten(reasons: readonly string[]): string {
  const more = reasons.length - mostReasons;
  return `${reasons.slice(0, mostReasons).join('; ')}${more > 0 ? `; and ${more} more` : ''}`.slice(0, 2_000);
}

function pageInput({ plan, run }: RunStart, state: EngineState, { about, key, text, everyMs }: Page): PageInput {
  const input = { run: run.id, runbook: plan.name, mode: plan.mode, event: about, text, at: Date.now() };
  if (everyMs === undefined) return input;
  const waits = about === 'overtime' ? undefined : pendingOf(plan, state).find(pending => pending.key === key);
  return {
    ...input,
    since: waits?.since ?? state.startedAt + plan.limits.timeoutMs,
    everyMs,
    ...(waits === undefined ? {} : { pending: short(waits) }),
  };
}

function short({ key, kind, since, from, choices, expiresAt }: ReturnType<typeof pendingOf>[number]) {
  return { key, kind, since, from, choices, ...(expiresAt === undefined ? {} : { expiresAt }) };
}
