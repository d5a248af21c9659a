import { checkHttp, checkTcp } from './check.ts';
import type { Contract, InputOf, OutputOf } from './contract.ts';
import { approval, assert, notify, wait } from './core.ts';
import { checkVpgs, chooseCheckpoints, signIn } from './zerto-read.ts';
import { commit, failover, failoverTest, recover, rollBack, stopFailoverTest } from './zerto-recovery.ts';
import { tagCheckpoint } from './zerto-replication.ts';
import { editVpg } from './zerto-settings.ts';

/** Every action of this version, by name. */
export const actions = {
  'zerto/sign-in': signIn,
  'zerto/check-vpgs': checkVpgs,
  'zerto/choose-checkpoints': chooseCheckpoints,
  'zerto/tag-checkpoint': tagCheckpoint,
  'zerto/failover-test': failoverTest,
  'zerto/stop-failover-test': stopFailoverTest,
  'zerto/failover': failover,
  'zerto/recover': recover,
  'zerto/commit': commit,
  'zerto/roll-back': rollBack,
  'zerto/edit-vpg': editVpg,
  'check/tcp': checkTcp,
  'check/http': checkHttp,
  approval,
  wait,
  assert,
  notify,
} as const;

export type Actions = typeof actions;
export type ActionName = keyof Actions;
export type Input<A extends ActionName> = InputOf<Actions[A]>;
export type Output<A extends ActionName> = OutputOf<Actions[A]>;

/** Actions that only the compiler writes. */
export const internalActions: readonly ActionName[] = ['zerto/sign-in'];

export function findAction(name: string): Contract | undefined {
  return Object.hasOwn(actions, name) ? (actions as Readonly<Record<string, Contract>>)[name] : undefined;
}
