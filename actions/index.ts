import { checkHttp } from './check-http.ts';
import { checkDns, checkTcp, checkTls } from './check-network.ts';
import { checkCommand, commandRun } from './command.ts';
import type { Contract, InputOf, OutputOf } from './contract.ts';
import { assert, notify, runbook, wait } from './core.ts';
import { httpRequest } from './http-request.ts';
import { approval, manual } from './people.ts';
import { chooseCheckpoints, tagCheckpoint } from './zerto-checkpoints.ts';
import { clone } from './zerto-clone.ts';
import { commit, rollBack } from './zerto-commit.ts';
import { exportSettings, resourcesReport } from './zerto-evidence.ts';
import { checkSites, checkVpgs, findVpgs, signIn } from './zerto-read.ts';
import { failover, failoverTest, move, recover, stopFailoverTest } from './zerto-recovery.ts';
import { forceSync, pause, resume } from './zerto-replication.ts';
import { createVpg, deleteVpg, editVpg } from './zerto-settings.ts';

/** Every action of the language, by name, in the order of docs/actions.md. */
export const actions = {
  'zerto/sign-in': signIn,
  'zerto/check-vpgs': checkVpgs,
  'zerto/find-vpgs': findVpgs,
  'zerto/choose-checkpoints': chooseCheckpoints,
  'zerto/check-sites': checkSites,
  'zerto/tag-checkpoint': tagCheckpoint,
  'zerto/failover-test': failoverTest,
  'zerto/stop-failover-test': stopFailoverTest,
  'zerto/failover': failover,
  'zerto/move': move,
  'zerto/recover': recover,
  'zerto/commit': commit,
  'zerto/roll-back': rollBack,
  'zerto/clone': clone,
  'zerto/pause': pause,
  'zerto/resume': resume,
  'zerto/force-sync': forceSync,
  'zerto/create-vpg': createVpg,
  'zerto/edit-vpg': editVpg,
  'zerto/delete-vpg': deleteVpg,
  'zerto/export-settings': exportSettings,
  'zerto/resources-report': resourcesReport,
  'check/tcp': checkTcp,
  'check/http': checkHttp,
  'check/dns': checkDns,
  'check/tls': checkTls,
  'check/command': checkCommand,
  'command/run': commandRun,
  'http/request': httpRequest,
  approval,
  manual,
  wait,
  assert,
  notify,
  runbook,
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
