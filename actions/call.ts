import type { Mode } from './contract.ts';
import type { Json, JsonMap } from './json.ts';

/** What an activity of an action is given. No secret and no token ever stands here. */
export interface ActionCall<I = JsonMap> {
  readonly action: string;
  readonly run: {
    readonly id: string;
    readonly name: string;
    readonly mode: Mode;
    readonly requester: string;
    /** Of the drillbook.yaml that the run was started with; empty: with none. */
    readonly configSha256?: string;
  };
  /** The step's key: `db`, or `front[payments-app]` for an item of a for-each. */
  readonly step: string;
  /** The name of drillbook.yaml. */
  readonly site: string;
  /** VPG name → VpgIdentifier, found at sign-in. */
  readonly vpgs: Readonly<Record<string, string>>;
  /** The probe that checks look from: the step's, else the mode's. */
  readonly via?: string;
  readonly with: I;
  /** Of a commit or roll-back: whose word it is, and for what reason. */
  readonly word?: { readonly by: readonly string[]; readonly reason: string };
  /** Only a look (`drillbook plan`): the client is limited to reads, and nothing is changed. */
  readonly dry?: true;
  /** Try again until it holds (rule 6). */
  readonly until?: Until;
  /** Absolute, ms since 1970: after it nothing may start and no try may begin. */
  readonly deadline: number;
  /** Of a look that was cut short when its run went on in another execution: what it had kept. */
  readonly earlier?: Json;
}

/** `retry:` of a check. `every` is multiplied by `backoff` after each try. At least one of `forMs`, `attempts`. */
export interface Until {
  readonly everyMs: number;
  readonly backoff: number;
  readonly forMs?: number;
  readonly attempts?: number;
}

/** One try of a check or a call, as it stands in the report. Times: ms since 1970, ms. */
export interface Attempt {
  readonly n: number;
  readonly at: number;
  readonly tookMs: number;
  readonly ok: boolean;
  /** What was seen, one line, masked. */
  readonly saw: string;
}

/** A proof for the report that is not an output. */
export type Evidence =
  | { readonly kind: 'isolation'; readonly vpg: string; readonly proof: readonly IsolationFact[] }
  | { readonly kind: 'zerto-report'; readonly vpg: string; readonly report: JsonMap }
  | { readonly kind: 'observation'; readonly what: string; readonly seen: Json };

/** One NIC or script of a VPG, and why it is (not) isolated. */
export interface IsolationFact {
  readonly vm: string;
  /** NIC name, or `pre-recovery script` and the like. */
  readonly item: string;
  /** Network or command by name; empty when unset. */
  readonly value: string;
  readonly isolated: boolean;
  readonly why: string;
}

/** What a successful activity returns. First and last tries only, with their number. */
export interface ActionResult<O = JsonMap> {
  readonly outputs: O;
  readonly attempts?: readonly Attempt[];
  readonly tries?: number;
  /** Facts that do not refuse but must be told (a journal that still fills). */
  readonly told?: readonly string[];
  readonly evidence?: readonly Evidence[];
}

/** `details[0]` of the ApplicationFailure of an unsuccessful activity. */
export interface FailureRecord {
  readonly attempts?: readonly Attempt[];
  readonly tries?: number;
  readonly told?: readonly string[];
  readonly evidence?: readonly Evidence[];
  /** Of an effect: `no`, it is certain that it did not reach the ZVM or was refused there. */
  readonly happened?: 'no' | 'unknown';
  /** Of an opening without an answer: what was asked for. */
  readonly sending?: { readonly checkpoint: string; readonly checkpointTime: string };
  /** Of an effect: an attempt before this one was lost without a word. */
  readonly earlier?: true;
  readonly zvm?: ZvmWord;
}

/** What a ZVM said to a call that failed, or that it gave no answer. */
export interface ZvmWord {
  /** The name of drillbook.yaml. */
  readonly site: string;
  /** Method and path below /v1/. */
  readonly operation: string;
  /** False: nothing answered at its address. */
  readonly answered: boolean;
  /** Its own sentence, as it gave it. */
  readonly said?: string;
}

/**
 * Kinds of unsuccessful endings, kept apart (docs/decisions): the type of the ApplicationFailure that an activity throws.
 * `failed`: the world said no. `errored`: we could not find out. `unreachable`: a transport fault, tried again by
 * Temporal until the step's time-out, then *errored*.
 */
export const failureTypes = { failed: 'failed', errored: 'errored', unreachable: 'unreachable' } as const;
