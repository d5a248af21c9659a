import { eventEntities, eventTypes } from './enums-event.ts';
import type { Alert, RecoveryReport, Task, ZvmEvent } from './records.ts';
import type { SiteState, World } from './state.ts';
import { progressOf } from './tasks.ts';
import { generationOf } from './wire-appliance.ts';
import { iso, link, siteLink, vpgLink } from './wire-links.ts';

export function taskOnWire(world: World, site: SiteState, task: Task) {
  return {
    TaskIdentifier: task.id,
    Type: task.type,
    Status: { State: task.state, Progress: progressOf(task, world.clock.now()) },
    InitiatedBy: task.initiatedBy,
    Started: iso(task.started),
    Completed: task.completed === undefined ? null : iso(task.completed),
    CompleteReason: task.reason,
    IsCancellable: false,
    RelatedEntities: {
      Vpgs: [vpgLink(site, task.vpgId)],
      Sites: world.sites.filter(other => task.siteIds.includes(other.identifier)).map(other => siteLink(site, other)),
      Hosts: [],
      FlrSessions: [],
    },
    Link: link(site, `tasks/${task.id}`, task.id, 'TaskApi'),
    ...generationOf(site, task),
  };
}

export function alertOnWire(site: SiteState, alert: Alert) {
  return {
    Link: link(site, `alerts/${alert.id}`, alert.id, 'AlertApi'),
    Level: alert.level,
    Entity: alert.entity,
    HelpIdentifier: alert.help,
    IsDismissed: alert.dismissed,
    Site: siteLink(site, site),
    Description: alert.description,
    TurnedOn: iso(alert.turnedOn),
    AffectedVpgs: alert.vpgIds.map(id => vpgLink(site, id)),
    AffectedZorgs: [],
    ...generationOf(site, alert),
  };
}

export function eventOnWire(world: World, site: SiteState, event: ZvmEvent) {
  const sites = world.sites.filter(other => event.siteIds.includes(other.identifier));
  const first = sites.find(other => other.identifier === event.siteIds[0]) ?? site;
  const { alertId } = event;
  return {
    EventIdentifier: event.id,
    Description: event.description,
    OccurredOn: iso(event.time),
    EventType: eventTypes.indexOf(event.type),
    EventCategory: event.category,
    EventCompletedSuccessfully: event.success,
    EntityType: eventEntities.indexOf(event.entity),
    HelpLink: '',
    UserName: event.by,
    SiteName: first.spec.zertoName,
    RelatedEntities: {
      Vpgs: event.vpgIds.map(id => vpgLink(site, id)),
      Sites: sites.map(other => siteLink(site, other)),
      Hosts: [],
      Zorgs: [],
      Alerts: alertId === undefined ? [] : [link(site, `alerts/${alertId}`, alertId, 'AlertApi')],
      FlrSessions: [],
      Repositories: [],
    },
    Link: link(site, `events/${event.id}`, event.id, 'EventApi'),
  };
}

export function reportOnWire(report: RecoveryReport) {
  return {
    RecoveryOperationIdentifier: report.id,
    // All of these are strings, the RTO too.
    General: {
      VpgIdentifier: report.vpgId,
      VpgName: report.vpgName,
      RecoveryType: report.type,
      ProtectedSiteName: report.protectedSite,
      RecoverySiteName: report.recoverySite,
      StartTime: iso(report.start),
      EndTime: iso(report.end),
      PointInTime: iso(report.pointInTime),
      RTOInSeconds: `${Math.round(report.rtoMs / 1000)}`,
      Status: report.status,
      InitiatedBy: report.by,
      Notes: report.notes,
    },
    RecoverySettings: {
      Vpg: {
        DefaultHostName: report.host,
        DefaultDatastoreName: report.datastore,
        DefaultNetworkName: report.network,
      },
      Vms: report.vms.map(vm => ({
        VmName: vm.name,
        HostName: report.host,
        DatastoreName: report.datastore,
        FolderName: '/',
        NetworkNames: vm.networks,
        Volumes: [{ VolumeName: 'scsi:0:0', DatastoreName: report.datastore }],
      })),
      Steps: report.steps.map(step => ({
        Description: step.description,
        Result: 'Success',
        StartTime: iso(step.start),
        EndTime: iso(step.end),
        ExecutionTime: iso(step.end - step.start).slice(11, 19),
      })),
    },
  };
}
