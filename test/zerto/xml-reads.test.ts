import { expect, test } from 'vitest';
import { pickByName } from '../../zerto/names.ts';
import type { Call } from '../../zerto/types.ts';
import type { Zvm } from '../../zerto/zvm.ts';
import { simulateGeneration } from './generations.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';

/** What the vendor sent stands in `raw` as it came, and XML has no types: all else must be the same. */
function withoutRaw(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRaw);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'raw')
      .map(([key, member]) => [key, withoutRaw(member)]),
  );
}

type Read = (call: Call) => Promise<unknown>;

async function readsOf(zvm: Zvm, vpgName: string): Promise<Record<string, Read>> {
  const vpg = pickByName(await zvm.vpgs.list(), vpgName, 'VPG');
  const [report] = await zvm.reports.recovery();
  const [task] = await zvm.tasks.list();
  const [event] = await zvm.events.list();
  const [vm] = await zvm.vms.list();
  const [peer] = await zvm.sites.peers();
  const settingsId = await zvm.vpgSettings.create({ vpgId: vpg.id });
  const vmId = (await zvm.vpgSettings.get(settingsId)).Vms[0]?.VmIdentifier ?? '';
  const siteId = vpg.recoverySite.identifier;
  const { virtualizationSites: places, vpgSettings: settings } = zvm;
  const [host] = await places.hosts(siteId);
  const vdcs = await places.orgVdcs(siteId);
  return {
    vpgs: call => zvm.vpgs.list({}, call),
    'vpgs by status': call => zvm.vpgs.list({ status: vpg.status }, call),
    vpg: call => zvm.vpgs.get(vpg.id, call),
    checkpoints: call => zvm.vpgs.checkpoints(vpg.id, call),
    'checkpoint stats': call => zvm.vpgs.checkpointStats(vpg.id, call),
    statuses: call => zvm.vpgs.statuses(call),
    'sub-statuses': call => zvm.vpgs.subStatuses(call),
    priorities: call => zvm.vpgs.priorities(call),
    'entity types': call => zvm.vpgs.entityTypes(call),
    'commit policies': call => zvm.vpgs.commitPolicies(call),
    'shutdown policies': call => zvm.vpgs.shutdownPolicies(call),
    'retention policies': call => zvm.vpgs.retentionPolicies(call),
    tasks: call => zvm.tasks.list({}, call),
    task: call => zvm.tasks.get(task?.id ?? '', call),
    'task types': call => zvm.tasks.types(call),
    vms: call => zvm.vms.list({}, call),
    vm: call => zvm.vms.get(vm?.id ?? '', { vpgId: vm?.vpgId ?? '' }, call),
    alerts: call => zvm.alerts.list({}, call),
    'alert levels': call => zvm.alerts.levels(call),
    events: call => zvm.events.list({}, call),
    event: call => zvm.events.get(event?.id ?? '', call),
    'event types': call => zvm.events.types(call),
    'local site': call => zvm.sites.local(call),
    'peer sites': call => zvm.sites.peers({}, call),
    'peer site': call => zvm.sites.peer(peer?.identifier ?? '', call),
    reports: call => zvm.reports.recovery({}, call),
    report: call => zvm.reports.recoveryOne(report?.id ?? '', call),
    zorgs: call => zvm.zorgs.list(call),
    'service profiles': call => zvm.serviceProfiles.list({}, call),
    time: call => zvm.server.dateTimeUtc(call),
    'local time': call => zvm.server.dateTimeLocal(call),
    apis: call => zvm.server.apis(call),
    'virtualization sites': call => places.list(call),
    'virtualization site': call => places.get(siteId, call),
    'unprotected VMs': call => places.vms(siteId, call),
    networks: call => places.networks(siteId, call),
    datastores: call => places.datastores(siteId, call),
    'datastore clusters': call => places.datastoreClusters(siteId, call),
    hosts: call => places.hosts(siteId, call),
    host: call => places.host(siteId, host?.id ?? '', call),
    'host clusters': call => places.hostClusters(siteId, call),
    'resource pools': call => places.resourcePools(siteId, call),
    folders: call => places.folders(siteId, call),
    repositories: call => places.repositories(siteId, call),
    devices: call => places.devices(siteId, {}, call),
    'org VDCs': call => places.orgVdcs(siteId, call),
    ...Object.fromEntries(
      vdcs.flatMap(({ id, name }) => [
        [`networks of ${name}`, (call: Call) => places.orgVdcNetworks(siteId, id, call)],
        [`policies of ${name}`, (call: Call) => places.orgVdcStoragePolicies(siteId, id, call)],
      ]),
    ),
    vApps: call => places.vcdVapps(siteId, call),
    'settings objects': call => settings.list(call),
    settings: call => settings.get(settingsId, call),
    priority: call => settings.priority(settingsId, call),
    ...Object.fromEntries(
      (['basic', 'bootgroup', 'scripting', 'recovery', 'journal', 'scratch', 'networks', 'ltr'] as const).map(part => [
        `settings: ${part}`,
        (call: Call) => settings.part(settingsId, part).get(call),
      ]),
    ),
    'settings: vms': call => settings.vms(settingsId).list(call),
    'settings: vm': call => settings.vms(settingsId).get(vmId, call),
    'settings: volumes': call => settings.vms(settingsId).volumes(vmId).list(call),
    'settings: nics': call => settings.vms(settingsId).nics(vmId).list(call),
  };
}

test.each([
  ['payments', 'payments-db'],
  ['vcd', undefined],
  ['hyperv', undefined],
] as const)('%s: each read gives by XML what it gives by JSON', async (name, vpgName) => {
  const durations = { failoverTest: 0, stopFailoverTest: 0, insertCheckpoint: 0 };
  const { client } = await simulateGeneration('windows', { durations }, shippedScenario(name));
  const zvm = client();
  const vpg = vpgName ?? (await zvm.vpgs.list())[0]?.name ?? '';
  const { id } = pickByName(await zvm.vpgs.list(), vpg, 'VPG');
  const soon = { notAfter: Number.POSITIVE_INFINITY };
  await zvm.vpgs.tagCheckpoint(id, '<tag> & "more"\n', soon);
  await zvm.vpgs.failoverTest(id, {}, soon);
  await zvm.vpgs.stopFailoverTest(id, { success: true, summary: 'all well; <b>&amp;</b>' }, soon);
  await zvm.vpgs.failoverTest(id, {}, soon);
  const differing: string[] = [];
  for (const [read, ask] of Object.entries(await readsOf(zvm, vpg))) {
    const [json, xml] = [await ask({}), await ask({ xml: true })].map(withoutRaw);
    try {
      expect(xml, read).toEqual(json);
    } catch (error) {
      differing.push((error as Error).message);
    }
  }
  expect(differing).toEqual([]);
});

test('an appliance speaks XML too, its refusals as well', async () => {
  const { client } = await simulateGeneration('appliance');
  const zvm = client();
  const xml = await zvm.vpgs.list({}, { xml: true });
  expect(xml.map(({ name }) => name)).toEqual((await zvm.vpgs.list()).map(({ name }) => name));
  await expect(zvm.vpgs.get('00000000-0000-4000-8000-000000000000', { xml: true })).rejects.toMatchObject({
    name: 'NotFound',
    vendorMessage: expect.stringContaining('was not found') as string,
  });
});
