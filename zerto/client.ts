import { readAlerts } from './alerts.ts';
import { type Caller, createCaller } from './caller.ts';
import { createHttp, type Http } from './http.ts';
import { readRecoveryReports } from './reports.ts';
import { type Account, createSession, type Session, signInRequest } from './session.ts';
import { readLocalSite, readNetworks, readPeerSites, readProtectedVms, readUnprotectedVms } from './sites.ts';
import { createTaskWatcher, type TaskWatcher } from './task-watcher.ts';
import { readTask, readTasks } from './tasks.ts';
import { createAgent, type Trust } from './tls.ts';
import type { AllowList, Zvm } from './types.ts';
import {
  addSettingsVm,
  commitSettings,
  createSettings,
  deleteSettings,
  getSettings,
  putSettings,
  readSettings,
} from './vpg-settings.ts';
import { postVpgAction, readCheckpoints, readVpg, readVpgs } from './vpgs.ts';

export { drillOnly, readOnly } from './allow-list.ts';

export interface ZvmOptions {
  /** The name in drillbook.yaml. */
  readonly site: string;
  /** `https://zvm:9669` */
  readonly url: string;
  readonly account: Account;
  readonly tls: Trust;
  /** ms since 1970. */
  readonly clock?: () => number;
  /** In place of the network: a ZVM in the same process. `tls` then has no meaning. */
  readonly fetch?: typeof fetch;
  /** One bound for a whole exchange, connecting and body included. Default 30 s. */
  readonly requestTimeoutMs?: number;
}

/** A client of one Windows ZVM, with its one session. Sends nothing until it is used. */
export function createZvm(options: ZvmOptions): Zvm {
  const url = new URL(options.url);
  // The sign-in carries the password.
  if (url.protocol !== 'https:') throw new TypeError(`The url of site "${options.site}" must begin with https://`);
  const clock = options.clock ?? Date.now;
  const timeoutMs = options.requestTimeoutMs ?? 30_000;
  const via = options.fetch ?? createAgent(options.tls, timeoutMs);
  const http = createHttp({ site: options.site, url, timeoutMs, clock, via });
  const session = createSession(http, options.account, clock);
  const watcher = createTaskWatcher(createCaller(http, session, clock), options.site, clock);
  return zvmWithin([], { account: options.account.username, http, session, watcher, clock });
}

interface Shared {
  readonly account: string;
  readonly http: Http;
  readonly session: Session;
  readonly watcher: TaskWatcher;
  readonly clock: () => number;
}

/** All lists must allow a call, so that limiting a limited client never widens it. */
function zvmWithin(lists: readonly AllowList[], shared: Shared): Zvm {
  const { account, http, session, watcher, clock } = shared;
  const caller: Caller = createCaller(http, session, clock, lists);
  return {
    site: http.site,
    account,
    async signIn() {
      caller.check(signInRequest);
      await session.token();
    },
    signOut: () => session.end(),
    limitedTo: rules => zvmWithin([...lists, rules], shared),

    localSite: call => readLocalSite(caller, call),
    peerSites: call => readPeerSites(caller, call),
    vpgs: call => readVpgs(caller, call),
    vpg: (id, call) => readVpg(caller, id, call),
    checkpoints: (vpgId, call) => readCheckpoints(caller, vpgId, call),
    alerts: (filter, call) => readAlerts(caller, filter, call),

    tagCheckpoint: (vpgId, tag, call) => postVpgAction(caller, vpgId, 'checkpoints', { CheckpointName: tag }, call),
    failoverTest: (vpgId, { checkpointId, vmIds }, call) =>
      postVpgAction(
        caller,
        vpgId,
        'FailoverTest',
        {
          ...(checkpointId === undefined ? {} : { CheckpointIdentifier: checkpointId }),
          ...(vmIds === undefined ? {} : { VmIdentifiers: vmIds }),
        },
        call,
      ),
    stopFailoverTest: (vpgId, { success, summary }, call) =>
      postVpgAction(
        caller,
        vpgId,
        'FailoverTestStop',
        { FailoverTestSuccess: success, FailoverTestSummary: summary },
        call,
      ),

    tasks: (filter, call) => readTasks(caller, filter, call),
    task: (id, call) => readTask(caller, id, call),
    async waitForTask(id, waiting) {
      // The watcher is shared, so the list is asked here.
      caller.check({ method: 'GET', path: 'tasks' });
      return watcher.wait(id, waiting);
    },

    recoveryReports: (filter, call) => readRecoveryReports(caller, filter, call),

    networks: (siteIdentifier, call) => readNetworks(caller, siteIdentifier, call),
    unprotectedVms: (siteIdentifier, call) => readUnprotectedVms(caller, siteIdentifier, call),
    vms: (filter, call) => readProtectedVms(caller, filter, call),

    readSettings: (vpgId, call) => readSettings(caller, vpgId, call),
    createSettings: (vpgId, call) => createSettings(caller, vpgId, call),
    getSettings: (settingsId, call) => getSettings(caller, settingsId, call),
    putSettings: (settingsId, document, call) => putSettings(caller, settingsId, document, call),
    addSettingsVm: (settingsId, vmIdentifier, call) => addSettingsVm(caller, settingsId, vmIdentifier, call),
    deleteSettings: (settingsId, call) => deleteSettings(caller, settingsId, call),
    commitSettings: (settingsId, call) => commitSettings(caller, settingsId, call),
  };
}
