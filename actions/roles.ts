import type { Mode } from './contract.ts';
import { isLiveMode } from './modes.ts';

/** Who may do what, once for the worker and the console: the table of docs/people.md. */

export type Role = 'viewer' | 'operator' | 'approver' | 'admin';

/** What somebody wants to do with a run, as people read it: "ana wants to vote". A signature is over these words. */
export const deeds = [
  'start',
  'schedule',
  'vote',
  'break the glass',
  'report',
  'pause',
  'resume',
  'retry',
  'skip',
  'roll-back',
  'extend',
  'abort',
  'cancel',
  'decide',
  'go without the locks',
  'start unpublished',
  'leases adopt',
  'leases commit',
  'leases roll-back',
] as const;
export type Deed = (typeof deeds)[number];

/** `see`: runs, plans, reports, schedules. `administer`: schedules, publishing, keys, tokens. */
export type Call = Deed | 'see' | 'administer';

/** What a role is needed for. */
export interface Wanted {
  readonly mode: Mode;
  readonly call: Call;
  /** Of `decide`: `commit`, `roll-back` or `go-on`. */
  readonly choice?: string | undefined;
  /** Whether the approval before it lets this person break the glass: then what is left is his to decide, too. */
  readonly mayBreakGlass?: boolean | undefined;
}

/** The roles of which one is enough. */
export function rolesFor({ call, mode, choice, mayBreakGlass = false }: Wanted): readonly Role[] {
  const live = isLiveMode(mode);
  switch (call) {
    case 'see':
      return ['viewer', 'operator', 'approver', 'admin'];
    case 'start':
    case 'report':
    case 'pause':
    case 'resume':
    case 'retry':
    case 'extend':
      return ['operator'];
    case 'abort':
    case 'cancel':
      return live ? ['operator', 'approver'] : ['operator'];
    case 'vote':
      return ['approver'];
    case 'skip':
    case 'roll-back':
      // In a drill nothing is given up by it.
      return live ? ['approver'] : ['operator'];
    case 'break the glass':
      return ['operator', 'approver'];
    case 'decide':
      // Going on only lets the steps go on.
      return choice === 'go-on' || mayBreakGlass ? ['operator', 'approver'] : ['approver'];
    case 'start unpublished':
    case 'leases commit':
    case 'leases roll-back':
      return ['approver'];
    case 'schedule':
    case 'leases adopt':
    case 'go without the locks':
    case 'administer':
      return ['admin'];
  }
}
