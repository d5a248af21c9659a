import type { ActionCall, ActionResult } from '../actions/call.ts';
import type { ActionName } from '../actions/index.ts';
import { checkHttp } from './check-http.ts';
import { checkTcp } from './check-tcp.ts';
import { notify } from './notify.ts';
import type { Surroundings } from './surroundings.ts';
import { asActivity } from './wrap.ts';
import { checkVpgs } from './zerto-check-vpgs.ts';
import { chooseCheckpoints } from './zerto-choose-checkpoints.ts';
import { editVpg } from './zerto-edit-vpg.ts';
import { signIn } from './zerto-sign-in.ts';
import { tagCheckpoint } from './zerto-tag-checkpoint.ts';

/** Actions that the engine or the guard performs, or that are not built. A test compares this with the contracts. */
export type PerformedElsewhere =
  | 'zerto/find-vpgs'
  | 'zerto/check-sites'
  | 'zerto/failover-test'
  | 'zerto/stop-failover-test'
  | 'zerto/failover'
  | 'zerto/move'
  | 'zerto/recover'
  | 'zerto/commit'
  | 'zerto/roll-back'
  | 'zerto/clone'
  | 'zerto/pause'
  | 'zerto/resume'
  | 'zerto/force-sync'
  | 'zerto/create-vpg'
  | 'zerto/delete-vpg'
  | 'zerto/export-settings'
  | 'zerto/resources-report'
  | 'check/dns'
  | 'check/tls'
  | 'check/command'
  | 'command/run'
  | 'http/request'
  | 'approval'
  | 'manual'
  | 'wait'
  | 'assert'
  | 'runbook';

export type PerformedHere = Exclude<ActionName, PerformedElsewhere>;

/** The activities of a worker, by action name. A contract without its implementation is a compile error here. */
export function createActivities(
  surroundings: Surroundings,
): Record<PerformedHere, (call: ActionCall) => Promise<ActionResult>> {
  return {
    'zerto/sign-in': asActivity('zerto/sign-in', signIn, surroundings),
    'zerto/check-vpgs': asActivity('zerto/check-vpgs', checkVpgs, surroundings),
    'zerto/choose-checkpoints': asActivity('zerto/choose-checkpoints', chooseCheckpoints, surroundings),
    'zerto/tag-checkpoint': asActivity('zerto/tag-checkpoint', tagCheckpoint, surroundings),
    'zerto/edit-vpg': asActivity('zerto/edit-vpg', editVpg, surroundings),
    'check/tcp': asActivity('check/tcp', checkTcp, surroundings),
    'check/http': asActivity('check/http', checkHttp, surroundings),
    notify: asActivity('notify', notify, surroundings),
  };
}
