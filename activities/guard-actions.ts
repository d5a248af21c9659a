import { StepErrored } from './outcome.ts';
import type { GuardAction } from './guard-action.ts';
import { commit } from './guard-commit.ts';
import { failover } from './guard-failover.ts';
import { move } from './guard-move.ts';
import { pause } from './guard-pause.ts';
import { rollBack } from './guard-roll-back.ts';
import { failoverTest } from './guard-test.ts';

/** What a guard sends, by action. */
const guardActions: Readonly<Record<string, GuardAction>> = {
  'zerto/failover-test': failoverTest,
  'zerto/failover': failover,
  'zerto/move': move,
  'zerto/pause': pause,
  'zerto/commit': commit,
  'zerto/roll-back': rollBack,
};

export function guardActionOf(action: string): GuardAction {
  const found = Object.hasOwn(guardActions, action) ? guardActions[action] : undefined;
  if (found === undefined) throw new StepErrored(`a guard of this version does not know ${action}`);
  return found;
}
