import type { Contract, Mode } from '../actions/contract.ts';
import type { Json } from '../actions/json.ts';
import type { Until } from '../actions/call.ts';
import type { Pattern } from './inputs/pattern.ts';
import type { Phase, Template } from './plan.ts';
import type { ScalarNode } from './yaml/nodes.ts';
import type { Range } from './yaml/source.ts';
import type { Shape } from './shape/fields.ts';
import type { Cron } from './triggers/cron.ts';

/** A runbook as far as it could be read; what could not was reported and is absent. */
export interface Runbook {
  readonly root: Range;
  readonly name: string;
  readonly description?: string;
  readonly owner?: string;
  /** Of the keys `modes` and `inputs`; else the first line. */
  readonly modesAt: Range;
  readonly inputsAt: Range;
  readonly modes: ReadonlyMap<Mode, ModeDraft>;
  readonly inputs: ReadonlyMap<string, InputDraft>;
  readonly outputs: ReadonlyMap<string, Draft>;
  readonly settings: Settings;
  /** In the order of the file: preflight, steps, finally. */
  readonly steps: readonly StepDraft[];
  readonly triggers: Triggers;
}

/** What may stand at the top and under a mode; the mode's wins. */
export interface Settings {
  readonly vars: ReadonlyMap<string, Located<Json>>;
  readonly objectives: { readonly rto?: Located<number>; readonly rpo?: Located<number> };
  readonly limits: Limits;
  readonly onFailure?: OnFailure;
  readonly site?: Located<string>;
}

export interface Limits {
  readonly timeout?: number;
  readonly closing?: number;
  readonly ask?: number;
  readonly onLocked?: 'wait' | 'fail';
  readonly lockWait?: number;
  readonly maxOpen?: number;
  readonly preemptWait?: number;
  readonly maxHold?: number;
  readonly window?: { readonly opens?: Draft; readonly closes?: Draft };
}

export interface ModeDraft {
  readonly at: Range;
  readonly settings: Settings;
  readonly via?: Located<string>;
}

export type OnFailure = 'abort' | 'continue' | 'ask';

export interface Located<T> {
  readonly value: T;
  readonly at: Range;
}

export const inputTypes = ['string', 'number', 'boolean', 'duration', 'time', 'enum', 'list', 'checkpoint'] as const;
export type InputType = (typeof inputTypes)[number];

export interface InputDraft {
  readonly name: string;
  readonly at: Range;
  readonly type: InputType;
  readonly of: InputType;
  readonly values?: readonly string[];
  readonly pattern?: Pattern;
  readonly default?: Json;
  readonly required: readonly Mode[] | 'all';
  readonly description?: string;
}

/** Whether a run of a mode must give it. A default counts where the mode does not require the input. */
export function mustBeGiven({ required, default: usual }: InputDraft, mode: Mode): boolean {
  return required === 'all' ? usual === undefined : required.includes(mode);
}

export interface StepDraft {
  /** Place in the file's steps. */
  readonly index: number;
  readonly phase: Extract<Phase, 'preflight' | 'main' | 'finally'>;
  readonly id: string;
  readonly at: Range;
  readonly name?: string;
  readonly uses: Located<string>;
  /** As written; an alias is resolved by mode. Absent: unknown or without a contract, already reported. */
  readonly contract?: Contract;
  readonly with?: Draft;
  /** The node of `with`, for what depends on the mode. */
  readonly withAt: Range;
  readonly needs?: readonly Located<string>[];
  readonly if?: Expression;
  readonly only?: readonly Located<Mode>[];
  readonly site?: Located<string>;
  readonly forEach?: {
    readonly items: Draft;
    readonly at: Range;
    readonly maxParallel?: number;
    readonly batch?: number;
    readonly maxFailures?: Located<number>;
  };
  /** It has a for-each, which was refused. */
  readonly forEachRefused?: true;
  readonly timeoutMs?: number;
  readonly hold?: Located<number>;
  readonly retry?: Located<Until>;
  readonly onFailure?: Located<OnFailure>;
  /** Beside for-each: what expressions give item by item, in place of the fields above. `retry`: a map as `Until`. */
  readonly perItem?: { readonly timeout?: Draft; readonly retry?: Located<Draft>; readonly onFailure?: Draft };
}

/** A value with expressions, before they are checked by mode. */
export type Draft =
  | { readonly kind: 'lit'; readonly value: Json; readonly at: Range }
  | { readonly kind: 'cel'; readonly expression: Expression; readonly at: Range }
  | {
      readonly kind: 'text';
      readonly parts: readonly (string | Expression)[];
      readonly at: Range;
      /** Of the field that it is for. */
      readonly shape?: Shape;
    }
  | { readonly kind: 'list'; readonly items: readonly Draft[]; readonly at: Range }
  | {
      readonly kind: 'map';
      readonly entries: ReadonlyMap<string, Draft>;
      readonly at: Range;
      /** Where the keys stand, of a map whose keys are its author's. */
      readonly keys?: ReadonlyMap<string, Range>;
    };

export interface Expression {
  readonly source: string;
  readonly node: ScalarNode;
  /** Offset of the source in the node's value. */
  readonly offset: number;
  readonly wants: Wanted;
  /** For messages: `with.host`, `if`. */
  readonly what: string;
}

/** What an expression is in a Plan of a mode. */
export type Resolved = ReadonlyMap<Expression, string>;

/** What an expression must give: a condition, something that can stand in text, a list, or what a field takes. */
export type Wanted =
  | { readonly kind: 'condition' }
  | { readonly kind: 'text' }
  | { readonly kind: 'items' }
  | { readonly kind: 'field'; readonly shape: Shape };

/** What starts runs of a runbook, checked as far as the file alone goes. */
export interface Triggers {
  readonly schedules: readonly ScheduleDraft[];
  readonly webhooks: readonly WebhookDraft[];
}

/** Rule 17. */
export interface ScheduleDraft {
  readonly name: string;
  readonly mode: 'drill';
  readonly cron: Cron;
  /** IANA. */
  readonly timeZone: string;
  /** As `Compiled.plan` takes them: each fits its declaration, none that the mode requires is missing. */
  readonly inputs: Readonly<Record<string, Json>>;
  /** Calendars of drillbook.yaml. */
  readonly blackouts: readonly string[];
  /** A surprise: it starts at a random time in this span after its time. */
  readonly withinMs?: number;
  /** It starts up to so much later; beside `withinMs` both random spans add. */
  readonly jitterMs: number;
  readonly overlap: 'skip' | 'wait';
  /** How late it may still start after an outage. */
  readonly catchUpMs: number;
  /** Of its cron, for warnings. */
  readonly at: Range;
}

/** Rule 18. Expressions are checked and made ready for the run; they read nothing but `payload`. */
export interface WebhookDraft {
  readonly name: string;
  readonly mode: Located<Mode>;
  /** An entry of `triggers` in drillbook.yaml. */
  readonly from: Located<string>;
  /** CEL: starts a run only where it is true. */
  readonly if?: string;
  /** CEL: a second delivery with the same value attaches to the first run. */
  readonly once?: string;
  readonly reason?: Template;
  /** Values as `Compiled.plan` takes them once they are rendered. */
  readonly inputs: Readonly<Record<string, Template>>;
}
