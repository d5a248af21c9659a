import { setTimeout as sleep } from 'node:timers/promises';
import type { Control } from '../../control/connection.ts';
import {
  abortRun,
  decide,
  DecisionRefused,
  extendRun,
  pauseRun,
  resumeRun,
  rollBackRun,
  vote,
  type Words,
} from '../../control/decisions.ts';
import { answerRun, RunEnded, RunNotFound } from '../../control/runs.ts';
import type { Pending } from '../../engine/pending.ts';
import type { HeldChoice } from '../../engine/types.ts';
import type { Answer, Heard } from '../../workflows/messages.ts';
import { type Case, type Gate, requester } from './cases.ts';
import type { Word } from './facts.ts';
import type { OddWord, PeoplePlan } from './schedule-types.ts';

type Said = Pick<Word, 'step' | 'by' | 'word' | 'glass'> & { readonly reason?: string };

const answerWithinMs = 8_000;
/** So often the same question is answered as it was drawn; then it is given up. */
const patience = 2;

/** Those whom a run asks. They look every now and then, and are told nothing. */
export class People {
  readonly #words: Word[];
  /** At most so much later than planned may what is open be closed. */
  extendedMs = 0;
  #resumeAt = 0;
  readonly #control: Control;
  readonly #run: string;
  readonly #case: Case;
  readonly #plan: PeoplePlan;
  readonly #oddSaid = new Set<string>();
  readonly #answers = new Map<string, number>();
  readonly #firstSeen = new Map<string, number>();

  /** `words`: where all is written down that is said. */
  constructor(control: Control, run: string, chosen: Case, plan: PeoplePlan, words: Word[]) {
    this.#words = words;
    this.#control = control;
    this.#run = run;
    this.#case = chosen;
    this.#plan = plan;
  }

