import type { Contract, Mode } from '../actions/contract.ts';
import type { Json } from '../actions/json.ts';
import type { Until } from '../actions/call.ts';
import type { Phase } from './plan.ts';
import type { ScalarNode } from './nodes.ts';
import type { Range } from './source.ts';
import type { Shape } from './fields.ts';

/** A runbook as far as it could be read; what could not was reported and is absent. */
export interface Runbook {
  readonly root: Range;
  readonly name: string;
  readonly description?: string;
  readonly owner?: string;
  readonly modes: ReadonlyMap<Mode, ModeDraft>;
  readonly inputs: ReadonlyMap<string, InputDraft>;
  readonly settings: Settings;
  /** In the order of the file: preflight, steps, finally. */
  readonly steps: readonly StepDraft[];
  /** Paths that a webhook's fields read, for the lint of unused inputs. */
  readonly triggered: ReadonlySet<string>;
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
  readonly pattern?: RegExp;
  readonly default?: Json;
  readonly required: readonly Mode[] | 'all';
  readonly description?: string;
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
  readonly forEach?: { readonly items: Draft; readonly at: Range; readonly maxParallel: number };
  readonly timeoutMs?: number;
  readonly retry?: Located<Until>;
  readonly onFailure?: Located<OnFailure>;
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
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Draft>; readonly at: Range };

export interface Expression {
  readonly source: string;
  readonly node: ScalarNode;
  /** Offset of the source in the node's value. */
  readonly offset: number;
  readonly wants: Wanted;
  /** For messages: `with.host`, `if`. */
  readonly what: string;
}

/** What an expression must give: a condition, something that can stand in text, a list, or what a field takes. */
export type Wanted =
  | { readonly kind: 'condition' }
  | { readonly kind: 'text' }
  | { readonly kind: 'items' }
  | { readonly kind: 'field'; readonly shape: Shape };
