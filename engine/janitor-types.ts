import type { GuardStart, HandedOver } from './guard-types.ts';
import type { Queues } from './queues.ts';
import type { WrittenOpening } from './written.ts';

/** The sites of the worker's drillbook.yaml, and the task queues that it names. */
export interface KnownSites {
  readonly names: readonly string[];
  readonly queues: Queues;
}

/** What one site shows, and what the worker there has written down. */
export interface SiteSeen {
  readonly site: string;
  /** Why it could not be looked at: then nothing is concluded from what it does not show. */
  readonly error?: string;
  /** Running tests, and failovers and moves that are neither committed nor rolled back. */
  readonly open: readonly SeenOpen[];
  readonly written: readonly WrittenOpening[];
}

export interface SeenOpen {
  readonly kind: OpenKind;
  readonly vpg: string;
  /** VpgIdentifier. */
  readonly vpgId: string;
  /** The ZVM's word. */
  readonly stage: string;
  /** The VPG's tasks of that kind, the newest last. */
  readonly tasks: readonly SeenTask[];
}

export type OpenKind = 'test' | 'failover' | 'move';

export interface SeenTask {
  readonly id: string;
  readonly initiatedBy: string;
  /** Whether that is the account of this worker. */
  readonly ours: boolean;
  /** As the ZVM states it; may be empty. */
  readonly started: string;
}

/** The newest guard of its run. `unknown`: Temporal has none of that id. */
export type GuardFound = 'running' | 'ended' | 'lost' | 'unknown';

/** What Temporal knows. */
export interface TemporalSeen {
  /** `host:port/namespace`. */
  readonly temporal: string;
  readonly running: readonly RunningGuard[];
  readonly lost: readonly LostGuard[];
  readonly leases: readonly LeaseSeen[];
  /** The guards that the write-ahead files name. */
  readonly guards: Readonly<Record<string, GuardFound>>;
}

export interface RunningGuard {
  readonly id: string;
  readonly run: string;
  /** How long ago its run ended, ms; absent: it lives. */
  readonly runGoneMs?: number;
  /** VpgIdentifiers of what it has open; absent: it does not answer. */
  readonly open?: readonly string[];
}

/** The newest guard of its run, terminated or failed. */
export interface LostGuard {
  readonly id: string;
  /** The id that its successor has. */
  readonly next: string;
  readonly generation: number;
  readonly start: GuardStart;
  /** What it may have left open. */
  readonly left: readonly HandedOver[];
  readonly holds: Readonly<Record<string, string>>;
  readonly runGone: boolean;
}

export interface LeaseSeen {
  /** VpgIdentifier. */
  readonly id: string;
  readonly vpg: string;
  readonly run: string;
  readonly guard: string;
  /** Of its token (ownerOf); histories from before there were owners have the token. */
  readonly owner?: string;
  readonly token?: string;
  readonly found: GuardFound;
}

export type JanitorDecision =
  | { readonly do: 'start-guard'; readonly id: string; readonly start: GuardStart; readonly why: string }
  /** Its run is gone, and it has not noticed by itself. */
  | { readonly do: 'wake-guard'; readonly id: string; readonly why: string }
  | { readonly do: 'release'; readonly owner: string; readonly why: string }
  /** Nothing of what was written down is open. */
  | { readonly do: 'forget'; readonly site: string; readonly id: string; readonly why: string };

/** What runs at a site and is nobody's that we know: never ended by a machine. */
export interface Stranger {
  readonly site: string;
  readonly kind: OpenKind;
  readonly vpg: string;
  readonly vpgId: string;
  readonly stage: string;
  /** Of its newest task; empty: no task tells. */
  readonly taskId: string;
  readonly by: string;
  readonly since: string;
  /** What else is known of it. */
  readonly note?: string;
}

/** What one pass of the janitor found and did. Times: ms since 1970. */
export interface JanitorReport {
  readonly at: number;
  readonly strangers: readonly Stranger[];
  readonly decisions: readonly JanitorDecision[];
  /** What is left for the next pass, or for people, as sentences. */
  readonly left: readonly string[];
}
