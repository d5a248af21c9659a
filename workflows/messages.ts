import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Plan } from '../compiler/plan.ts';
import type { Carried } from './carried.ts';
import type { ScheduleTerms } from '../engine/admission.ts';
import type { Proof } from '../engine/entitlement.ts';
import type { FromGuard, ToGuard } from '../engine/guard-messages.ts';
import type { HandedOver } from '../engine/guard-types.ts';
import type { LockRequest, Offer, Preemption } from '../engine/locks-types.ts';
import type { RunClock } from '../engine/clock.ts';
import type { Queues } from '../engine/queues.ts';
import type { OpeningView } from '../engine/guard-view.ts';
import type { PageInput } from '../engine/page.ts';
import type { Pending } from '../engine/pending.ts';
import type { HeldChoice, Progress, RunInfo, RunResult } from '../engine/types.ts';

/** What a `runbook` workflow is started with. Its workflow id is the run's id. */
export interface RunStart {
  readonly plan: Plan;
  readonly run: RunInfo;
  /** Of the requester, over the run's id and the plan's hash. */
  readonly proof?: Proof;
  /** All search attributes of drillbook are registered: its verdict becomes one. Absent: the run is older than this, too. */
  readonly searchable?: true;
  /** Of the requester too, over the reason to go without the locks. */
  readonly lockProof?: Proof;
  /** Of an execution that goes on from another: what that one has left. */
  readonly carried?: Carried;
  /** Of a drill by schedule: what the schedule says beside the Plan. Its run is named after its workflow id. */
  readonly schedule?: ScheduledStart;
  /** For tests: goes on in another execution after so many events. Absent: 3,000. */
  readonly continueAfterEvents?: number;
  /** For tests: its guard pages again after so many ms. Absent: 5 minutes, later 30. */
  readonly pageAgainMs?: number;
  /** Absent: everything goes to the workflow's own queue, as before there were others. */
  readonly queues?: Queues;
  /** It tells people of its start and end too, by workflows of their own. Absent: the run is older than this, or a look. */
  readonly tells?: true;
  /** Absent: the run needs none, or it is refused. */
  readonly lift?: Lift;
}

/** An approver's word that one run of one Plan may start unpublished. It names the run before there is one: so it counts once. */
export interface Lift {
  readonly run: string;
  readonly plan: string;
  readonly by: string;
  readonly reason: string;
  readonly id: string;
  readonly proof?: Proof;
}

/** What the workflow `tell` is started with. */
export interface TellStart {
  readonly input: PageInput;
  /** The workers serve a queue for what waits: a receiver that does not answer is no short call. */
  readonly waits?: true;
}

/** To `tell`: newer of the same thing. */
export const tellSignal = defineSignal<[input: PageInput]>('tell');

/** When a schedule's drill may begin. Durations in ms. */
export interface ScheduledStart extends ScheduleTerms {
  /** `RUNBOOK/NAME`, the schedule's id in Temporal. */
  readonly id: string;
}

/** What comes with every word of a person. */
export interface Said {
  readonly by: string;
  readonly reason: string;
  /** Counts once, however often it is sent. */
  readonly id?: string;
  /** Shows that it is his (actions/proof.ts); needs an id. */
  readonly proof?: Proof;
}

/** Answer of the `progress` query: what is new since a number, and the end once it is there. */
export interface RunProgress {
  readonly progress: readonly Progress[];
  /** All that waits for people now; absent: the run's worker is older than this. */
  readonly pending?: readonly Pending[];
  /** Absent: the run's worker is older than this. */
  readonly clock?: RunClock;
  readonly result?: RunResult;
}

export const progressQuery = defineQuery<RunProgress, [since: number]>('progress');
/** What waits for people. A query leaves nothing in the history, so it may be asked as often as somebody looks. */
export const pendingQuery = defineQuery<readonly Pending[]>('pending');
/** Not answered in words by a run that is older than roles. */
export const cancelUpdate = defineUpdate<Heard | undefined, [Said & { readonly now: boolean }]>('cancel');
/** A person ends the run: as `cancel`, by another word. */
export const abortUpdate = defineUpdate<Heard, [Said]>('abort');
/** Nothing further starts; what runs, deadlines of a drill and closing go on. */
export const pauseUpdate = defineUpdate<Heard, [Said]>('pause');
export const resumeUpdate = defineUpdate<Heard, [Said]>('resume');
/** More time for a drill. */
export const extendUpdate = defineUpdate<Heard, [Said & { readonly byMs: number }]>('extend');
/** Gives up all that a live run has open, whatever it does. */
export const rollBackUpdate = defineUpdate<Heard, [Said]>('roll-back');

