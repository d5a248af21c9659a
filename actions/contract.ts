import type { z } from 'zod';

export const modes = ['drill', 'failover', 'move', 'change'] as const;
export type Mode = (typeof modes)[number];

/** How far a call can reach, in rising order. A drill may not go beyond `isolated` (docs/language.md, rule 5). */
export const effects = ['read', 'isolated', 'reversible', 'irreversible'] as const;
export type Effect = (typeof effects)[number];

export const higher = (a: Effect, b: Effect): Effect => (effects.indexOf(a) >= effects.indexOf(b) ? a : b);

/**
 * Who performs a step of this action.
 * `activity`: the run calls one activity of the action's name.
 * `guard`: the run's guard workflow sends it, because it opens, ends or closes something that outlives the run.
 * `engine`: the scheduler itself (a wait, an assertion, a question).
 */
export type Performer = 'activity' | 'guard' | 'engine';

/** What the operator declared in drillbook.yaml; a name that is unknown there (or without a file) gives the default. */
export interface Declared {
  /** Of a call of an endpoint: what is declared, whatever the method; else irreversible, read for GET and HEAD. */
  endpoint(name: string, method: string): Effect;
  /** Of a command; undefined for one that is not known. */
  command(name: string): Effect | undefined;
}

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
  /** `steps.x.outputs`, at most 2 KiB of JSON a step, and 256 bytes more an entry of a list (activities/bounded.ts). */
  readonly output: O;
  /**
   * The effect; where it depends on what is asked, decided from the raw `with` (an expression's value reads null) and on
   * what the operator declared in drillbook.yaml.
   */
  readonly effect: Effect | ((input: Readonly<Record<string, unknown>>, declared: Declared) => Effect);
  readonly performer: Performer;
  /** The action that ends what this one opens; the compiler adds a step of it. */
  readonly closedBy?: string;
  /**
   * What it leaves open. `test` and `pause` are closed whatever happens (`closedBy`); a `live` change is ended only by a
   * person's word (rule 4).
   */
  readonly opens?: 'test' | 'live' | 'pause';
  /** It ends what is open live, for good or by giving it up. */
  readonly ends?: 'commit' | 'roll-back';
  /** The action with which a person can undo it; never done by a machine. */
  readonly undoneBy?: string;
  /** It waits for people: not in a for-each, not in `finally` (rules 15, 19). */
  readonly people?: true;
  /** Its outputs name VPGs that nobody knew before the run: these may be locked and changed below it. */
  readonly finds?: 'vpgs' | 'vpg';
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
  /** Of a built action, what of this `with` (raw; an expression's value reads null) this version cannot run: for people. */
  readonly notBuilt?: (input: Readonly<Record<string, unknown>>) => string | undefined;
  /** The step's time-out where the author states none, ms. */
  readonly timeoutMs: number;
  /**
   * It looks again and again by itself where `retry:` asks for that; every other activity that is read or isolated is
   * repeated as a whole (rule 6).
   */
  readonly until?: true;
  /** It waits for a task of the ZVM, however long that takes: it must not take the place of a short call. */
  readonly waits?: true;
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
