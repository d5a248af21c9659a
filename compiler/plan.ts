import type { Effect, Mode, Performer, TransportRetry } from '../actions/contract.ts';
import type { Until } from '../actions/call.ts';
import type { Json } from '../actions/json.ts';

/** The format that this compiler writes; engines read it and the one before (1 knew no sub-runbooks, other sites, batches). */
export const planFormat = 2;

/**
 * One mode of a runbook, ready to run: plain, readonly JSON, expressions checked, durations in ms, nothing of the
 * author's file left but its hash. A run is pinned to its Plan.
 */
export interface Plan {
  readonly format: typeof planFormat | 1;
  readonly name: string;
  readonly description?: string;
  readonly owner?: string;
  readonly mode: Mode;
  /** The site that the VPGs recover to. */
  readonly site: string;
  readonly objectives: { readonly rtoMs?: number; readonly rpoMs?: number };
  /** Given or default values, checked against their declarations; an input without either is absent. */
  readonly inputs: Readonly<Record<string, Json>>;
  readonly vars: Readonly<Record<string, Json>>;
  readonly limits: PlanLimits;
  /** The runbook's file name (no folder) and the SHA-256 of its bytes, hexadecimal. */
  readonly source: { readonly file: string; readonly sha256: string };
  /** How the actions in use are called, by action name. */
  readonly policies: Readonly<Record<string, CallPolicy>>;
  /** The top-level `outputs`, rendered when the run ends; a sub-runbook's stand in its scope. */
  readonly outputs?: Readonly<Record<string, Template>>;
  /** Sub-runbooks, expanded: the steps of each are in `steps` with its number. */
  readonly scopes?: readonly PlanScope[];
  /**
   * In this order: sign-in, preflight, main, closing, finally; the author's order within each. The steps of a sub-runbook
   * stand directly behind the step that calls it, in the same order of phases.
   */
  readonly steps: readonly PlanStep[];
  /** SHA-256, hexadecimal, of the canonical JSON of everything above. */
  readonly hash: string;
}

export interface PlanLimits {
  /** The whole run, people included, before closing. */
  readonly timeoutMs: number;
  /** Budget of closing and of `finally` together. */
  readonly closingMs: number;
  /** How long a question stays open in a drill or a change. */
  readonly askMs: number;
  readonly onLocked: 'wait' | 'fail';
  /** With `wait`: give up after; absent: wait as long as the run may. */
  readonly lockWaitMs?: number;
  /** How many tests of this run may be open at once. */
  readonly maxOpen?: number;
  /** A live run waits so long for a drill to let a VPG go, before it takes it over. */
  readonly preemptWaitMs?: number;
  /** A test is never extended beyond so long after it was opened. */
  readonly maxHoldMs?: number;
  /** ISO 8601 times: the first step above `read` waits for `opens`; after `closes` none above `isolated` starts (rule 13). */
  readonly window?: { readonly opens?: Template; readonly closes?: Template };
}

/**
 * A sub-runbook where it is called: a scope of its own, with its own names, mode, site, closing and `finally`. It begins
 * when its calling step is performed (once an item of a for-each) and has ended when its `finally` has.
 */
export interface PlanScope {
  /** Place of the step that calls it. */
  readonly call: number;
  readonly name: string;
  readonly mode: Mode;
  readonly site: string;
  /** In the caller's names; rendered as the scope begins. */
  readonly inputs: Readonly<Record<string, Template>>;
  readonly vars: Readonly<Record<string, Json>>;
  /** In its own names; rendered when its last step has ended, before closing. They become the calling step's outputs. */
  readonly outputs: Readonly<Record<string, Template>>;
  readonly limits: Pick<PlanLimits, 'closingMs' | 'askMs'>;
  readonly source: { readonly file: string; readonly sha256: string };
}

export interface CallPolicy {
  readonly performer: Performer;
  readonly transport: TransportRetry;
  /** It may take long by itself, also where no `until` stands. Plans that are older do not have it. */
  readonly waits?: true;
}

