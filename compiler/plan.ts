import type { Effect, Mode, Performer, TransportRetry } from '../actions/contract.ts';
import type { Until } from '../actions/call.ts';
import type { Json } from '../actions/json.ts';

/** The format that this compiler writes; engines read it and the one before. */
export const planFormat = 1;

/**
 * One mode of a runbook, ready to run: plain, readonly JSON, expressions checked, durations in ms, nothing of the
 * author's file left but its hash. A run is pinned to its Plan.
 */
export interface Plan {
  readonly format: typeof planFormat;
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
  /** In this order: sign-in, preflight, main, closing, finally; the author's order within each. */
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
}

export interface CallPolicy {
  readonly performer: Performer;
  readonly transport: TransportRetry;
}

export type Phase = 'sign-in' | 'preflight' | 'main' | 'closing' | 'finally';

export interface PlanStep {
  readonly id: string;
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
   * What must have ended before it starts: `above`: every step before it in `steps` (whatever the phase); else
   * the steps at these places (needs, walls and the preflight's last are all in the list).
   */
  readonly after: 'above' | readonly number[];
  /** Places whose step must have succeeded or been skipped; if one did not, this one is `cancelled`. Part of `after`. */
  readonly needs: readonly number[];
  /** A CEL expression that must be true, or the step is `skipped`. */
  readonly if?: string;
  readonly forEach?: { readonly items: Template; readonly maxParallel: number };
  /** One item, all its tries, ms. */
  readonly timeoutMs: number;
  readonly until?: Until;
  readonly onFailure: 'abort' | 'continue' | 'ask';
  readonly wall?: true;
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
