import { patched, setHandler } from '@temporalio/workflow';
import { hasAskedFor } from '../engine/asker.ts';
import type { Gate } from '../engine/approval.ts';
import { type EngineState, pendingOf, questionsAt } from '../engine/engine.ts';
import { type Deciders, decidersOf } from '../engine/deciders.ts';
import { progressSince } from '../engine/progress.ts';
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
  type Vote,
} from './messages.ts';
import type { Begin } from './scheduled.ts';
import { Starting } from './starting.ts';
import { type Ballot, whyNoAnswer, whyNoDecision, whyNoReport, whyNoVote } from './turned-away.ts';
import { refuse, whyMalformed, wordShape } from './well-formed.ts';

type Event = WithoutTime<EngineEvent>;

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
  async begin(): Promise<Begin> {
    const begin = await new Starting(this.#start, this.#inbox, this.#entitling).begin();
    const cancel = this.#inbox.find(event => event.kind === 'cancel');
    if (begin.byPerson !== true || cancel === undefined) return begin;
    // The cancel of a run that has not begun: it is what ends it.
    this.#waiting.get(cancel)?.({ counted: true, text: 'cancelled before it began' });
    this.#waiting.delete(cancel);
    return begin;
  }

  /** A run that goes on from another: why it must not. As long as nobody can say, it waits. */
  async whyNotGoOn(): Promise<string | undefined> {
    return (await this.#entitling.judgeStart(yearMs)).refused;
  }

  get #asked(): { readonly plan: RunStart['plan']; readonly state: EngineState } {
    return { plan: this.#start.plan, state: this.#state };
  }

  listen(): void {
    setHandler(pendingQuery, () => (this.#over ? [] : pendingOf(this.#start.plan, this.#state)));
    setHandler(approveUpdate, ballot => this.#vote(ballot, ballot.choice ?? this.#onlyChoice(ballot.key)), {
      validator: (ballot: Ballot) => {
        refuse(whyMalformed(ballot, { ...voteShape, choice: 'word?', breakGlass: 'true?' }));
        refuse(whyNoVote(this.#asked, ballot, ballot.choice));
      },
    });
    setHandler(rejectUpdate, ballot => this.#vote(ballot, 'reject'), {
      validator: (ballot: Vote) => {
        refuse(whyMalformed(ballot, voteShape));
        refuse(whyNoVote(this.#asked, ballot, 'reject'));
      },
    });
    setHandler(reportUpdate, report => this.#report(report), {
      validator: (report: Report) => {
        refuse(whyMalformed(report, { ...wordShape, key: 'key', outcome: 'word', by: 'name', note: 'text' }));
        refuse(whyNoReport(this.#asked, report));
      },
    });
    setHandler(decideUpdate, decision => this.#decide(decision), {
      validator: (decision: HeldDecision) => {
        const shape = { ...wordShape, choice: 'word', by: 'name', reason: 'text', breakGlass: 'true?' } as const;
        refuse(whyMalformed(decision, shape));
        refuse(whyNoDecision(this.#asked, decision));
      },
    });
    setHandler(answerUpdate, answer => this.#answer(answer), {
      validator: (answer: Answer) => {
        refuse(whyMalformed(answer, { ...wordShape, key: 'key', choice: 'word', by: 'name', reason: 'text' }));
        refuse(whyNoAnswer(this.#asked, answer, this.#entitling.isLive(answer.key)));
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
    const isRequester = hasAskedFor(this.#start.run, person);
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

  /** With one choice it need not be said; of an approval that has ended nothing is left to choose. */
  #onlyChoice(key: string): string {
    return lookUp(this.#state.gates, key)?.choices[0] ?? 'approve';
  }
}

const notAlone = (person: string): string => `${person} asked for this run and does not commit it alone`;

const tooLate: Heard = { counted: false, text: 'it came too late: the run has ended' };

/** By which the engine knows a word that it has heard. */
const wordOf = ({ id }: { readonly id?: string }): { readonly word?: string } => (id === undefined ? {} : { word: id });
