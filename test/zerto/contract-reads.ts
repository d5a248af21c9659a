import type { Call } from '../../zerto/types.ts';
import type { Zvm } from '../../zerto/zvm.ts';

/** Identifiers of what there is in a state, by what the routes of the simulator call them; undefined: there is none. */
export interface Places {
  readonly vpg: string;
  /** A settings object that was just made for the VPG. */
  readonly settings: string;
  readonly vm: string;
  readonly volume: string;
  readonly nic: string;
  readonly site: string;
  readonly peer: string;
  readonly host: string;
  readonly datastore: string;
  readonly vdc: string | undefined;
  readonly task: string | undefined;
  readonly event: string | undefined;
  readonly report: string | undefined;
  readonly alert: string | undefined;
  readonly zorg: string | undefined;
  readonly profile: string | undefined;
  /** Time stamp of exported settings. */
  readonly time: string | undefined;
  /** Now, ISO 8601. */
  readonly now: string;
}

export async function findPlaces(zvm: Zvm, vpg: string, now: number): Promise<Places> {
  const settings = await zvm.vpgSettings.create({ vpgId: vpg });
  const [member] = (await zvm.vpgSettings.get(settings)).Vms;
  const site = (await zvm.sites.local()).identifier;
  const first = <T>([item]: readonly T[]): T | undefined => item;
  return {
    vpg,
    settings,
    site,
    vm: member?.VmIdentifier ?? '',
    volume: member?.Volumes?.[0]?.VolumeIdentifier ?? '',
    nic: member?.Nics[0]?.NicIdentifier ?? '',
    peer: first(await zvm.sites.peers())?.identifier ?? '',
    host: first(await zvm.virtualizationSites.hosts(site))?.id ?? '',
    datastore: first(await zvm.virtualizationSites.datastores(site))?.id ?? '',
    vdc: first(await zvm.virtualizationSites.orgVdcs(site))?.id,
    task: first(await zvm.tasks.list())?.id,
    event: first(await zvm.events.list())?.id,
    report: first(await zvm.reports.recovery())?.id,
    alert: first(await zvm.alerts.list())?.id,
    zorg: first(await zvm.zorgs.list())?.id,
    profile: first(await zvm.serviceProfiles.list())?.id,
    time: first(await zvm.vpgSettings.exports.list()),
    now: new Date(now).toISOString(),
  };
}

export type Read = (call: Call) => Promise<unknown>;

/** What may differ from state to state. */
export function readsOf(zvm: Zvm, at: Places): readonly Read[] {
  const { vpgs, tasks, vms, alerts, events, sites, reports, server, virtualizationSites, vpgSettings: settings } = zvm;
  const members = settings.vms(at.settings);
  const [minuteBefore, hourBefore] = [beforeNow(at, 60_000), beforeNow(at, 3_600_000)];
  return [
    call => vpgs.list({}, call),
    call => vpgs.get(at.vpg, call),
    call => vpgs.checkpoints(at.vpg, { from: minuteBefore, ...call }),
    call => vpgs.checkpointStats(at.vpg, call),
    call => tasks.list({}, call),
    ...one(at.task, (id, call) => tasks.get(id, call)),
    call => vms.list({}, call),
    call => vms.get(at.vm, { vpgId: at.vpg }, call),
    call => vms.pointsInTime(at.vm, { vpgId: at.vpg, from: minuteBefore }, call),
    call => vms.pointsInTimeStats(at.vm, { vpgId: at.vpg }, call),
    call => alerts.list({}, call),
    ...one(at.alert, (id, call) => alerts.get(id, call)),
    call => events.list({}, call),
    ...one(at.event, (id, call) => events.get(id, call)),
    call => sites.local(call),
    call => sites.peers({}, call),
    call => sites.peer(at.peer, call),
    call => reports.recovery({}, call),
    call => drain(reports.recoveryPages({}, call)),
    ...one(at.report, (id, call) => reports.recoveryOne(id, call)),
    call => reports.resources({ startTime: hourBefore, endTime: at.now }, call),
    call => drain(reports.resourceSamples({ from: hourBefore, to: at.now }, call)),
    call => server.dateTimeUtc(call),
    call => server.dateTimeLocal(call),
    call => server.readsTime(at.now, call),
    call => virtualizationSites.vms(at.site, call),
    call => settings.list(call),
    call => settings.get(at.settings, call),
    call => settings.priority(at.settings, call),
    ...(['basic', 'bootgroup', 'scripting', 'recovery', 'journal', 'scratch', 'networks', 'ltr'] as const).map(
      (part): Read =>
        call =>
          settings.part(at.settings, part).get(call),
    ),
    call => members.list(call),
    call => members.get(at.vm, call),
    call => members.volumes(at.vm).list(call),
    call => members.volumes(at.vm).get(at.volume, call),
    call => members.nics(at.vm).list(call),
    call => members.nics(at.vm).get(at.nic, call),
    call => settings.exports.list(call),
    ...one(at.time, (time, call) => settings.exports.vpgs(time, call)),
  ];
}

