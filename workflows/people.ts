import { CancellationScope, setHandler } from '@temporalio/workflow';
import type { Mode } from '../actions/contract.ts';
import type { Gate } from '../engine/approval.ts';
import { choicesFor, type EngineState, heldChoices, pendingOf } from '../engine/engine.ts';
import type { Entitlement, EntitlementQuestion } from '../engine/entitlement.ts';
import { hasEnded } from '../engine/entry.ts';
import { findEntry, frameOf, settingsOf } from '../engine/frames.ts';
import { progressSince } from '../engine/progress.ts';
import { lookUp } from '../engine/state.ts';
import type { EngineEvent, WithoutTime } from '../engine/types.ts';
import { callActivity, soon } from './activity-options.ts';
import { endingOf } from './ending.ts';
import type { Inbox } from './inbox.ts';
import {
  type Answer,
  answerUpdate,
  approveUpdate,
  decideUpdate,
  type Heard,
  type HeldDecision,
  pendingQuery,
  rejectUpdate,
  type Report,
  reportUpdate,
  type RunStart,
  type Vote,
} from './messages.ts';
import { whyMalformed } from './well-formed.ts';

type Event = WithoutTime<EngineEvent>;
type Ballot = Vote & { readonly choice?: string; readonly breakGlass?: true };

const voteShape = { id: 'id', key: 'key', by: 'name', reason: 'text' } as const;

/** How long the worker may take to find out whether somebody may decide, ms. */
const entitlementMs = 30_000;

/**
 * What people say to a run. A handler asks the worker whether he may, puts the event in the inbox, and answers once the
 * engine has taken it; the engine alone decides what counts.
 */
export class People {
  readonly #start: RunStart;
  readonly #state: EngineState;
  readonly #inbox: Inbox<Event>;
  readonly #waiting = new Map<Event, (heard: Heard) => void>();
  #questions: number;
  #over = false;

  constructor(start: RunStart, state: EngineState, inbox: Inbox<Event>) {
    this.#start = start;
    this.#state = state;
    this.#inbox = inbox;
    this.#questions = start.carried?.questions ?? 0;
  }

  /** How often the worker was asked who may decide. */
  get questions(): number {
    return this.#questions;
  }

