import { peersOf, vpgsSeenBy } from './connection.ts';
import { guidOf } from './identifiers.ts';
import { earliestCheckpoint, latestCheckpoint, listCheckpoints } from './journal.ts';
import { pageOf } from './paging.ts';
import { refuseWithoutRecoverySite } from './readiness.ts';
import { Refusal } from './refusal.ts';
import { type Sample, samplePeriod, samplesAt } from './resource-samples.ts';
import { asksForText, type Call, json, type Reply, type Route, timeParameter } from './router.ts';
import type { SiteState, Vpg, World } from './state.ts';
import { endsOf, historyMsOf } from './vpg.ts';
import { checkpointOnWire } from './wire-vpgs.ts';
import { iso } from './wire-links.ts';

/** What belongs to the ZVM itself, and lists of what no simulated site has. */
export const serviceRoutes: readonly Route[] = [
  { method: 'GET', path: 'license', handle: call => json(licenseOnWire(call)) },
  { method: 'GET', path: 'serverdatetime/datetimeargument', handle: echoTime },
  { method: 'GET', path: 'reports/resources', handle: listResources },
  { method: 'GET', path: 'vms/{vm}/pointsintime', handle: listPoints },
  { method: 'GET', path: 'vms/{vm}/pointsintime/stats', handle: getPointStats },
  { method: 'GET', path: 'statistics/vms', handle: listStatistics },
  { method: 'GET', path: 'vras', handle: call => json(vrasOf(call)) },
  { method: 'GET', path: 'encryptiondetection/state', handle: () => json({ EncryptionDetectionEnabled: false }) },
  ...[
    ...['flrs', 'zsspsessions', 'encryptiondetection/suspected/vms', 'encryptiondetection/suspected/volumes'],
    ...['encryptiondetection/suspected/vpgs', 'encryptiondetection/metrics/vms'],
    ...['encryptiondetection/metrics/volumes', 'encryptiondetection/metrics/vpgs'],
  ].map((path): Route => ({ method: 'GET', path, handle: () => json([]) })),
  ...['repository', 'output'].map(
    (where): Route => ({
      method: 'GET',
      path: `recoveryscripts/${where}/items`,
      handle: () => json({ Items: [] }),
    }),
  ),
];

function licenseOnWire(call: Call) {
  const sites = [call.site, ...peersOf(call.world, call.site)];
  const usage = sites.map(site => ({
    SiteIdentifier: site.identifier,
    SiteName: site.spec.zertoName,
    ProtectedVmsCount: protectedAt(call.world, site),
  }));
  return {
    Details: {
      LicenseKey: guidOf(call.world.scenario.name, 'license').replaceAll('-', '').toUpperCase(),
      LicenseType: 'Enterprise Cloud Edition',
      ExpiryTime: iso(call.world.startedAt + 365 * 86_400_000),
      MaxVms: 1000,
    },
    Usage: { SitesUsage: usage, TotalVmsCount: usage.reduce((sum, site) => sum + site.ProtectedVmsCount, 0) },
  };
}

function protectedAt(world: World, site: SiteState): number {
  const own = world.vpgs.filter(vpg => endsOf(world, vpg).protectedSite === site);
  return new Set(own.flatMap(vpg => vpg.settings.Vms.map(vm => vm.VmIdentifier))).size;
}

/** Gives back the time that it is asked with: for learning how dates are read. */
function echoTime(call: Call): Reply {
  const time = timeParameter(call, 'dateTime');
  if (time === undefined) throw new Refusal(400, 'dateTime is missing.');
  return json(iso(time));
}

function listResources(call: Call): Reply {
  const period = samplePeriod(call.world, timeParameter(call, 'startTime'), timeParameter(call, 'endTime'));
  const samples = samplesAt(call.world, call.site, period, sample =>
    Object.entries(askedOf(sample)).every(([parameter, value]) => asksForText(call, parameter, value)),
  );
  const { start, count } = pageOf(call);
  return json(samples(start, count));
}

