import { patched, setHandler, workflowInfo } from '@temporalio/workflow';
import type { Gate } from '../engine/approval.ts';
import { choicesFor, type EngineState, heldChoices, pendingOf, questionsAt } from '../engine/engine.ts';
import { type Deciders, decidersOf } from '../engine/deciders.ts';
import type { Deed, Proof } from '../engine/entitlement.ts';
import { hasEnded } from '../engine/entry.ts';
import { findEntry } from '../engine/frames.ts';
import { progressSince } from '../engine/progress.ts';
import { hasTooManyRefusals, mostRefusals } from '../engine/refusals.ts';
import { lookUp } from '../engine/state.ts';
import type { EngineEvent, WithoutTime } from '../engine/types.ts';
import { Entitling } from './entitling.ts';
import { listenToHand } from './hand.ts';
import { counter } from './counted.ts';
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
  type ScheduledStart,
  type Vote,
} from './messages.ts';
import { admit, type Begin } from './scheduled.ts';
import { refuse, whyMalformed, wordShape } from './well-formed.ts';

type Event = WithoutTime<EngineEvent>;
type Ballot = Vote & { readonly choice?: string; readonly breakGlass?: true };

const yearMs = 365 * 24 * 3_600_000;

const voteShape = { ...wordShape, id: 'id', key: 'key', by: 'name', reason: 'text' } as const;

/**
 * What people say to a run. A handler asks the worker whether he may, puts the event in the inbox, and answers once the
 * engine has taken it; the engine alone decides what counts.
 */
export class People {
  readonly #start: RunStart;
  readonly #state: EngineState;
  readonly #inbox: Inbox<Event>;
  readonly #entitling: Entitling;
  readonly #checked: boolean;
  readonly #waiting = new Map<Event, (heard: Heard) => void>();
  #over = false;

  /** `checked`: every word is the worker's to judge; a history from before that asks him for fewer. */
  constructor(start: RunStart, state: EngineState, inbox: Inbox<Event>, checked: boolean) {
    this.#start = start;
    this.#state = state;
    this.#inbox = inbox;
    this.#checked = checked;
    this.#entitling = new Entitling(start, state);
  }

  /** What an execution that goes on from this one has to know. */
  carried(): { readonly questions: number; readonly people?: string } {
    return this.#entitling.carried();
  }

  /** Tells in a sentence that people, groups or roles are others than at the first decision of the run. */
  whenPeopleChange(changed: (text: string) => void): void {
    this.#entitling.whenPeopleChange(changed);
  }

  /** The run's first event, once the worker has said whether its requester may start it. */
  async begin(): Promise<Event> {
    // By the code, as all that is asked at a start. A history from before this asks nobody about the start itself.
    const asked = patched('starts-are-checked') ? [this.#entitling.judgeStart()] : [];
    const schedule = this.#schedule;
    if (schedule !== undefined) return await this.#beginBySchedule(schedule, asked);
    const [byRequester, judged = {}] = await Promise.all([this.#whyNotByRequester(), ...asked]);
    const refused = judged.refused ?? byRequester;
    if (refused !== undefined) return { kind: 'begin', refused: `not started: ${refused}` };
    return { kind: 'begin', ...(judged.lifted === undefined ? {} : { lifted: judged.lifted }) };
  }

  /** Nobody stands at a schedule: whoever applied it is asked for, and its time. */
  get #schedule(): ScheduledStart | undefined {
    const { plan, run, schedule } = this.#start;
    return run.dry !== true && run.trigger === 'schedule' && plan.mode === 'drill' ? schedule : undefined;
  }

  async #beginBySchedule(
    schedule: ScheduledStart,
    asked: readonly ReturnType<Entitling['judgeStart']>[],
  ): Promise<Event> {
    const [judged = {}] = await Promise.all(asked);
    const refused = judged.refused ?? (await this.#whyNotWithoutLock());
    if (refused !== undefined) return { kind: 'begin', refused: `not started: ${refused}` };
    return this.#takenBack(await admit(this.#start, schedule, this.#inbox));
  }

  /** The cancel of a run that has not begun: it is what ends it. */
  #takenBack(begin: Begin): Begin {
    const cancel = this.#inbox.find(event => event.kind === 'cancel');
    if (begin.byPerson !== true || cancel === undefined) return begin;
    this.#waiting.get(cancel)?.({ counted: true, text: 'cancelled before it began' });
    this.#waiting.delete(cancel);
    return begin;
  }

  /** A run that goes on from another: why it must not. As long as nobody can say, it waits. */
  async whyNotGoOn(): Promise<string | undefined> {
    return (await this.#entitling.judgeStart(yearMs)).refused;
  }

  async #whyNotByRequester(): Promise<string | undefined> {
    const { plan, run, proof } = this.#start;
    // A look changes nothing.
    if (run.dry === true) return undefined;
    // To say that a schedule has started it proves nothing: only histories from before believe it.
    if (run.trigger === 'schedule' && plan.mode === 'drill' && !patched('schedules-are-admitted')) return undefined;
    return (await this.#whyNotBegin('start', run.reason, proof)) ?? (await this.#whyNotWithoutLock());
  }

  /** Past the locks goes only a live run, at an admin's word. */
  async #whyNotWithoutLock(): Promise<string | undefined> {
    const { plan, run, lockProof } = this.#start;
    if (run.withoutLock === undefined || !patched('without-lock-is-checked')) return undefined;
    if (!this.#entitling.isLive(''))
      return `mode ${plan.mode} waits for its locks: only a live run goes on without them`;
    if (run.withoutLock.trim() === '') return 'to go without the locks needs a reason';
    return await this.#whyNotBegin('go without the locks', run.withoutLock, lockProof);
  }

  async #whyNotBegin(to: Deed, reason: string, proof: Proof | undefined): Promise<string | undefined> {
    const { plan, run } = this.#start;
    // Signed as it was started: the run may have waited for a worker.
    const at = workflowInfo().startTime.getTime();
    const word = { by: run.requester, to, names: [], choice: plan.hash, reason, id: run.id, at };
    return (await this.#entitling.ask('', { ...word, ...(proof === undefined ? {} : { proof }) })).refused;
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
        refuse(whyMalformed(report, { ...wordShape, key: 'key', outcome: 'word', by: 'name', note: 'text' }));
        refuse(this.#whyNoReport(report));
      },
    });
    setHandler(decideUpdate, decision => this.#decide(decision), {
      validator: (decision: HeldDecision) => {
        const shape = { ...wordShape, choice: 'word', by: 'name', reason: 'text', breakGlass: 'true?' } as const;
        refuse(whyMalformed(decision, shape));
        refuse(this.#whyNoDecision(decision));
      },
    });
    setHandler(answerUpdate, answer => this.#answer(answer), {
      validator: (answer: Answer) => {
        refuse(whyMalformed(answer, { ...wordShape, key: 'key', choice: 'word', by: 'name', reason: 'text' }));
        refuse(this.#whyNoAnswer(answer));
      },
    });
    listenToHand({
      start: this.#start,
      state: this.#state,
      entitling: this.#entitling,
      checked: this.#checked,
      tell: event => this.#tell(event),
      put: event => {
        this.#inbox.put(event);
      },
    });
  }

