import { type Account, type Generation, userOf } from './accounts.ts';
import { createAlerts } from './alerts.ts';
import { type Caller, createCaller, type Line } from './caller.ts';
import { createEvents } from './events.ts';
import { createHttp } from './http.ts';
import { createPace, type Pace, paced } from './pace.ts';
import { createReports } from './reports.ts';
import { createServer } from './server.ts';
import { createServiceProfiles } from './service-profiles.ts';
import { createSession } from './session.ts';
import { applySettings, planSettings } from './settings/apply.ts';
import { commitSettings } from './settings/commit.ts';
import { createSites } from './sites.ts';
import { createStatuses, type Statuses } from './statuses.ts';
import { createTaskWatcher, type TaskWatcher } from './task-watcher.ts';
import { createTasks } from './tasks.ts';
import { createAgent, type Trust } from './tls.ts';
import type { AllowList } from './types.ts';
import type { Zvm } from './zvm.ts';
import { createVirtualizationSites } from './virtualization-sites.ts';
import { createVms } from './vms.ts';
import { createSettingsObjects } from './vpg-settings.ts';
import { createVpgs } from './vpgs.ts';
import { signInRequest } from './windows-door.ts';
import { createZorgs } from './zorgs.ts';

export { changeOnly, drillOnly, readOnly } from './allow-list.ts';
export { createPace } from './pace.ts';

export interface ZvmOptions {
  /** The name in drillbook.yaml. */
  readonly site: string;
  /** `https://zvm:9669` of a Windows ZVM, `https://zvm` of an appliance. */
  readonly url: string;
  /** `auto` (default): found out before the first sign-in. */
  readonly generation?: Generation | 'auto';
  readonly account: Account;
  readonly tls: Trust;
  /** ms since 1970. */
  readonly clock?: () => number;
  /** In place of the network: a ZVM in the same process. `tls` then has no meaning. */
  readonly fetch?: typeof fetch;
  /** One bound for a whole exchange, connecting and body included. Default 30 s. */
  readonly requestTimeoutMs?: number;
  /** Requests that the ZVM is asked at most, default 5; or what several clients of one site share. */
  readonly requestsPerSecond?: number | Pace;
}

const usualRequestsPerSecond = 5;

/** A client of one ZVM, with its one session. Sends nothing until it is used. */
export function createZvm(options: ZvmOptions): Zvm {
  const url = new URL(options.url);
  // The sign-in carries the password.
  if (url.protocol !== 'https:') throw new TypeError(`The url of site "${options.site}" must begin with https://`);
  const clock = options.clock ?? Date.now;
  const timeoutMs = options.requestTimeoutMs ?? 30_000;
  const via = options.fetch ?? createAgent(options.tls, timeoutMs);
  const http = createHttp({ site: options.site, url, timeoutMs, clock, via });
  const { account, generation = 'auto', requestsPerSecond: pacing = usualRequestsPerSecond } = options;
  const pace = typeof pacing === 'number' ? createPace(pacing) : pacing;
  const session = createSession(paced(http, pace), { account, generation, clock });
  const line: Line = { http, session, pace, clock };
  return zvmWithin([], {
    account: userOf(account),
    line,
    watcher: createTaskWatcher(createCaller(line, [], false), options.site, clock),
    statuses: createStatuses(),
    ownSettings: new Set(),
  });
}

interface Shared {
  readonly account: string;
  readonly line: Line;
  readonly watcher: TaskWatcher;
  readonly statuses: Statuses;
  /** Ids of the settings objects that this client has made and not deleted. */
  readonly ownSettings: Set<string>;
}

/** All lists must allow a call, so that limiting a limited client never widens it. */
function zvmWithin(lists: readonly AllowList[], shared: Shared): Zvm {
  const { account, line, watcher, statuses, ownSettings } = shared;
  const { http, session, clock } = line;
  const caller: Caller = createCaller(line, lists);
  const zvm: Zvm = {
    site: http.site,
    account,
    async signIn() {
      caller.check(signInRequest);
      await session.token();
    },
    signOut: () => session.end(),
    generation: () => session.generation(),
    limitedTo: rules => zvmWithin([...lists, rules], shared),

    vpgs: createVpgs(caller, statuses),
    vpgSettings: {
      ...createSettingsObjects(caller, ownSettings),
      apply: (desired, options) => applySettings(zvm, desired, options),
      plan: (desired, call) => planSettings(zvm, desired, call),
      replace: (vpgId, document, options) => commitSettings(zvm, { vpgId }, document, options),
    },
    tasks: createTasks(caller, watcher),
    virtualizationSites: createVirtualizationSites(caller),
    vms: createVms(caller, statuses),
    alerts: createAlerts(caller),
    events: createEvents(caller),
    sites: createSites(caller),
    reports: createReports(caller),
    zorgs: createZorgs(caller),
    serviceProfiles: createServiceProfiles(caller),
    server: createServer(caller, clock),
  };
  return zvm;
}
