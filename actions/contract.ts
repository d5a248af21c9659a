import type { z } from 'zod';

export const modes = ['drill', 'failover', 'move', 'change'] as const;
export type Mode = (typeof modes)[number];

/** How far a call can reach, in rising order. A drill may not go beyond `isolated` (docs/language.md, rule 5). */
export const effects = ['read', 'isolated', 'reversible', 'irreversible'] as const;
export type Effect = (typeof effects)[number];

/**
 * Who performs a step of this action.
 * `activity`: the run calls one activity of the action's name.
 * `guard`: the run's guard workflow sends it, because it opens, ends or closes something that outlives the run.
 * `engine`: the scheduler itself (a wait, an assertion, a question).
 */
export type Performer = 'activity' | 'guard' | 'engine';

/** Retry of transport faults only, by Temporal; all times in ms. Bounded by the step's time-out, never by a count. */
export interface TransportRetry {
  readonly initialMs: number;
  readonly coefficient: number;
  readonly maximumMs: number;
}

/** The contract of an action: the only place that says what it takes, gives, reaches and how long it may last. */
export interface Contract<I extends z.ZodObject = z.ZodObject, O extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** One line for people: what it does, in the present tense. */
  readonly summary: string;
  /** `with`, after expressions were evaluated and durations became ms. Field kinds: see fields.ts. */
  readonly input: I;
  /** `steps.x.outputs`, at most 2 KiB of JSON a step. */
  readonly output: O;
  /** The effect, where it does not depend on the mode or on what is asked; else the function decides from the raw `with`. */
  readonly effect: Effect | ((input: Readonly<Record<string, unknown>>) => Effect);
  readonly performer: Performer;
  /** The action that ends what this one opens; the compiler adds a step of it. */
  readonly closedBy?: string;
  /** An alias: the action that really runs, by mode. A mode that is missing cannot use the action. */
  readonly byMode?: Readonly<Partial<Record<Mode, string>>>;
  /** Modes in which it is legal at all; absent: in all. */
  readonly modes?: readonly Mode[];
  /** The input field that names the VPGs that a run must hold the lock of. */
  readonly locks?: 'vpg' | 'vpgs';
  /** The input field that names the VPGs that it reads or changes (resolved at sign-in). */
  readonly vpgs?: 'vpg' | 'vpgs';
  /** A wall: nothing below starts before it ended, and it waits for all above (rule 1). */
  readonly wall?: true;
  /** It needs a `timeout` of the author's own. */
  readonly timeoutRequired?: true;
  /** `false`: the contract exists and compiles, running it is refused in this version. */
  readonly built: boolean;
  /** The step's time-out where the author states none, ms. */
  readonly timeoutMs: number;
  /** `retry:` (until it holds) is legal. Never on a reversible or irreversible action (rule 6). */
  readonly until?: true;
  readonly transport: TransportRetry;
}

export type InputOf<C extends Contract> = z.output<C['input']>;
export type OutputOf<C extends Contract> = z.output<C['output']>;

/** Keeps the literal types of a contract. */
export function contract<I extends z.ZodObject, O extends z.ZodObject>(c: Contract<I, O>): Contract<I, O> {
  return c;
}

/** For calls to a ZVM and its kind: a fault is tried again after 1 s, then less often, at most every 15 s. */
export const politely: TransportRetry = { initialMs: 1_000, coefficient: 2, maximumMs: 15_000 };

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