  listen(): void {
    setHandler(pendingQuery, () => (this.#over ? [] : pendingOf(this.#start.plan, this.#state)));
    setHandler(approveUpdate, ballot => this.#vote(ballot, ballot.choice ?? this.#onlyChoice(ballot.key)), {
      validator: (ballot: Ballot) => {
        refuse(whyMalformed(ballot, { ...voteShape, choice: 'word?', breakGlass: 'true?' }));
        refuse(this.#whyNoVote(ballot, ballot.choice));
      },
    });
    setHandler(rejectUpdate, ballot => this.#vote(ballot, 'reject'), {
      validator: (ballot: Vote) => {
        refuse(whyMalformed(ballot, voteShape));
        refuse(this.#whyNoVote(ballot, 'reject'));
      },
    });
    setHandler(reportUpdate, report => this.#report(report), {
      validator: (report: Report) => {
        refuse(whyMalformed(report, { key: 'key', outcome: 'word', by: 'name', note: 'text' }));
        refuse(this.#whyNoReport(report));
      },
    });
    setHandler(decideUpdate, decision => this.#decide(decision), {
      validator: (decision: HeldDecision) => {
        refuse(whyMalformed(decision, { choice: 'word', by: 'name', reason: 'text' }));
        refuse(this.#whyNoDecision(decision));
      },
    });
    setHandler(answerUpdate, answer => this.#answer(answer), {
      validator: (answer: Answer) => {
        refuse(whyMalformed(answer, { key: 'key', choice: 'word', by: 'name', reason: 'text' }));
        refuse(this.#whyNoAnswer(answer));
      },
    });
  }

  /** Lets the engine take an event; whoever waits for it is told what came of it. */
  hear<T>(event: Event, advance: () => T): T {
    const told = this.#waiting.get(event);
    if (told === undefined) return advance();
    this.#waiting.delete(event);
    const before = this.#state.progress.last;
    const counts = counter(this.#state, event, key => this.#asked(key));
    const result = advance();
    const [line] = progressSince(this.#state, before);
    told({ counted: counts(), text: line?.text ?? 'it changes nothing: it was heard before, or came too late' });
    return result;
  }

  /** The run has ended: what was said since is for nobody. */
  end(): void {
    this.#over = true;
    for (const told of this.#waiting.values()) told(tooLate);
    this.#waiting.clear();
  }

  async #vote({ id, key, by, reason, breakGlass }: Ballot, choice: string): Promise<Heard> {
    const gate = lookUp(this.#state.gates, key);
    const [to, names] =
      breakGlass === true
        ? (['break the glass', gate?.breakGlass ?? []] as const)
        : (['vote', gate?.from ?? []] as const);
    // Who may vote in an approval that has ended nobody asks; it must not count in the one that is asked anew.
    const { by: person, refused = this.#whyVoid(key, gate) } =
      gate === undefined ? { by } : await this.#entitle(key, { by, to, names });
    return this.#tell({
      kind: 'vote',
      id,
      key,
      by: person,
      choice,
      reason,
      ...(breakGlass === true ? { breakGlass } : {}),
      ...(refused === undefined ? {} : { refused }),
    });
  }

  /** Of a vote that was given in `gate`, by what has happened meanwhile. */
  #whyVoid(key: string, gate: Gate | undefined): string | undefined {
    if (gate === undefined) return 'it came too late: the approval has ended';
    const now = lookUp(this.#state.gates, key);
    return now === undefined || now === gate ? undefined : 'the approval is asked anew: vote again';
  }

  async #report({ key, outcome, by, note }: Report): Promise<Heard> {
    const names = lookUp(this.#state.reports, key)?.assignees ?? [];
    const { by: person, refused } = await this.#entitle(key, { by, to: 'report', names });
    if (refused !== undefined) return { counted: false, text: refused };
    return this.#tell({ kind: 'reported', key, outcome, by: person, note });
  }

  /** Whoever may approve may decide, until roles say who else; the requester does not commit alone what others must approve. */
  async #decide({ choice, by, reason }: HeldDecision): Promise<Heard> {
    const { held, approvers } = this.#state;
    const { by: person, refused } = await this.#entitle('', { by, to: 'decide', names: approvers?.names ?? [] });
    if (refused !== undefined) return { counted: false, text: refused };
    if (choice === 'commit' && approvers?.notRequester === true && person === this.#start.run.requester)
      return { counted: false, text: `${person} asked for this run and does not commit it alone` };
    if (this.#state.held !== held) return { counted: false, text: 'the run is not held any more' };
    return this.#tell({ kind: 'decide', choice, by: person, reason });
  }

  /** A question of a drill or a change is answered by whoever reaches the run; of a live mode only by whom the worker lets. */
  async #answer({ key, choice, by, reason }: Answer): Promise<Heard> {
    if (!this.#isLive(key)) return this.#tell({ kind: 'answer', key, choice, by, reason });
    const asked = this.#asked(key);
    const names = choice === 'roll-back' ? (this.#state.approvers?.names ?? []) : [];
    const { by: person, refused } = await this.#entitle(key, { by, to: 'decide', names });
    if (refused !== undefined) return { counted: false, text: refused };
    if (this.#asked(key) !== asked) return { counted: false, text: 'that question has been answered' };
    return this.#tell({ kind: 'answer', key, choice, by: person, reason });
  }

  /** The question that is open there now. */
  #asked(key: string): unknown {
    return findEntry(this.#start.plan, this.#state, key)?.asked;
  }

  async #tell(event: Event): Promise<Heard> {
    if (this.#over) return tooLate;
    return new Promise(resolve => {
      this.#waiting.set(event, resolve);
      this.#inbox.put(event);
    });
  }

  /** Where it cannot be found out in time, he may not: the vote is recorded, and can be given again. */
  async #entitle(key: string, asked: Pick<EntitlementQuestion, 'by' | 'to' | 'names'>): Promise<Entitlement> {
    const question: EntitlementQuestion = { ...asked, requester: this.#start.run.requester, mode: this.#modeAt(key) };
    // No step's key has a colon: in the history, the call is nobody's step.
    const options = {
      id: `entitle:${++this.#questions}`,
      summary: `${asked.by} wants to ${asked.to}${key === '' ? '' : ` in ${key}`}`,
      budgetMs: entitlementMs,
      transport: soon,
    };
    try {
      // A cancelled workflow is held or closes; people are heard all the same.
      const answer = await CancellationScope.nonCancellable(() => callActivity('people/entitle', question, options));
      return answer as Entitlement;
    } catch (error) {
      return { by: asked.by, refused: `who may ${asked.to} was not found out: ${endingOf(error).error}` };
    }
  }

  #whyNoVote({ key, by, reason, breakGlass }: Ballot, choice: string | undefined): string | undefined {
    if (by.trim() === '') return 'a vote needs a name';
    const { plan } = this.#start;
    const entry = findEntry(plan, this.#state, key);
    if (entry === undefined || plan.steps[entry.place]?.uses !== 'approval') return `there is no approval "${key}"`;
    const gate = lookUp(this.#state.gates, key);
    // What is late is recorded.
    if (gate === undefined)
      return hasEnded(entry) || entry.asked !== undefined ? undefined : `the approval "${key}" is not open yet`;
    const choices = gate.choices.join(', ');
    if (choice === undefined && gate.choices.length > 1) return `"${key}" has several choices: choose ${choices}`;
    if (choice !== undefined && choice !== 'reject' && !gate.choices.includes(choice))
      return `"${choice}" is no choice of "${key}": choose ${choices}, or reject`;
    if (breakGlass !== true) return undefined;
    if (gate.breakGlass.length === 0) return `nobody may break the glass in "${key}"`;
    return reason.trim() === '' ? 'who breaks the glass must give a reason' : undefined;
  }

  #whyNoReport({ key, outcome, by, note }: Report): string | undefined {
    if (by.trim() === '') return 'a report needs a name';
    if (!['done', 'failed', 'not-applicable'].includes(outcome)) return 'say done, failed or not-applicable';
    const report = lookUp(this.#state.reports, key);
    if (report === undefined) return `"${key}" waits for no report`;
    if (report.evidence === 'required' && note.trim() === '')
      return `"${key}" needs a note: say what was done and seen`;
    return undefined;
  }

  #whyNoDecision({ choice, by, reason }: HeldDecision): string | undefined {
    if (this.#state.held === undefined) return 'the run is not held';
    if (by.trim() === '' || reason.trim() === '') return 'a decision needs a name and a reason';
    const choices = heldChoices(this.#state);
    if (choices.includes(choice)) return undefined;
    return choices.length === 0
      ? 'nothing can be decided now: something live is on its way up, or is being ended'
      : `${choice} is not possible now: choose ${choices.join(' or ')}`;
  }

  #whyNoAnswer({ key, choice, reason }: Answer): string | undefined {
    const choices = choicesFor(this.#start.plan, this.#state, key);
    if (choices.length === 0) return `"${key}" asks nothing`;
    if (!choices.includes(choice)) return `"${key}" does not offer ${choice}: choose ${choices.join(', ')}`;
    return this.#isLive(key) && reason.trim() === '' ? 'in a live mode an answer needs a reason' : undefined;
  }

  /** With one choice it need not be said; of an approval that has ended nothing is left to choose. */
  #onlyChoice(key: string): string {
    return lookUp(this.#state.gates, key)?.choices[0] ?? 'approve';
  }

  /** The mode that counts for a step: of a live run, live, wherever it stands. */
  #modeAt(key: string): Mode {
    const { plan } = this.#start;
    if (isLive(plan.mode)) return plan.mode;
    const entry = findEntry(plan, this.#state, key);
    return entry === undefined ? plan.mode : settingsOf({ plan }, frameOf({ state: this.#state }, entry)).mode;
  }

  #isLive(key: string): boolean {
    return isLive(this.#modeAt(key));
  }
}

const tooLate: Heard = { counted: false, text: 'it came too late: the run has ended' };

const isLive = (mode: Mode): boolean => mode === 'failover' || mode === 'move';

/** An update that is refused here never was: no trace of it in the history. */
function refuse(why: string | undefined): void {
  if (why !== undefined) throw new Error(why);
}

/** Tells afterwards whether an event counted: only then does it leave its mark on what waited for it. */
function counter(state: EngineState, event: Event, asked: (key: string) => unknown): () => boolean {
  switch (event.kind) {
    case 'vote': {
      // The list outlives the gate that it closes.
      const votes = lookUp(state.gates, event.key)?.votes;
      const last = votes?.at(-1);
      return () => votes?.at(-1) !== last;
    }
    case 'reported': {
      const report = lookUp(state.reports, event.key);
      return () => report !== undefined && lookUp(state.reports, event.key) !== report;
    }
    case 'decide': {
      const { held } = state;
      const decision = held?.decision;
      return () => held !== undefined && (state.held !== held || held.decision !== decision);
    }
    case 'answer': {
      // Whoever counts is named in what the question becomes: it is not open any more.
      const before = asked(event.key);
      return () => before !== undefined && asked(event.key) !== before;
    }
    default:
      return () => false;
  }
}