const askedOf = ({ Vpg, ProtectedSite, RecoverySite }: Sample) => ({
  zorgName: Vpg.ZorgName,
  vpgName: Vpg.VpgName,
  vmName: ProtectedSite.VmInfo.VmName,
  protectedSiteName: ProtectedSite.SiteName,
  protectedClusterName: ProtectedSite.Compute.ClusterName,
  protectedHostName: ProtectedSite.Compute.HostName,
  protectedOrgVdc: ProtectedSite.Compute.OrgVdcName,
  protectedVcdOrg: ProtectedSite.VcdOrgName,
  recoverySiteName: RecoverySite.SiteName,
  recoveryClusterName: RecoverySite.Compute.ClusterName,
  recoveryHostName: RecoverySite.Compute.HostName,
  recoveryOrgVdc: RecoverySite.Compute.OrgVdcName,
  recoveryVcdOrg: RecoverySite.VcdOrgName,
});

/** The VPG whose journal has the points in time of a VM. */
function journalOf(call: Call): Vpg {
  const id = call.param('vm').toLowerCase();
  const found = vpgsSeenBy(call.world, call.site).filter(
    vpg => vpg.settings.Vms.some(vm => vm.VmIdentifier === id) && asksForText(call, 'vpgIdentifier', vpg.id),
  );
  const [only, second] = found;
  if (only === undefined) throw new Refusal(404, `VM ${id} was not found.`);
  if (second !== undefined) throw new Refusal(400, `VM ${id} is in several VPGs: vpgIdentifier is needed.`);
  refuseWithoutRecoverySite(call.world, only, call.site);
  return only;
}

type Point = Parameters<typeof checkpointOnWire>[1];

const pointOnWire = (call: Call, checkpoint: Point) => ({
  Checkpoint: checkpointOnWire(call.world, checkpoint),
  RetentionSet: null,
  CanMount: { IsAllowed: true, Reason: '' },
});

function listPoints(call: Call): Reply {
  const vpg = journalOf(call);
  const [from, to] = [timeParameter(call, 'startDate'), timeParameter(call, 'endDate')];
  const found = listCheckpoints(vpg.journal, call.world.clock.now(), historyMsOf(vpg), from, to);
  return json(found.map(checkpoint => pointOnWire(call, checkpoint)));
}

function getPointStats(call: Call): Reply {
  const vpg = journalOf(call);
  const now = call.world.clock.now();
  const ends = [earliestCheckpoint, latestCheckpoint].map(find => find(vpg.journal, now, historyMsOf(vpg)));
  const [Earliest, Latest] = ends.map(end => (end === undefined ? null : pointOnWire(call, end)));
  return json({ Earliest, Latest });
}

/** Counters grow with the time since the start, as those of VMs that write evenly. */
function listStatistics(call: Call): Reply {
  const now = call.world.clock.now();
  const seconds = Math.floor((now - call.world.startedAt) / 1000);
  return json(
    vpgsSeenBy(call.world, call.site).flatMap(vpg =>
      vpg.settings.Vms.map(vm => ({
        VmIdentifier: vm.VmIdentifier,
        VpgIdentifier: vpg.id,
        IoOperationsCounter: 8 * seconds,
        WriteCounterInMBs: Math.floor(seconds / 2),
        SyncCounterInMBs: 0,
        NetworkTrafficCounterInMBs: Math.floor(seconds / 16),
        SampleTime: iso(now),
      })),
    ),
  );
}

/** One appliance on each host; Status 0 is Installed. */
function vrasOf(call: Call) {
  return call.site.estate.hosts
    .map((host, index) => ({
      VraIdentifier: index + 1,
      VraName: `Z-VRA-${host.name}`,
      Status: 0,
      VraVersion: call.site.spec.version,
      HostIdentifier: host.id,
      HostDisplayName: host.name,
      MemoryInGB: 3,
      DatastoreName: call.site.estate.datastores[0]?.name ?? '',
      NetworkName: call.site.estate.networks[0]?.name ?? '',
      Progress: 0,
      IsGhost: false,
    }))
    .filter(vra => asksForText(call, 'vraName', vra.VraName) && asksForText(call, 'vraVersion', vra.VraVersion));
}
