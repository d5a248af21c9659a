import type { Mode } from '../actions/contract.ts';

/** What the worker is asked before a person's word counts. Names are those of the runbook; nothing of it is secret. */
export interface EntitlementQuestion {
  /** The name that came with the word. */
  readonly by: string;
  /** Who asked for the run: the same person must be known again under another name. */
  readonly requester: string;
  readonly mode: Mode;
  readonly to: 'vote' | 'break the glass' | 'report' | 'decide';
  /** People and groups of whom one must be meant; empty: anybody. */
  readonly names: readonly string[];
}

export interface Entitlement {
  /** The person that drillbook.yaml knows under that name; else the name. One name a person, within a run. */
  readonly by: string;
  /** Why he may not. */
  readonly refused?: string;
}

/** People and groups of drillbook.yaml as it stands now. */
export interface People {
  /** `identity.unverified`. */
  readonly unverified: 'refuse' | 'drills' | 'allow';
  /** The person behind a login, or a person's own name; undefined: nobody has it. */
  readonly personOf: (login: string) => string | undefined;
  /** Whether a person is one of these, or in one of these groups or in a group of theirs. */
  readonly isAmong: (person: string, names: readonly string[]) => boolean;
  /** Of these names, those that lead to a group whose members only the identity provider knows. */
  readonly unknowable: (names: readonly string[]) => readonly string[];
}
