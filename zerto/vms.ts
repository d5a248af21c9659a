import * as z from 'zod';
import type { Caller } from './caller.ts';
import { asked, wordOrNone } from './enums.ts';
import { entityTypes, journalLimits, priorities, vpgSubStatuses } from './enums-vpg.ts';
import { linkedId } from './links.ts';
import { segment } from './paths.ts';
import { type PointsInTime, pointsInTimeOf } from './points-in-time.ts';
import { fits, get } from './reading.ts';
import type { Statuses } from './statuses.ts';
import type { Call, Named } from './types.ts';
import { orElse, type Raw, wireProjected } from './wire-value.ts';
import { vmWire } from './wire-sites.ts';

/** A protected VM in one of its VPGs: a VM in three VPGs stands in the list three times. */
export interface ProtectedVm extends Named {
  readonly vpgId: string;
  readonly vpgName: string;
  /** As a VPG's; empty where the ZVM does not tell. */
  readonly status: string;
  readonly subStatus: string;
  readonly priority: string;
  readonly organization: string;
  readonly protectedSiteId: string;
  readonly recoverySiteId: string;
  readonly entities: { readonly protected: string; readonly recovery: string };
  /** Seconds. Reads 0 when the peer is gone: never judge by it. */
  readonly actualRpo: number;
  /** ISO 8601, or undefined: never tested. */
  readonly lastTest: string | undefined;
  readonly recoveryHostId: string;
  /** `Unlimited`, `Megabytes`, `Percentage`; undefined where the ZVM does not tell. */
  readonly journalLimit: { readonly kind: string; readonly value: number } | undefined;
  readonly journalUsedMb: number;
  /** `scsi:0:0`. */
  readonly volumeIds: readonly string[];
  readonly raw: Raw;
}

/** All conditions must hold. Words as this client gives them. */
export interface VmFilter {
  readonly vpgName?: string;
  readonly vmName?: string;
  readonly vmIdentifier?: string;
  readonly status?: string;
  readonly subStatus?: string;
  readonly priority?: string;
  readonly protectedSiteType?: string;
  readonly recoverySiteType?: string;
  readonly protectedSiteIdentifier?: string;
  readonly recoverySiteIdentifier?: string;
  readonly organizationName?: string;
  /** VMs that only a backup, or a mounted journal, still holds; default: without. */
  readonly includeBackedUp?: boolean;
  readonly includeMounted?: boolean;
}

export interface Vms extends PointsInTime {
  /** Protected VMs, with the VPGs that they are in; sees only the local site. Filters are applied by the client as well as sent. */
  list(filter?: VmFilter, call?: Call): Promise<ProtectedVm[]>;
  /** `vpgId` is needed where the VM is in several VPGs. */
  get(id: string, filter?: { readonly vpgId?: string }, call?: Call): Promise<ProtectedVm>;
}

export function createVms(caller: Caller, statuses: Statuses): Vms {
  const readerFor = (read: readonly Seen[], call: Call | undefined) =>
    statuses.readerFor(
      caller,
      read.flatMap(({ wire }) => statusOf(wire) ?? []),
      call,
    );
  return {
    async list(filter = {}, call) {
      const query = {
        vpgName: filter.vpgName,
        vmName: filter.vmName,
        vmIdentifier: filter.vmIdentifier,
        status: asked(filter.status),
        subStatus: asked(filter.subStatus),
        priority: asked(filter.priority),
        protectedSiteType: asked(filter.protectedSiteType),
        recoverySiteType: asked(filter.recoverySiteType),
        protectedSiteIdentifier: filter.protectedSiteIdentifier,
        recoverySiteIdentifier: filter.recoverySiteIdentifier,
        organizationName: filter.organizationName,
        includeBackupedVms: filter.includeBackedUp?.toString(),
        includeMountedVms: filter.includeMounted?.toString(),
      };
      const read = await caller.read(get('vms', call, query), z.array(seen));
      const reader = await readerFor(read, call);
      return read.map(each => vmOf(each, reader)).filter(vm => isWanted(vm, filter));
    },
    async get(id, { vpgId } = {}, call) {
      const read = await caller.read(get(`vms/${segment(id)}`, call, { vpgIdentifier: vpgId }), seen);
      return vmOf(read, await readerFor([read], call));
    },
    ...pointsInTimeOf(caller),
  };
}

function isWanted(vm: ProtectedVm, filter: VmFilter): boolean {
  return (
    (filter.vpgName === undefined || vm.vpgName === filter.vpgName) &&
    (filter.vmName === undefined || vm.name === filter.vmName) &&
    (filter.vmIdentifier === undefined || vm.id === filter.vmIdentifier) &&
    fits(vm.status, filter.status) &&
    fits(vm.subStatus, filter.subStatus) &&
    fits(vm.priority, filter.priority) &&
    fits(vm.entities.protected, filter.protectedSiteType) &&
    fits(vm.entities.recovery, filter.recoverySiteType) &&
    fits(vm.protectedSiteId, filter.protectedSiteIdentifier) &&
    fits(vm.recoverySiteId, filter.recoverySiteIdentifier) &&
    fits(vm.organization, filter.organizationName)
  );
}

const seen = wireProjected(vmWire, (wire, raw) => ({ wire, raw }));
type Seen = z.output<typeof seen>;

function statusOf({ Status, StatusDescription }: Seen['wire']) {
  return Status === null || Status === undefined ? undefined : { Status, StatusDescription };
}

function vmOf({ wire, raw }: Seen, reader: Awaited<ReturnType<Statuses['readerFor']>>): ProtectedVm {
  const status = statusOf(wire);
  const limit = wire.JournalHardLimit;
  return {
    id: wire.VmIdentifier,
    name: wire.VmName,
    vpgId: wire.VpgIdentifier,
    vpgName: wire.VpgName,
    status: status === undefined ? '' : reader(status),
    subStatus: wordOrNone(vpgSubStatuses, wire.SubStatus),
    priority: wordOrNone(priorities, wire.Priority),
    organization: wire.OrganizationName,
    protectedSiteId: linkedId(wire.ProtectedSite),
    recoverySiteId: linkedId(wire.RecoverySite),
    entities: {
      protected: wordOrNone(entityTypes, wire.Entities?.Protected),
      recovery: wordOrNone(entityTypes, wire.Entities?.Recovery),
    },
    actualRpo: orElse(wire.ActualRPO, 0),
    lastTest: wire.LastTest,
    recoveryHostId: wire.RecoveryHostIdentifier,
    journalLimit: limit
      ? { kind: wordOrNone(journalLimits, limit.LimitType), value: orElse(limit.LimitValue, 0) }
      : undefined,
    journalUsedMb: orElse(wire.JournalUsedStorageMb, 0),
    volumeIds: wire.Volumes.map(volume => volume.VmVolumeIdentifier),
    raw,
  };
}
