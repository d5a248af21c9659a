import type { ActionCall } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import type { Phase } from '../compiler/plan.ts';
import type { ApprovalRecord, Gate } from './approval.ts';
import type { StepEntry } from './entry.ts';
import type { HumanTime } from './human-time.ts';
import type { Line } from './line.ts';
import type { TimerUse } from './timer-use.ts';
import type { HeldChoice, Progress, Status, Verdict } from './types.ts';
import type { Judged } from './verdict.ts';

/**
 * Where a run stands: plain JSON, so that it survives continue-as-new as it is. Nothing in it refers to an object of the
 * Plan; what can be derived from the Plan is in `Graph`. Times: ms since 1970.
 */
export interface EngineState {
  /** A state belongs to one run of one Plan. */
  readonly run: string;
  readonly plan: string;
  startedAt: number;
  /** When the run must be over but for closing and `finally`; absent in a live mode. */
  endsAt?: number;
  /** 0: the run itself; then sub-runbooks, in the order in which they began. A frame begins after its caller's. */
  readonly frames: Frame[];
  /** What stands before the keys of its steps (`dr/`) → its frame, the latest where it was tried again. */
  readonly frameKeys: Record<string, number>;
  /** Items of for-each steps: key → frame, place, index. */
  readonly itemKeys: Record<string, readonly [frame: number, place: number, item: number]>;
  /** Calls and openings that the driver has not answered. */
  calls: number;
  opens: number;
  /** Keys of what could start but for the limit of commands in flight; those before `next` are through. */
  readonly queue: Line;
  /** The workflow is about to continue as a new one: what would start waits in `queue`. */
  draining?: true;
  /** By the key of the step that opened it, in the order of the commands. */
  readonly openings: Record<string, Opening>;
  /** Timers that run, by id. */
  readonly timers: Record<string, TimerUse>;
  questions: number;
  /** Open approvals, by the key of their step. */
  readonly gates: Record<string, Gate>;
  /** Of the approval that was asked last: who may decide for a run that is held. Absent: nobody was asked yet. */
  approvers?: {
    readonly names: readonly string[];
    readonly notRequester: boolean;
    /** Of these, those who may break the glass. */
    readonly breakGlass?: readonly string[];
    /** Of these, those who vote. Absent, as what is below, in a state older than this. */
    readonly from?: readonly string[];
    readonly count?: number;
  };
  /** Manual steps of which nobody has told the outcome, by key. */
  readonly reports: Record<string, Report>;
  /** Approvals that are over, in order. */
  approvals?: ApprovalRecord[];
  /** How many votes of a name were refused in an approval (refusals.ts). */
  refusals?: Record<string, number>;
  /** Why nothing of it was begun, where no person wanted that: of a drill by schedule people are told. */
  notStarted?: string;
  /** People are told before the RTO is missed. Absent: not, or no more; or the run is older than this. */
  forecast?: { told?: true };
  /** How many times people were told of something. */
  pages?: number;
  /** Ids of votes and other words, the last 500: each counts once. */
  readonly voteIds: string[];
  /** Of those that were not refused the ones of the last 15 minutes, however many: id, and when it came. */
  words?: [id: string, at: number][];
  /** Something live is uncommitted and the run cannot go on: nothing more starts until a person decides. */
  held?: Held;
  /** A person has paused it: nothing further starts until one resumes it. */
  paused?: Paused;
  /** What people skipped, waved through, gave up or decided alone, one sentence each. */
  readonly overridden: string[];
  /** What somebody else had ended before it was to be closed, a sentence each; of which frame it is. */
  endedByOthers?: { readonly frame: number; readonly text: string }[];
  /** Approvals, manual steps and questions that wait for people. */
  waiting: number;
  /** Calls, openings, closings and waits of steps that run. */
  working: number;
  readonly humanTime: HumanTime;
  /** A person wants the run to end without its `finally`. */
  skipFinally?: string;
  acquired: boolean;
  /** When the question that the locks have not answered was put; and for whom it waits. */
  lockAskedAt?: number;
  lockWait?: { readonly since: number; readonly text: string };
  /** What must be known of the run itself. */
  told?: string[];
  /** A live run has taken its VPGs. `calls`: keys of calls with an effect of its own that have not come back since. */
  preempted?: { readonly by: string; readonly calls: string[] };
  firstOpenAt?: number;
  /** The run was stopped while sub-runbooks ran: all that they and the run itself close has one budget, to this moment. */
  closeBy?: number;
  /** Who waits for something else than the answer to a command of its own. */
  readonly waits: Waits;
  /** Tests that are open, or being opened or closed. */
  tests: number;
  /** What this run holds the lock of: VpgIdentifier, or `site/name` of a VPG that is yet to be made → its name. */
  readonly locked: Record<string, string>;
  /** Of VPGs that steps found or made: site → name → VpgIdentifier. */
  readonly identifiers: Record<string, Readonly<Record<string, string>>>;
  readonly progress: { last: number; readonly lines: Progress[] };
}

