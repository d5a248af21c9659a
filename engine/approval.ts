import type { JsonMap } from '../actions/json.ts';
import { hasAskedFor } from './asker.ts';
import type { Rendered } from './evaluator.ts';
import type { EngineEvent } from './types.ts';

/**
 * An approval while it is open: who may decide, and what they have said so far. Times: ms since 1970.
 *
 * What a vote is about cannot change while its gate is open, so no vote is ever void in it: the Plan and its mode are those of
 * the run; an approval is a wall, so the steps above it have ended for good (points in time that were chosen there stay as
 * they are, and no question of theirs is open) and none below has begun. An approval that is asked anew has a gate of its
 * own, without votes; a vote that was on its way to the one before is refused (workflows/people.ts).
 */
export interface Gate {
  readonly message: string;
  /** Groups and people of drillbook.yaml; who is in them is the worker's business, at the moment of the vote. */
  readonly from: readonly string[];
  readonly breakGlass: readonly string[];
  /** So many different people must make the same choice. */
  readonly count: number;
  readonly choices: readonly string[];
  readonly notRequester: boolean;
  readonly requester: string;
  /** Who made the machine ask that is the requester. */
  readonly behind?: string;
  readonly openedAt: number;
  /** From this moment on a vote is late; a pause of a live run moves it. */
  expiresAt: number;
  readonly remindMs: number;
  /** One a person: the last. */
  readonly votes: Vote[];
}

export interface Vote {
  readonly by: string;
  readonly choice: string;
  readonly reason: string;
  readonly at: number;
  /** A key that drillbook.yaml lists has signed it. */
  readonly verified?: true;
}

/** An approval that is over, for the record. */
export interface ApprovalRecord {
  readonly key: string;
  readonly openedAt: number;
  readonly endedAt: number;
  readonly votes: readonly Vote[];
  /** Absent: refused, expired, or cut off. */
  readonly decision?: Decision;
}

export type Ballot = Omit<Extract<EngineEvent, { kind: 'vote' }>, 'kind' | 'key' | 'id' | 'as' | 'word'>;

/** What a vote led to. Only `refused` leaves the gate as it was. */
export type Voted =
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'counted'; readonly text: string }
  | { readonly kind: 'rejected'; readonly text: string }
  | { readonly kind: 'decided'; readonly text: string; readonly decision: Decision };

/** The outputs of an approval. An alias and not an interface: it must fit JsonMap. */
export type Decision = {
  readonly choice: string;
  readonly by: readonly string[];
  /** ISO 8601. */
  readonly at: string;
  /** Of those whose votes decided, in their order. */
  readonly reason: string;
  readonly broke_glass: boolean;
};

/** The vote that ends an approval whatever its choices are. */
const reject = 'reject';

/** `given`: the step's `with`, rendered. */
export function openGate(
  given: JsonMap,
  about: Pick<Gate, 'requester' | 'behind' | 'openedAt' | 'expiresAt'> & { readonly live: boolean },
): Rendered<Gate> {
  const { message, count = 1, remind = 5 * 60_000 } = given;
  const from = textsOf(given.from);
  const breakGlass = textsOf(given['break-glass'] ?? []);
  const choices = textsOf(given.choices ?? ['approve']);
  const notRequester = given['not-requester'] ?? about.live;
  if (typeof message !== 'string') return wrong('message', 'is no text');
  if (from === undefined || from.length === 0) return wrong('from', 'names nobody');
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1)
    return wrong('count', 'is no whole number from 1');
  if (choices === undefined || choices.length === 0) return wrong('choices', 'is no list of choices');
  if (breakGlass === undefined) return wrong('break-glass', 'is no list of names');
  if (typeof notRequester !== 'boolean') return wrong('not-requester', 'is neither true nor false');
  if (typeof remind !== 'number' || remind <= 0) return wrong('remind', 'is no time');
  const { requester, behind, openedAt, expiresAt } = about;
  return {
    ok: true,
    value: {
      message,
      from,
      breakGlass,
      count,
      choices,
      notRequester,
      requester,
      ...(behind === undefined ? {} : { behind }),
      openedAt,
      expiresAt,
      remindMs: remind,
      votes: [],
    },
  };
}

/**
 * Counts a vote, or says why it does not count. Changes the gate's votes in place.
 * @param clock by which it may be late; it stands still while a live run is paused
 */
export function vote(gate: Gate, ballot: Ballot, clock: number = ballot.at): Voted {
  const why = refusalOf(gate, ballot, clock);
  if (why !== undefined) return { kind: 'refused', why };
  const { by, choice, reason, at } = ballot;
  const words = reason.trim() === '' ? '' : `: ${reason}`;
  const before = gate.votes.findIndex(v => v.by === by);
  if (before >= 0) gate.votes.splice(before, 1);
  gate.votes.push({ by, choice, reason, at, ...(ballot.verified === true ? { verified: true } : {}) });
  if (choice === reject) return { kind: 'rejected', text: `refused by ${by}${words}` };
  if (ballot.breakGlass === true) {
    const decision = { choice, by: [by], at: iso(at), reason, broke_glass: true };
    return { kind: 'decided', text: `${choice}: ${by} broke the glass${words}`, decision };
  }
  const same = gate.votes.filter(v => v.choice === choice);
  const so = `${by} ${before >= 0 ? 'now votes' : 'voted'} ${choice} (${same.length} of ${gate.count})${words}`;
  if (same.length < gate.count) return { kind: 'counted', text: so };
  const decision = {
    choice,
    by: same.map(v => v.by),
    at: iso(at),
    reason: same.flatMap(v => (v.reason.trim() === '' ? [] : [v.reason])).join('; '),
    broke_glass: false,
  };
  return { kind: 'decided', text: so, decision };
}

function refusalOf(gate: Gate, ballot: Ballot, clock: number): string | undefined {
  const { by, choice, reason, breakGlass, refused } = ballot;
  if (refused !== undefined) return refused;
  if (by.trim() === '') return 'it has nobody’s name on it';
  if (clock >= gate.expiresAt) return `it came too late: the approval expired at ${iso(gate.expiresAt)}`;
  if (choice !== reject && !gate.choices.includes(choice))
    return `"${choice}" is no choice here: choose ${[...gate.choices, reject].join(', ')}`;
  if (breakGlass === true) {
    // Past the quorum and past "not-requester": the one person awake may be the one who started the run.
    if (gate.breakGlass.length === 0) return 'nobody may break the glass here';
    return reason.trim() === '' ? 'who breaks the glass must give a reason' : undefined;
  }
  if (gate.notRequester && hasAskedFor(gate, by)) return `${by} has started the run, and another must decide`;
  const own = gate.votes.find(v => v.by === by);
  return own?.choice === choice ? `${by} has voted ${choice} already` : undefined;
}

/** How far it is, for people who must be told: who is asked, what there is to choose, who has voted. */
export function describeGate({ message, from, count, choices, votes }: Gate): string {
  const asked = `${count === 1 ? 'one' : count} of ${from.join(', ')}`;
  const cast = votes.map(v => `${v.by}: ${v.choice}`).join(', ');
  return `${message} (${asked} must choose: ${[...choices, reject].join(', ')}${cast === '' ? '' : `; so far ${cast}`})`;
}

function textsOf(value: JsonMap[string] | undefined): readonly string[] | undefined {
  return Array.isArray(value) && value.every(v => typeof v === 'string') ? value : undefined;
}

function wrong(field: string, what: string): Rendered<Gate> {
  return { ok: false, error: `"with.${field}" ${what}` };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
