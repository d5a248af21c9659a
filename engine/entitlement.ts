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
