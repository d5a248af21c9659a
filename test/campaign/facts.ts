import type { TaskSeen, VpgSeen } from '../../simulator/server.ts';
import type { Journal } from '../../report/journal.ts';
import type { Case } from './cases.ts';

/**
 * What one seed left behind, for the invariants: above all what the simulator itself has. All times are of this machine's clock,
 * ms since 1970, jumps of the simulation's taken out.
 */
export interface SeedFacts {
  readonly seed: number;
  readonly run: RunFacts;
  /** A live run of the same VPGs, begun while the first, a drill, was under way. */
  readonly beside?: RunFacts;
  readonly seen: Seen;
  /** What people said, in order. */
  readonly words: readonly Word[];
  /** What the campaign did, in order. */
  readonly deeds: readonly Done[];
  /** Nothing was drawn that could go wrong, but what befell the processes. */
  readonly calm: boolean;
  readonly endedAt: number;
}

/** The simulator's own log and state. */
export interface Seen {
  readonly tasks: readonly TaskSeen[];
  readonly requests: readonly RequestSeen[];
  readonly vpgs: readonly VpgSeen[];
  readonly settings: readonly { readonly id: string; readonly by: string; readonly lastUsed: number }[];
}

export interface RequestSeen {
  readonly at: number;
  readonly site: string;
  readonly method: string;
  readonly path: string;
  /** 0: not answered. */
  readonly status: number;
  readonly by?: string;
  /** What the simulation's fault script did to it. */
  readonly fault?: string;
}

export interface RunFacts {
  readonly id: string;
  readonly case: Case;
  readonly startedAt: number;
  /** As Temporal says: `completed`, `terminated` …; `running` where it did not end in time; `none`: Temporal has lost it. */
  readonly status: string;
  /** Of the newest of its guards. */
  readonly guardStatus: string;
  /** Leases that it still has. */
  readonly leases: readonly string[];
  /** Ids of the VPGs that any guard has open at the end. */
  readonly guarded: readonly string[];
  /** When everything that it opened must have been closed: its time limit, and the budget for closing. */
  readonly closeBy: number;
  readonly journal?: Journal;
  /** Why there is no journal or no report. */
  readonly noReport?: string;
}

export interface Word {
  readonly at: number;
  /** Empty: about the run. */
  readonly step: string;
  readonly by: string;
  readonly word: string;
  readonly reason: string;
  readonly glass?: true;
  /** `unknown`: no answer came; it may have been heard. */
  readonly counted: 'yes' | 'no' | 'unknown';
  readonly text: string;
}

export interface Done {
  readonly at: number;
  readonly what: string;
  readonly text: string;
}

/** The accounts of the simulated sites. */
export const accounts = {
  /** Of runs, but for drills. */
  ours: 'svc-drillbook',
  drills: 'svc-drills',
  stranger: 'olga',
} as const;

export const isOurs = (by: string | undefined): boolean => by === accounts.ours || by === accounts.drills;

/** What must never be seen, and the lines that show it. */
export interface Broken {
  readonly invariant: string;
  readonly text: string;
}

/** Temporal began anew with an empty database. */
export const isDatabaseLost = ({ deeds }: Pick<SeedFacts, 'deeds'>): boolean =>
  deeds.some(({ what }) => what === 'lose-database');

export type Invariant = (facts: SeedFacts) => readonly Broken[];