/** A person's answer to a question; rejected, without a trace in the history, where it was not offered. */
export const answerUpdate = defineUpdate<Heard, [Answer]>('answer');
export interface Answer extends Said {
  /** The step, or item, that asks. */
  readonly key: string;
  readonly choice: 'retry' | 'skip' | 'roll-back' | 'abort';
}

/** What came of a person's word: the engine has taken it, and counts it or has recorded why not. */
export interface Heard {
  readonly counted: boolean;
  /** `ana voted approve (1 of 2)`, or why it does not count. */
  readonly text: string;
}

/**
 * A vote. What is not asked, or not offered, is rejected without a trace; a vote that is late, repeated or of somebody who
 * may not is in the history and in the progress, and is not counted.
 */
export const approveUpdate = defineUpdate<Heard, [Vote & { readonly choice?: string; readonly breakGlass?: true }]>(
  'approve',
);
export const rejectUpdate = defineUpdate<Heard, [Vote]>('reject');
export interface Vote extends Said {
  readonly id: string;
  /** The step's. */
  readonly key: string;
}

/** What came of a manual step. */
export const reportUpdate = defineUpdate<Heard, [Report]>('report');
export interface Report extends Omit<Said, 'reason'> {
  readonly key: string;
  readonly outcome: 'done' | 'failed' | 'not-applicable';
  readonly note: string;
}

/** A person's way out of `held`. */
export const decideUpdate = defineUpdate<Heard, [HeldDecision]>('decide');
export interface HeldDecision extends Said {
  readonly choice: HeldChoice;
  /** Of a commit: this person alone, past the quorum. */
  readonly breakGlass?: true;
}

/** To a guard whose run is gone: commits or rolls back what it has open live of one VPG. */
export const endOpeningUpdate = defineUpdate<Heard, [EndOpening]>('end-opening');
export interface EndOpening extends Said {
  readonly site: string;
  readonly vpg: string;
  readonly how: 'commit' | 'roll-back';
}

/** What the workflow `adopt` is started with: a person takes over what a stranger has open. */
export interface Adopt extends Said {
  readonly site: string;
  readonly vpg: string;
}

export const fromGuardSignal = defineSignal<[token: string, messages: readonly FromGuard[]]>('from-guard');
export const toGuardSignal = defineSignal<[token: string, messages: readonly ToGuard[]]>('to-guard');
/** `handed`: tests of a drill that a live run takes over with its VPGs, open as they are. */
export const lockedSignal =
  defineSignal<
    [answer: { token: string; n?: number; granted: boolean; error: string; handed?: readonly HandedOver[] }]
  >('locked');
/** To a guard whose question is not answered yet: for whom it waits. */
export const lockWaitsSignal = defineSignal<[waits: { token: string; n?: number; text: string }]>('lock-waits');
/** To a drill's guard: a live run wants its VPGs. */
export const preemptSignal = defineSignal<[preemption: Preemption & { token: string }]>('preempt');
/** From a drill's guard, after the time that a pre-emption gave it: what it cannot close. Answered by `handed`. */
export const lockOfferSignal =
  defineSignal<[offer: { token: string; guard: string; offers: readonly Offer[] }]>('offer');
/** `ids`: VpgIdentifiers; `by`: the live run that has taken them. */
export const handedSignal =
  defineSignal<[handed: { token: string; ids: readonly string[]; taken: boolean; by: string }]>('handed');
export const lockRequestSignal = defineSignal<[request: LockRequest]>('request');
/** By its token, or by what `leases` tells of it. */
export const lockReleaseSignal = defineSignal<[tokenOrOwner: string]>('release');

export type { OpeningView };
/** What a guard has open, or may have: for people, for the janitor, for `drillbook leases`. Times: ms since 1970. */
export const openingsQuery = defineQuery<readonly OpeningView[]>('openings');
/** What `locks` has granted. */
export const leasesQuery = defineQuery<readonly LeaseView[]>('leases');
export interface LeaseView {
  /** VpgIdentifier, or `site/name` of a VPG that is yet to be made. */
  readonly id: string;
  readonly vpg: string;
  readonly run: string;
  readonly guard: string;
  /** By what leases of one owner are known, and released: made of its token, which it does not tell (ownerOf). */
  readonly owner: string;
  readonly live: boolean;
  readonly since: number;
  /** `yielding`: a live run wants it. `lost`: its guard is no more, and nobody has looked yet what it left open. */
  readonly state: 'held' | 'yielding' | 'lost';
}