  /** One look, and a word to all that waits. Never throws: a silent run is looked at again. */
  async look(): Promise<void> {
    for (const pending of await this.#pending()) {
      switch (pending.kind) {
        case 'approval':
          await this.#approve(pending);
          break;
        case 'question':
          await this.#answer(pending);
          break;
        case 'held':
          await this.#lead(pending);
          break;
        case 'paused':
          if (Date.now() >= this.#resumeAt) await this.#resume();
          break;
        case 'manual':
          break;
      }
    }
  }

  /** A vote in an approval, whether somebody asks or not. */
  vote(step: string, by: string, choice: string, more: { glass?: true; reason?: string } = {}): Promise<void> {
    const { glass, reason = 'a word of the campaign' } = more;
    return this.#say({ step, by, word: choice, reason, ...(glass === undefined ? {} : { glass }) }, () =>
      vote(this.#control, this.#run, {
        key: step,
        by,
        reason,
        choice,
        ...(glass === undefined ? {} : { breakGlass: glass }),
      }),
    );
  }

  async pause(forMs: number): Promise<void> {
    this.#resumeAt = Date.now() + forMs;
    await this.#toRun('pause', words => pauseRun(this.#control, this.#run, words));
  }

  /** By so much the run may end later, where it was heard or may have been. */
  async extend(byMs: number): Promise<void> {
    await this.#toRun('extend', words => extendRun(this.#control, this.#run, { ...words, byMs }));
    if (this.#words.findLast(({ word }) => word === 'extend')?.counted !== 'no') this.extendedMs += byMs;
  }

  abort(): Promise<void> {
    return this.#toRun('abort', words => abortRun(this.#control, this.#run, words));
  }

  rollBack(): Promise<void> {
    return this.#toRun('roll-back', words => rollBackRun(this.#control, this.#run, words));
  }

  #resume(): Promise<void> {
    return this.#toRun('resume', words => resumeRun(this.#control, this.#run, words));
  }

  #toRun(word: string, send: (words: Words) => Promise<Heard>): Promise<void> {
    const words = { by: 'ana', reason: 'a word of the campaign' };
    return this.#say({ step: '', word, ...words }, () => send(words));
  }

  async #pending(): Promise<readonly Pending[]> {
    try {
      const handle = this.#control.client.workflow.getHandle(this.#run);
      return await this.#control.client.connection.withDeadline(Date.now() + 4_000, () =>
        handle.query<readonly Pending[]>('pending'),
      );
    } catch {
      return [];
    }
  }

  async #approve({ key, votes }: Pending): Promise<void> {
    const gate = this.#case.gates.find(each => each.step === key);
    if (gate === undefined) return;
    const first = this.#firstSeen.get(key) ?? Date.now();
    this.#firstSeen.set(key, first);
    const isGo = !gate.choices.includes('commit');
    for (const odd of this.#plan.odd) if (!this.#oddSaid.has(`${key} ${odd}`)) await this.#odd(gate, odd);
    if (isGo && Date.now() - first < this.#plan.slowMs) return;
    const [one = '', ...others] = gate.from;
    if (isGo && this.#plan.rejectsGo) {
      await this.vote(key, one, 'reject');
      return;
    }
    const choice = isGo ? 'approve' : this.#plan.keep;
    if (this.#plan.breaksGlass && gate.glass[0] !== undefined) {
      await this.vote(key, gate.glass[0], choice, { glass: true });
      return;
    }
    for (const by of [one, ...others])
      if (!votes.some(cast => cast.by === by && cast.choice === choice)) await this.vote(key, by, choice);
  }

  async #odd({ step, from, glass, choices }: Gate, odd: OddWord): Promise<void> {
    this.#oddSaid.add(`${step} ${odd}`);
    const [one = ''] = from;
    const [choice = ''] = choices;
    switch (odd) {
      case 'requester votes':
        await this.vote(step, requester, choice);
        return;
      case 'stranger votes':
        await this.vote(step, 'mallory', choice);
        return;
      case 'twice':
        await this.vote(step, one, this.#wanted(choices));
        await this.vote(step, one, this.#wanted(choices));
        return;
      case 'wrong choice':
        await this.vote(step, one, 'perhaps');
        return;
      case 'glass without reason':
        if (glass[0] !== undefined) await this.vote(step, glass[0], choice, { glass: true, reason: '' });
        return;
      case 'other mind': {
        const other = choices.find(each => each !== this.#wanted(choices));
        if (other !== undefined) await this.vote(step, one, other);
      }
    }
  }

  #wanted(choices: readonly string[]): string {
    return choices.includes(this.#plan.keep) ? this.#plan.keep : (choices[0] ?? '');
  }

  async #answer({ key, choices }: Pending): Promise<void> {
    const choice = this.#chosen(key, choices, this.#plan.questions, ['abort', 'roll-back', 'skip']);
    if (choice === undefined) return;
    const answer = { key, choice: choice as Answer['choice'], by: 'bo', reason: 'an answer of the campaign' };
    const said = { step: key, by: 'bo', word: choice, reason: answer.reason };
    await this.#say(said, () => answerRun(this.#control, this.#run, answer));
  }

  async #lead({ choices, votes }: Pending): Promise<void> {
    const choice = this.#chosen('', choices, this.#plan.held, [this.#plan.keep, 'roll-back', 'commit']);
    if (choice === undefined) return;
    // A commit needs both of them.
    const by = choice === 'commit' && votes.some(vote => vote.by === 'ana') ? 'bo' : 'ana';
    const decision = { choice: choice as HeldChoice, by, reason: 'a decision of the campaign' };
    const said = { step: '', by, word: choice, reason: decision.reason };
    await this.#say(said, () => decide(this.#control, this.#run, decision));
  }

  /** What was drawn where it is offered, for a while; then what leads to an end. */
  #chosen(key: string, offered: readonly string[], drawn: string, then: readonly string[]): string | undefined {
    const before = this.#answers.get(key) ?? 0;
    this.#answers.set(key, before + 1);
    const wanted = before < patience ? [drawn, ...then] : then;
    return wanted.find(choice => offered.includes(choice)) ?? offered[0];
  }

  async #say({ reason = '', ...said }: Said, send: () => Promise<Heard>): Promise<void> {
    const at = Date.now();
    const sent = send().then(
      ({ counted, text }) => ({ counted: counted ? ('yes' as const) : ('no' as const), text }),
      (error: unknown) => ({ counted: isRefusal(error) ? ('no' as const) : ('unknown' as const), text: textOf(error) }),
    );
    const late = sleep(answerWithinMs, { counted: 'unknown' as const, text: 'no answer' }, { ref: false });
    const { counted, text } = await Promise.race([sent, late]);
    this.#words.push({ at, ...said, reason, counted, text });
  }
}

const isRefusal = (error: unknown): boolean =>
  [DecisionRefused, RunEnded, RunNotFound].some(kind => error instanceof kind);

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);