/** Keys of steps and items. */
export interface Waits {
  /** By the key of the sign-in. */
  readonly signIn: Record<string, string[]>;
  /** For `limits.window` to open. */
  readonly window: string[];
  /** For one of the open tests to be closed (`limits.max-open`). */
  readonly room: Line;
  /** Asked of the locks; the first is under way. `key`: who waits for it; absent: the run. */
  readonly locks: { readonly vpgs: Readonly<Record<string, string>>; readonly key?: string }[];
}

/** The run, or one instance of a sub-runbook: steps with names, stages and an end of their own. */
export interface Frame {
  /** Its place in `frames`. */
  readonly index: number;
  /** Number in the Plan's `scopes`; absent: the run itself. */
  readonly scope?: number;
  /** Of a sub-runbook: the frame, and the key of the step or item in it, that called it. */
  readonly caller?: { readonly frame: number; readonly key: string };
  /** Of all keys in it: empty, `dr/`, `each[payments-db]/`. */
  readonly prefix: string;
  /** Of a sub-runbook: what it was given. */
  readonly inputs?: JsonMap;
  stage: Stage;
  /** By rank among the steps of its scope. */
  readonly steps: StepEntry[];
  /** How many steps of a phase have not ended. */
  readonly left: Record<Phase, number>;
  /** How many steps of a phase, from its first on, have ended without a gap. */
  readonly through: Record<Phase, number>;
  /** `steps` of the expressions' scope, by the id in its own file: steps that have ended. */
  readonly values: Record<string, StepValue>;
  /** Calls of its own steps that the driver has not answered, and sub-runbooks that have not ended. */
  calls: number;
  children: number;
  /** Of a sub-runbook: when its call's time-out passes. */
  endsAt?: number;
  /** Required steps that have failed, timed out or errored. */
  failures: number;
  /** Why nothing more starts. */
  stop?: Stop;
  closingAt?: number;
  /** Frozen before closing; what closing and `finally` find is added to its facts. */
  judged?: Judged;
  /** `run.verdict` in `finally`. */
  verdict?: Verdict;
  /** Of a sub-runbook, once its last step has ended: its outputs, or why they could not be had. */
  result?: { readonly outputs: JsonMap } | { readonly error: string };
}

export type Stage = 'new' | 'sign-in' | 'locks' | 'preflight' | 'main' | 'draining' | 'closing' | 'finally' | 'ended';

/** An alias and not an interface: it must fit JsonMap. */
type StepValue = { readonly status: Status; readonly outputs: JsonMap };

export interface Stop {
  readonly reason: string;
  readonly by: 'person' | 'machine';
  /** `false`: the verdict has a sentence of the failed step's own. */
  readonly tell: boolean;
  /** A person ended it, held, when nothing but walls was left: an exception, and no reason to doubt what was proved. */
  readonly decided?: true;
  /** Of a sub-runbook: how its call ends; absent: `cancelled`. */
  readonly status?: Exclude<Status, 'succeeded' | 'skipped'>;
}

