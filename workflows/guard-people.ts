import { condition, patched, setHandler, uuid4 } from '@temporalio/workflow';
import type { ActionCall } from '../actions/call.ts';
import type { Mode } from '../actions/contract.ts';
import { isLiveMode } from '../actions/modes.ts';
import { hasAskedFor } from '../engine/asker.ts';
import type { Entitlement, EntitlementQuestion } from '../engine/entitlement.ts';
import type { HeardWords } from '../engine/guard-carry.ts';
import { isLive, vpgOf, waitsForPeople } from '../engine/guard-live.ts';
import type { OpeningView } from '../engine/guard-view.ts';
import type { HeldWord } from '../engine/state.ts';
import type { GuardState, Opening } from '../engine/guard-state.ts';
import type { FromGuard, ToGuard } from '../engine/guard-messages.ts';
import type { GuardStart } from '../engine/guard-types.ts';
import { leastCommit } from '../engine/least-commit.ts';
import { callActivity, soon } from './activity-options.ts';
import { endingOf } from './ending.ts';
import { type EndOpening, endOpeningUpdate, type Heard } from './messages.ts';
import { beginTelling } from './telling.ts';
import { whyMalformed, wordShape } from './well-formed.ts';

type Message = Extract<ToGuard, { kind: 'end-live' }>;
type Put = (event: { readonly kind: 'message'; readonly message: Message }) => void;
type Place = Pick<EndOpening, 'site' | 'vpg'>;
type LiveEnded = Extract<FromGuard, { kind: 'live-ended' }>;

/** How long the worker may take to find out whether somebody may decide, ms. */
const entitlementMs = 30_000;
const answerWithinMs = 30_000;
/** As long as a commit by hand of a run may take, ms. */
const endingMs = 60 * 60_000;

/** What people say to a guard whose run is gone: the only way left to end what it has open live, but by hand at the ZVM. */
export class GuardPeople {
  readonly #start: GuardStart;
  readonly #state: GuardState;
  readonly #put: Put;
  readonly #answers = new Map<string, LiveEnded | undefined>();
  /** Ids of the words that counted: whoever reads a signed one must not send it again. */
  readonly #ids: Set<string>;
  /** By `site/VPG`. */
  readonly #commits: Map<string, readonly HeldWord[]>;
  #count: number;

  constructor(start: GuardStart, state: GuardState, put: Put, heard: HeardWords = { count: 0, ids: [] }) {
    const { count, ids, commits = {} } = heard;
    this.#commits = new Map(Object.entries(commits));
    this.#start = start;
    this.#state = state;
    this.#put = put;
    this.#count = count;
    this.#ids = new Set(ids);
  }