export type Phase = 'sign-in' | 'preflight' | 'main' | 'closing' | 'finally';

export interface PlanStep {
  /** Of a sub-runbook's step: the ids of the calling steps before it, `dr/db`. */
  readonly id: string;
  /** Number in `scopes`; absent: the run's own. Places in `after`, `needs`, `closes`, `closedBy` are of the same scope. */
  readonly scope?: number;
  /** On a step that calls a sub-runbook: its number in `scopes`. */
  readonly calls?: number;
  readonly name?: string;
  readonly phase: Phase;
  /** The action that runs in this mode (an alias is already resolved). */
  readonly uses: string;
  /** What the author wrote, where it was an alias. */
  readonly written?: string;
  /** What the action does, for people. */
  readonly summary: string;
  readonly effect: Effect;
  /** Gives a map; defaults filled in. */
  readonly with: Template;
  readonly site: string;
  readonly via?: string;
  /**
   * What must have ended before it starts: `above`: every step of its scope before it in `steps` (whatever the phase); else
   * the steps at these places (needs, walls and the preflight's last are all in the list).
   */
  readonly after: 'above' | readonly number[];
  /** Places whose step must have succeeded or been skipped; if one did not, this one is `cancelled`. Part of `after`. */
  readonly needs: readonly number[];
  /** A CEL expression that must be true, or the step is `skipped`. */
  readonly if?: string;
  /** `batch`: the next so many start when all of these have ended. `maxFailures`: one more failed item ends it; absent: none does. */
  readonly forEach?: {
    readonly items: Template;
    readonly maxParallel: number;
    readonly batch?: number;
    readonly maxFailures?: number;
  };
  /** One item, all its tries, ms. */
  readonly timeoutMs: number;
  readonly until?: Until;
  readonly onFailure: 'abort' | 'continue' | 'ask';
  /**
   * With `forEach`: what expressions give for each item, in place of the field beside it, rendered in the item's names as
   * it is admitted (rule 15). `timeout`: ms, more than zero. `until`: an `Until`. `onFailure`: one of its words. Anything
   * else makes the item errored. The static fields hold what counts for the step as a whole: the action's own time-out,
   * no `until`, and as on-failure the mode's default, never `continue`.
   */
  readonly perItem?: { readonly timeout?: Template; readonly until?: Template; readonly onFailure?: Template };
  readonly wall?: true;
  /** What it leaves open (rule 4). In format 1 a step with `closedBy` opens a test. */
  readonly opens?: 'test' | 'live' | 'pause';
  /** It ends what is open live. */
  readonly ends?: 'commit' | 'roll-back';
  /** Of an opening: how long it may stay open, ms. */
  readonly holdMs?: number;
  /** Place of the sign-in of its site, where that is not the run's own; a failure there fails this step. */
  readonly signIn?: number;
  /** A sign-in that nobody waits for but the steps that name it. */
  readonly beside?: true;
  /** Its outputs name VPGs that must be locked before anything below starts (`identifiers`: by name). */
  readonly acquires?: true;
  /** `with[locks]` names the VPGs that must be held. */
  readonly locks?: 'vpg' | 'vpgs';
  readonly vpgs?: 'vpg' | 'vpgs';
  /** On an opening: the place of the closing step that the compiler added. */
  readonly closedBy?: number;
  /** On a closing step: the place of the opening. Its `after` are the closings that come first (reverse of the graph). */
  readonly closes?: number;
}

/**
 * A value with expressions in it.
 * `lit`: as it stands. `cel`: one expression, its value keeps its type. `text`: parts joined as text.
 */
export type Template =
  | { readonly lit: Json }
  | { readonly cel: string }
  | { readonly text: readonly (string | { readonly cel: string })[] }
  | { readonly list: readonly Template[] }
  | { readonly map: { readonly [key: string]: Template } };
