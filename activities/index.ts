import type { ActionCall, ActionResult } from '../actions/call.ts';
import type { ActionName } from '../actions/index.ts';
import { checkHttp } from './check-http.ts';
import { checkTcp } from './check-tcp.ts';
import { notify } from './notify.ts';
import type { Surroundings } from './surroundings.ts';
import { asActivity } from './wrap.ts';
import { checkSites } from './zerto-check-sites.ts';
import { checkVpgs } from './zerto-check-vpgs.ts';
import { chooseCheckpoints } from './zerto-choose-checkpoints.ts';
import { clone } from './zerto-clone.ts';
import { createVpg } from './zerto-create-vpg.ts';
import { deleteVpg } from './zerto-delete-vpg.ts';
import { editVpg } from './zerto-edit-vpg.ts';
import { exportSettings } from './zerto-export-settings.ts';
import { findVpgs } from './zerto-find-vpgs.ts';
import { forceSync } from './zerto-force-sync.ts';
import { resourcesReport } from './zerto-resources-report.ts';
import { signIn } from './zerto-sign-in.ts';
import { tagCheckpoint } from './zerto-tag-checkpoint.ts';

/** Actions that the engine or the guard performs, or that are not built. A test compares this with the contracts. */
export type PerformedElsewhere =
  | 'zerto/failover-test'
  | 'zerto/stop-failover-test'
  | 'zerto/failover'
  | 'zerto/move'
  | 'zerto/recover'
  | 'zerto/commit'
  | 'zerto/roll-back'
  | 'zerto/pause'
  | 'zerto/resume'
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
    'zerto/find-vpgs': asActivity('zerto/find-vpgs', findVpgs, surroundings),
    'zerto/check-sites': asActivity('zerto/check-sites', checkSites, surroundings),
    'zerto/choose-checkpoints': asActivity('zerto/choose-checkpoints', chooseCheckpoints, surroundings),
    'zerto/tag-checkpoint': asActivity('zerto/tag-checkpoint', tagCheckpoint, surroundings),
    'zerto/create-vpg': asActivity('zerto/create-vpg', createVpg, surroundings),
    'zerto/delete-vpg': asActivity('zerto/delete-vpg', deleteVpg, surroundings),
    'zerto/edit-vpg': asActivity('zerto/edit-vpg', editVpg, surroundings),
    'zerto/clone': asActivity('zerto/clone', clone, surroundings),
    'zerto/force-sync': asActivity('zerto/force-sync', forceSync, surroundings),
    'zerto/export-settings': asActivity('zerto/export-settings', exportSettings, surroundings),
    'zerto/resources-report': asActivity('zerto/resources-report', resourcesReport, surroundings),
    'check/tcp': asActivity('check/tcp', checkTcp, surroundings),
    'check/http': asActivity('check/http', checkHttp, surroundings),
    notify: asActivity('notify', notify, surroundings),
  };
}
