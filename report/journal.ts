/**
 * What a run left behind, folded out of Temporal histories (the run's and its guard's). The types are the report's own:
 * the renderers know no Temporal, no engine and no compiler. Times: ms since 1970.
 */
export interface Journal {
  readonly format: 1;
  readonly run: {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly owner: string;
    readonly mode: string;
    readonly site: string;
    readonly requester: string;
    readonly verified: boolean;
    readonly trigger: string;
    readonly reason: string;
    readonly organisation: string;
    /** Why it held no locks, where an admin let it go on without them. */
    readonly withoutLock?: string;
    readonly startedAt: number;
    /** Absent while it runs. */
    readonly endedAt?: number;
    /** How much of it people alone were waited for, ms. Absent: they were not, or it is not known. */
    readonly humanMs?: number;
  };
  readonly runbook: {
    readonly file: string;
    readonly sha256: string;
    readonly planHash: string;
    readonly configSha256: string;
  };
  readonly inputs: Readonly<Record<string, unknown>>;
  /** `running`, `passed`, `passed_with_exceptions`, `failed`, `inconclusive`, or `lost`: ended without a verdict (terminated). */
  readonly verdict: string;
  readonly reasons: readonly string[];
  /** What must be known of the run itself: for whose VPGs it waited, what it took over. */
  readonly told?: readonly string[];
  /** Whom drillbook could not tell of the run, and why; absent: everybody was told. */
  readonly untold?: readonly string[];
  readonly recoveryVerdict: string;
  readonly rto: JournalObjective;
  readonly rpo: JournalObjective;
  /** The runbook's own `outputs`, where it has some and came to its end; or why they could not be had. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly outputsError?: string;
  readonly steps: readonly JournalStep[];
  readonly isolation: readonly {
    readonly at: number;
    readonly step: string;
    readonly vpg: string;
    readonly facts: readonly JournalIsolation[];
  }[];
  /** What was opened, and how it ended. */
  readonly openings: readonly JournalOpening[];
  /** The run's guards in their order: the second took over from the first, which was lost. Absent in older journals. */
  readonly guards?: readonly JournalGuard[];
  /** Zerto's own recovery reports, as it gave them. */
  readonly zertoReports: readonly {
    readonly at: number;
    readonly vpg: string;
    readonly report: Readonly<Record<string, unknown>>;
  }[];
  /** What people said to the run, in order of time, also what did not count. */
  readonly decisions: readonly JournalDecision[];
  /** What was read for the report: settings, differences of settings, samples. */
  readonly observations: readonly JournalObservation[];
  /** Everything, in order of time. */
  readonly entries: readonly JournalEntry[];
}

export interface JournalObjective {
  readonly ms?: number;
  readonly objectiveMs?: number;
  readonly met?: boolean;
  /** Of the RTO: in which people alone were waited for, ms; it is not in `ms`. */
  readonly humanMs?: number;
  readonly note?: string;
}

export interface JournalIsolation {
  readonly vm: string;
  readonly item: string;
  readonly value: string;
  readonly isolated: boolean;
  readonly why: string;
}

export interface JournalStep {
  readonly key: string;
  readonly name: string;
  readonly phase: 'sign-in' | 'preflight' | 'main' | 'closing' | 'finally';
  readonly uses: string;
  readonly effect: string;
  readonly summary: string;
  readonly status: string;
  readonly required: boolean;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** How often Temporal started the activity (1 without a fault), and tries within it (until-retry). */
  readonly activityAttempts: number;
  readonly tries: number;
  /** The first and last tries. */
  readonly attempts: readonly JournalAttempt[];
  readonly told: readonly string[];
  /** It opens or ends a live change: what it tells is a warning. */
  readonly live?: true;
  readonly error: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface JournalAttempt {
  readonly n: number;
  readonly at: number;
  readonly tookMs: number;
  readonly ok: boolean;
  readonly saw: string;
}

export interface JournalOpening {
  readonly step: string;
  readonly vpg: string;
  readonly site: string;
  readonly action: string;
  readonly openedAt?: number;
  readonly closedAt?: number;
  /**
   * `closed`, of a live change `committed`, `rolled-back` or (at the ZVM, by somebody) `ended-by-hand`; `open`, `stuck`,
   * `did-not-happen`; of a pre-empted drill `taken-over`: a live run goes on with the test as it is.
   */
  readonly state: string;
  /** The guard that read it back as closed, and what it gave Zerto as the reason. Absent in older journals. */
  readonly closedBy?: string;
  readonly closedWhy?: string;
  readonly checkpoint: string;
  readonly checkpointTime: string;
  /** Of a live change: at whose word it ended. */
  readonly ending?: JournalEnding;
  /** Of a live change, what was told as it was opened and ended: the source is not shut down, nothing protects it. */
  readonly warnings: readonly string[];
}

export interface JournalGuard {
  readonly id: string;
  readonly from: number;
  /** Absent while it runs. */
  readonly until?: number;
  /** `completed`: nothing is open. `running`, `terminated`, `failed`, … */
  readonly ended: string;
  readonly why: string;
}

export interface JournalEnding {
  /** The step that ended it, `commit-by-hand` or `roll-back-by-hand`; empty: nobody of this run. */
  readonly step: string;
  readonly by: readonly string[];
  readonly reason: string;
  /** It stood so at the ZVM already: nothing was sent at this word. */
  readonly found?: true;
  /** Of a commit. */
  readonly reverseProtected?: boolean;
}

export interface JournalDecision {
  readonly at: number;
  /** Empty: about the run itself. */
  readonly step: string;
  /** The person of drillbook.yaml where the run knew one under the name that was given. Nothing vouches for it unless `verified`. */
  readonly by: string;
  /** A key that drillbook.yaml lists has signed it. */
  readonly verified?: true;
  /** A choice of an approval, `reject`; `done`, `failed`, `not-applicable`; `retry`, `skip`, `abort`; `commit`, `roll-back`, `go-on`; `cancel`, `pause`, `resume`, `extend 1h`. */
  readonly word: string;
  readonly reason: string;
  readonly counted: boolean;
  /** What came of it: `ana voted approve (1 of 2)`, or why it did not count. */
  readonly text: string;
  readonly brokeGlass: boolean;
}

export interface JournalObservation {
  readonly at: number;
  readonly step: string;
  readonly what: string;
  readonly seen: unknown;
}

export interface JournalEntry {
  readonly seq: number;
  readonly at: number;
  /** `run` or `guard`: whose history it stands in. */
  readonly from: string;
  readonly kind: string;
  /** Empty: of no step. */
  readonly step: string;
  /** A call that the run or its guard makes for itself, by its activity id: `entitle:1`, `watch-holder-2`. */
  readonly about?: string;
  readonly text: string;
}