  /** Lets the engine take an event; whoever waits for it is told what came of it. */
  hear<T>(event: Event, advance: () => T): T {
    const told = this.#waiting.get(event);
    if (told === undefined) return advance();
    this.#waiting.delete(event);
    const before = this.#state.progress.last;
    const counts = counter(this.#start.plan, this.#state, event);
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

  async #vote({ id, key, by, reason, breakGlass, ...ballot }: Ballot, choice: string): Promise<Heard> {
    const gate = lookUp(this.#state.gates, key);
    const [to, names] =
      breakGlass === true
        ? (['break the glass', gate?.breakGlass ?? []] as const)
        : (['vote', gate?.from ?? []] as const);
    // What is signed is what was sent: where there is one choice it need not be said.
    const signed = choice === 'reject' ? choice : (ballot.choice ?? '');
    const proof = ballot.proof === undefined ? {} : { proof: ballot.proof };
    // Who may vote in an approval that has ended nobody asks; it must not count in the one that is asked anew.
    const answer =
      gate === undefined
        ? { by }
        : await this.#entitling.ask(key, {
            ...{ by, to, names, choice: signed, reason, id, ...proof },
            since: gate.openedAt,
          });
    const { by: person, refused = this.#whyVoid(key, gate) } = answer;
    return this.#tell({
      kind: 'vote',
      id,
      key,
      by: person,
      choice,
      reason,
      ...(person === by ? {} : { as: by }),
      ...(breakGlass === true ? { breakGlass } : {}),
      ...('verified' in answer ? { verified: true } : {}),
      ...(refused === undefined ? {} : { refused }),
    });
  }

  /** Of a vote that was given in `gate`, by what has happened meanwhile. */
  #whyVoid(key: string, gate: Gate | undefined): string | undefined {
    if (gate === undefined) return 'it came too late: the approval has ended';
    const now = lookUp(this.#state.gates, key);
    return now === undefined || now === gate ? undefined : 'the approval is asked anew: vote again';
  }

  async #report({ key, outcome, by, note, ...word }: Report): Promise<Heard> {
    const { assignees: names = [], since = 0 } = lookUp(this.#state.reports, key) ?? {};
    const asked = { by, to: 'report', names, choice: outcome, reason: note, ...word, since } as const;
    const { by: person, refused } = await this.#entitling.ask(key, asked);
    if (refused !== undefined) return { counted: false, text: refused };
    return this.#tell({ kind: 'reported', key, outcome, by: person, note, ...wordOf(word) });
  }

  /**
   * Whoever may approve may decide, and a commit needs as many as the approval; one alone commits by breaking the glass. The
   * requester does not commit what others must approve.
   */
  async #decide({ choice, by, reason, breakGlass, ...word }: HeldDecision): Promise<Heard> {
    const { held } = this.#state;
    const deciders = this.#deciders;
    const glass = deciders.breakGlass;
    const said = { by, choice, reason, ...word, since: held?.since ?? 0 };
    const answer = await this.#entitling.ask(
      '',
      breakGlass === true
        ? { ...said, to: 'break the glass', names: glass }
        : {
            ...{ ...said, to: 'decide', breakGlass: glass },
            names: choice === 'commit' ? deciders.from : [...deciders.from, ...glass],
          },
    );
    const { by: person, refused } = answer;
    if (refused !== undefined) {
      const may = choice === 'commit' && breakGlass !== true && glass.length > 0;
      return { counted: false, text: may ? `${refused}; who may break the glass says that he does` : refused };
    }
    const why = choice === 'commit' ? this.#whyNoCommit(person, breakGlass === true) : undefined;
    if (why !== undefined) return { counted: false, text: why };
    if (this.#state.held !== held) return { counted: false, text: 'the run is not held any more' };
    return this.#tell({
      ...{ kind: 'decide', choice, by: person, reason, ...wordOf(word) },
      ...(choice === 'commit' && this.#counts ? { needs: deciders.count } : {}),
      ...(breakGlass === true ? { breakGlass } : {}),
      ...(answer.verified === undefined ? {} : { verified: answer.verified }),
    });
  }

  /** Asked at a commit alone, it costs no other run anything: in a history from before, one person commits what is held. */
  get #counts(): boolean {
    return patched('a-held-commit-needs-as-many');
  }

  get #deciders(): Deciders {
    return decidersOf(this.#start.plan, this.#state);
  }

  #whyNoCommit(person: string, alone: boolean): string | undefined {
    const { notRequester, unknown } = this.#deciders;
    const isRequester = person === this.#start.run.requester;
    if (!this.#counts)
      return this.#state.approvers?.notRequester === true && isRequester ? notAlone(person) : undefined;
    if (alone) return undefined;
    if (unknown === true)
      return 'whose word a commit needs is not known before an approval is asked: go on, or roll back';
    return notRequester && isRequester ? notAlone(person) : undefined;
  }

  async #answer({ key, choice, by, reason, ...word }: Answer): Promise<Heard> {
    // A history from before roles asks the worker in a live mode only.
    if (!this.#checked && !this.#entitling.isLive(key)) return this.#tell({ kind: 'answer', key, choice, by, reason });
    const questions = questionsAt(this.#start.plan, this.#state, key);
    const { from, breakGlass } = choice === 'roll-back' ? this.#deciders : { from: [], breakGlass: [] };
    const { by: person, refused } = await this.#entitling.ask(key, {
      ...{ by, to: choice, names: [...from, ...breakGlass], breakGlass, choice, reason, ...word },
      since: Math.max(...questions.map(({ since }) => since)),
    });
    if (refused !== undefined) return { counted: false, text: refused };
    const open = questionsAt(this.#start.plan, this.#state, key);
    if (!questions.some(question => open.includes(question)))
      return { counted: false, text: 'that question has been answered' };
    return this.#tell({ kind: 'answer', key, choice, by: person, reason, ...wordOf(word) });
  }

  async #tell(event: Event): Promise<Heard> {
    if (this.#over) return tooLate;
    return new Promise(resolve => {
      this.#waiting.set(event, resolve);
      this.#inbox.put(event);
    });
  }

  #whyNoVote({ key, by, reason, breakGlass }: Ballot, choice: string | undefined): string | undefined {
    if (by.trim() === '') return 'a vote needs a name';
    if (hasTooManyRefusals(this.#state, key, by))
      return `${mostRefusals} votes of ${by} were refused here: no more are taken`;
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

  #whyNoDecision({ choice, by, reason, breakGlass }: HeldDecision): string | undefined {
    if (this.#state.held === undefined) return 'the run is not held';
    if (by.trim() === '' || reason.trim() === '') return 'a decision needs a name and a reason';
    if (breakGlass === true && choice !== 'commit') return 'only a commit breaks the glass: one person is enough';
    if (breakGlass === true && this.#deciders.breakGlass.length === 0) return 'nobody may break the glass here';
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
    return this.#entitling.isLive(key) && reason.trim() === '' ? 'in a live mode an answer needs a reason' : undefined;
  }

  /** With one choice it need not be said; of an approval that has ended nothing is left to choose. */
  #onlyChoice(key: string): string {
    return lookUp(this.#state.gates, key)?.choices[0] ?? 'approve';
  }
}

const notAlone = (person: string): string => `${person} asked for this run and does not commit it alone`;

const tooLate: Heard = { counted: false, text: 'it came too late: the run has ended' };

/** By which the engine knows a word that it has heard. */
const wordOf = ({ id }: { readonly id?: string }): { readonly word?: string } => (id === undefined ? {} : { word: id });