/**
 * Something that a step opened. It counts as open from the moment that the command was given until it is read back as
 * closed, or proved that it never was.
 */
export interface Opening {
  readonly key: string;
  /** Whose step opened it. */
  readonly frame: number;
  readonly vpgs: readonly string[];
  /** Of those, the ones whose checkpoint was the latest: they count for the RPO. */
  readonly latest: readonly string[];
  /** `closing`: the guard was told to; it is told once. */
  state: 'opening' | 'open' | 'closing' | 'closed' | 'never';
  /** When its call was given. Absent in a state older than this. */
  readonly since?: number;
  /** Of a test with a `hold`: when that is over. */
  holdUntil?: number;
  /** ISO 8601; empty where the answer had none; absent until it is up. */
  checkpointTime?: string;
  /** Keys of the steps that wait for its end, the one that asked for it first. */
  readonly closers: string[];
  closedBy?: string;
  /** It was not closed: the live run of that id has taken it over open. */
  takenOverBy?: string;
  /** When closing gives up waiting for the guard. */
  deadline?: number;
  /** A live change is ended only by a person's word. */
  readonly live?: true;
  /** Of a live change: VPG name → VpgIdentifier. */
  readonly ids?: Readonly<Record<string, string>>;
  /** It is being committed or rolled back. */
  ending?: EndingOfLive;
  /** It was. */
  ended?: EndingOfLive;
}

/** A manual step that waits for somebody to tell what came of it. Times: ms since 1970. */
export interface Report {
  readonly instructions: string;
  /** Groups and people; empty: whoever may operate the runbook. */
  readonly assignees: readonly string[];
  readonly evidence: 'none' | 'optional' | 'required';
  readonly since: number;
  /** A pause of a live run moves it. */
  expiresAt: number;
}

/** `key`: of the step, or of a decision while the run is held. */
export interface EndingOfLive {
  readonly how: 'commit' | 'roll-back';
  readonly key: string;
  readonly word: Word;
}

/** Whose word a commit or roll-back is. */
export type Word = NonNullable<ActionCall['word']>;

export interface Paused {
  readonly since: number;
  readonly by: string;
  readonly reason: string;
  /** The time that people have to answer stands still. */
  readonly stopsClocks?: true;
}

/** Why nothing more starts, and what a person's way out does to it. */
export interface Held {
  readonly since: number;
  /** One sentence each, the first that held the run first. */
  readonly reasons: string[];
  /** How the run ends where nothing live is left open; absent at the end of the steps: there it ends as it stands. */
  readonly stop?: Stop;
  /** Keys of refused or expired approvals; going on asks anew. */
  readonly approvals: string[];
  /** Keys of failed steps; going on overcomes them. */
  readonly failed: string[];
  /** Whoever cancelled wants no `finally`. */
  readonly skipFinally?: string;
  /** A person's commit or roll-back is under way. */
  decision?: Decided;
  /** Who has said "commit" so far, where that needs several. */
  commits?: HeldWord[];
  /** A person's roll-back that begins as soon as nothing with an effect is on its way. */
  wanted?: Decided;
}

/** Times: ms since 1970. */
export interface HeldWord {
  readonly by: string;
  readonly reason: string;
  readonly at: number;
  /** A key that drillbook.yaml lists has signed it. */
  readonly verified?: true;
}

export interface Decided {
  readonly choice: Exclude<HeldChoice, 'go-on'>;
  /** As people read it: one name, or several. */
  readonly by: string;
  /** Where there are several, each. */
  readonly people?: readonly string[];
  /** One alone decided what needs several. */
  readonly brokeGlass?: true;
  readonly reason: string;
  /** Where it is the answer to a question. */
  readonly at?: string;
}

/** Ids may be words like `constructor`: records are never asked without this. */
export function lookUp<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
