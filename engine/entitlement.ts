import type { Mode } from '../actions/contract.ts';
import type { KeyScope } from '../actions/key-scopes.ts';
import type { Proof } from '../actions/proof.ts';
import type { Deed, Role } from '../actions/roles.ts';

export type { Deed, Proof, Role };

/** What the worker is asked before a person's word counts. Names are those of the runbook; nothing of it is secret. */
export interface EntitlementQuestion {
  /** The name that came with the word. */
  readonly by: string;
  /** Who asked for the run: the same person must be known again under another name. */
  readonly requester: string;
  readonly mode: Mode;
  readonly to: Deed;
  /** People and groups of whom one must be meant; empty: anybody. */
  readonly names: readonly string[];
  /** Of these, or others, who may break the glass: `decide` is theirs too. */
  readonly breakGlass?: readonly string[];
  /** The run's id and its runbook's name: what roles and signatures are about. Absent in histories older than these. */
  readonly run?: string;
  readonly runbook?: string;
  /** Of the step; empty: the run itself. */
  readonly step?: string;
  /** `approve`, `commit`, `done` …; at the start the plan's hash. */
  readonly choice?: string;
  readonly reason?: string;
  /** Of the word: counts once, and is part of what is signed. */
  readonly id?: string;
  readonly proof?: Proof;
  /** No signature made before it counts, ms since 1970: when the approval was asked. */
  readonly since?: number;
  /** When the word was given, as Temporal's clock has it, ms since 1970; absent: as the worker's has it. */
  readonly at?: number;
}

export interface Entitlement {
  /** The person that drillbook.yaml knows under that name; else the name. One name a person, within a run. */
  readonly by: string;
  /** Why he may not. */
  readonly refused?: string;
  /** drillbook.yaml could not be read: nobody knows whether he may. */
  readonly unknown?: true;
  /** A key that drillbook.yaml lists has signed it. */
  readonly verified?: true;
  /** Hash of people, groups, roles and identity as they were read; absent: the worker is older than this. */
  readonly people?: string;
}

/** People, groups, roles and keys of drillbook.yaml as it stands now. */
export interface People {
  /** Of all that is read here: another one, and somebody has changed it. */
  readonly sha256?: string;
  /** `identity.unverified`. */
  readonly unverified: 'refuse' | 'drills' | 'allow';
  /** The person behind a login, or a person's own name; undefined: nobody has it. */
  readonly personOf: (login: string) => string | undefined;
  /**
   * Whether a person is one of these, or in one of these groups or in a group of theirs. `outside`: groups in which the identity
   * provider has him, of whoever has proved it.
   */
  readonly isAmong: (person: string, names: readonly string[], outside?: readonly string[]) => boolean;
  /** Of these names, those that lead to a group whose members only the identity provider knows. */
  readonly unknowable: (names: readonly string[]) => readonly string[];
  /**
   * What a person is for a runbook in a mode (undefined: for any); undefined: drillbook.yaml has no roles, and everything is left
   * to the rest of it.
   */
  readonly rolesOf: (
    person: string,
    runbook: string | undefined,
    mode: Mode | undefined,
    outside?: readonly string[],
  ) => ReadonlySet<Role> | undefined;
  /** Whether a name is that of a trigger, which may start this runbook in this mode (`triggers.NAME.may`). */
  readonly mayTrigger: (name: string, runbook: string, mode: Mode) => boolean;
  /** `identity.keys`: the one with this public half. */
  readonly keyOf: (publicKey: string) => ListedKey | undefined;
}

/** Days are whole ones, in UTC, both included: `2026-12-31`. */
export interface ListedKey {
  readonly id: string;
  /** Whose word it signs; absent: it vouches for whomever it names (the console's, a pipeline's). */
  readonly person?: string | undefined;
  /** What it signs; absent: everything. */
  readonly for?: readonly KeyScope[] | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}