/** What is the same in every state of a scenario. */
export function constantReadsOf(zvm: Zvm, at: Places): readonly Read[] {
  const { vpgs, tasks, alerts, events, sites, reports, zorgs, serviceProfiles, server } = zvm;
  const places = zvm.virtualizationSites;
  const lists = [
    ...(['networks', 'datastores', 'datastoreClusters', 'hosts', 'hostClusters'] as const),
    ...(['resourcePools', 'folders', 'repositories', 'orgVdcs', 'vcdVapps'] as const),
  ];
  const words = ['statuses', 'subStatuses', 'priorities', 'entityTypes'] as const;
  const policies = ['commitPolicies', 'shutdownPolicies', 'retentionPolicies'] as const;
  return [
    ...[...words, ...policies].map(
      (list): Read =>
        call =>
          vpgs[list](call),
    ),
    call => tasks.types(call),
    ...(['levels', 'entities', 'helpIdentifiers'] as const).map(
      (list): Read =>
        call =>
          alerts[list](call),
    ),
    ...(['types', 'entities', 'categories'] as const).map(
      (list): Read =>
        call =>
          events[list](call),
    ),
    call => sites.pairingStatuses(call),
    call => zorgs.list(call),
    ...one(at.zorg, (id, call) => zorgs.get(id, call)),
    call => serviceProfiles.list({}, call),
    ...one(at.profile, (id, call) => serviceProfiles.get(id, call)),
    call => drain(reports.resourceSamples({ from: beforeNow(at, 3_600_000), to: at.now, filter: '' }, call)),
    call => server.apis(call),
    call => server.help('vpgs', call),
    call => places.list(call),
    call => places.get(at.site, call),
    ...lists.map(
      (list): Read =>
        call =>
          places[list](at.site, call),
    ),
    call => places.host(at.site, at.host, call),
    call => places.devices(at.site, {}, call),
    ...one(at.vdc, (id, call) => places.orgVdcNetworks(at.site, id, call)),
    ...one(at.vdc, (id, call) => places.orgVdcStoragePolicies(at.site, id, call)),
  ];
}

function one(id: string | undefined, read: (id: string, call: Call) => Promise<unknown>): readonly Read[] {
  return id === undefined ? [] : [call => read(id, call)];
}

async function drain(pages: AsyncGenerator): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

/** The path that a GET route of the simulator has in a state; undefined where there is nothing to put into it. */
export function pathAt(route: string, at: Places): string | undefined {
  const byName: Partial<Record<string, string>> = {
    ...at,
    ...(route.startsWith('peersites') ? { site: at.peer } : {}),
    ...(route.startsWith('zorgs') ? { id: at.zorg } : { id: at.profile }),
  };
  const named = [...route.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => byName[name] ?? '');
  if (named.includes('')) return undefined;
  return route.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(byName[name] ?? ''));
}

const beforeNow = (at: Places, ms: number): string => new Date(Date.parse(at.now) - ms).toISOString();