  /** What an execution that goes on from this one has to know. */
  carried(): { readonly words?: HeardWords } {
    if (this.#count === 0) return {};
    const commits = this.#commits.size === 0 ? {} : { commits: Object.fromEntries(this.#commits) };
    return { words: { count: this.#count, ids: [...this.#ids], ...commits } };
  }

  /** With who wants to commit it so far. */
  told(view: OpeningView): OpeningView {
    const words = this.#wordsOn(view);
    return words.length === 0 ? view : { ...view, commits: { by: words.map(({ by }) => by), of: this.#needed } };
  }

  listen(): void {
    setHandler(endOpeningUpdate, word => this.#end(word), {
      validator: (word: EndOpening) => {
        const shape = { ...wordShape, site: 'name', vpg: 'name', how: 'word', by: 'name', reason: 'text' } as const;
        const why = whyMalformed(word, shape) ?? this.#whyNot(word);
        if (why !== undefined) throw new Error(why);
      },
    });
  }

  /** To be called with each answer that would go to the run. */
  heard(message: FromGuard): void {
    if (message.kind === 'live-ended' && this.#answers.has(message.key)) this.#answers.set(message.key, message);
  }

  async #end(word: EndOpening): Promise<Heard> {
    const { vpg, how, by, reason, id, proof } = word;
    const { run } = this.#start;
    this.#count++;
    const key = `${how}-by-hand-${this.#count}`;
    const question: EntitlementQuestion = {
      ...{ by, requester: run.requester, mode: this.#modeOf(word), to: `leases ${how}`, names: [] },
      ...{ run: run.id, runbook: run.name, step: placeOf(word), choice: how, reason },
      ...(id === undefined ? {} : { id }),
      ...(proof === undefined ? {} : { proof }),
    };
    const { by: person, ...answer } = await this.#entitle(key, question);
    const refused = answer.refused ?? this.#whyNotBy(person, word) ?? this.#whyNot(word);
    const opening = this.#find(word);
    if (refused !== undefined || opening === undefined)
      return { counted: false, text: refused ?? `${vpg} is not open any more` };
    if (id !== undefined) this.#ids.add(id);
    const needed = how === 'commit' && this.#counts ? this.#needed : 1;
    // A roll-back needs one alone, and ends what was said of a commit before.
    const words = [...(needed === 1 ? [] : this.#wordsOn(word)), { by: person, reason, at: Date.now() }];
    if (words.length < needed) {
      this.#commits.set(placeOf(word), words);
      return { counted: true, text: `${person} wants to commit ${vpg} (${words.length} of ${needed}): ${reason}` };
    }
    this.#commits.delete(placeOf(word));
    this.#answers.set(key, undefined);
    const said = { by: words.map(each => each.by), reason: words.map(each => each.reason).join('; ') };
    this.#put({ kind: 'message', message: messageOf(opening, { key, how, word: said, at: Date.now() }) });
    await condition(() => this.#answers.get(key) !== undefined, answerWithinMs);
    const heard = this.#tell(vpg, how, said.by.join(', '), this.#answers.get(key));
    if (heard.counted && patched('lease-acted')) await this.#tellPeople(`${placeOf(word)}: ${heard.text} (${reason})`);
    return heard;
  }

  /** That somebody has taken it in hand; whoever does is not held up by who is told. */
  async #tellPeople(text: string): Promise<void> {
    const { run, queues } = this.#start;
    const input = {
      run: run.id,
      runbook: run.name,
      mode: run.mode,
      event: 'lease-acted',
      text,
      at: Date.now(),
    } as const;
    await beginTelling(`tell/${run.id}/${uuid4()}`, input, queues !== undefined).catch(() => undefined);
  }

  /** Who has said "commit" of it by now. */
  #wordsOn(place: Place): readonly HeldWord[] {
    return this.#commits.get(placeOf(place)) ?? [];
  }

  /** Asked at a commit alone: in a history from before, one person commits. */
  get #counts(): boolean {
    return patched('a-lost-commit-needs-as-many');
  }

  /** Of a run whose Plan nobody knows any more, two. */
  get #needed(): number {
    const { commitNeeds, requesterMayCommit } = this.#start;
    return commitNeeds ?? (requesterMayCommit === true ? 1 : 2);
  }

  #tell(vpg: string, how: EndOpening['how'], person: string, answer: LiveEnded | undefined): Heard {
    if (answer === undefined)
      return {
        counted: true,
        text: `${how} of ${vpg} by ${person} is under way: "drillbook leases" shows how it goes`,
      };
    const { outcome } = answer;
    if (outcome.status === 'succeeded') {
      const told = outcome.told === undefined ? '' : `: ${outcome.told.join('; ')}`;
      return { counted: true, text: `${vpg} is ${how === 'commit' ? 'committed' : 'rolled back'} by ${person}${told}` };
    }
    return { counted: false, text: outcome.error };
  }

  /** As `decide` to a run that lives. */
  #whyNotBy(person: string, word: EndOpening): string | undefined {
    const { run, behind, requesterMayCommit } = this.#start;
    if (word.how !== 'commit') return undefined;
    if (
      requesterMayCommit !== true &&
      hasAskedFor({ requester: run.requester, ...(behind === undefined ? {} : { behind }) }, person)
    )
      return `${person} asked for this run and does not commit it alone`;
    return this.#wordsOn(word).some(({ by }) => by === person) ? `${person} has said so already` : undefined;
  }

  #whyNot(word: EndOpening): string | undefined {
    const { vpg, how, by, reason, id } = word;
    if (id !== undefined && this.#ids.has(id)) return 'it was heard before';
    if (!['commit', 'roll-back'].includes(how)) return 'say commit or roll-back';
    if (by.trim() === '' || reason.trim() === '') return 'it needs a name and a reason';
    const { run } = this.#start;
    if (!this.#state.gone) return `its run lives: drillbook ${how} ${run.id}`;
    const opening = this.#find(word);
    if (opening === undefined) return `nothing live of ${vpg} is open here`;
    return waitsForPeople(opening) ? undefined : `${vpg} is on its way up, or being ended already`;
  }

  /** What is live is decided as such, whatever mode the guard was started with. */
  #modeOf(word: EndOpening): Mode {
    const { mode } = this.#start.run;
    const opening = this.#find(word);
    if (opening === undefined || isLiveMode(mode)) return mode;
    return opening.call.action === 'zerto/move' ? 'move' : 'failover';
  }

  #find({ site, vpg }: Place): Opening | undefined {
    return this.#state.openings.findLast(
      opening => isLive(opening) && opening.stage !== 'ended' && opening.call.site === site && vpgOf(opening) === vpg,
    );
  }

  async #entitle(key: string, question: EntitlementQuestion): Promise<Entitlement> {
    try {
      const summary = `may ${question.by} ${question.to}?`;
      const options = { id: `entitle-${key}`, summary, budgetMs: entitlementMs, transport: soon };
      return (await callActivity('people/entitle', question, options)) as Entitlement;
    } catch (error) {
      return {
        by: question.by,
        refused: `whether ${question.by} may do it could not be found out: ${endingOf(error).error}`,
      };
    }
  }
}

const placeOf = ({ site, vpg }: Place): string => `${site}/${vpg}`;

function messageOf(
  opening: Opening,
  asked: {
    readonly key: string;
    readonly how: Message['how'];
    readonly word: NonNullable<ActionCall['word']>;
    readonly at: number;
  },
): Message {
  const { key, how, word, at } = asked;
  const { run, site, vpgs, action } = opening.call;
  const call: ActionCall = {
    action: `zerto/${how}`,
    run,
    step: key,
    site,
    vpgs,
    with: how === 'commit' ? leastCommit(action === 'zerto/move') : {},
    word,
    deadline: at + endingMs,
  };
  const summary = `${how} by ${word.by.join(', ')}`;
  return { kind: 'end-live', how, key, openings: [opening.key], summary, call, alone: true };
}
