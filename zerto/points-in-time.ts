import * as z from 'zod';
import type { Caller } from './caller.ts';
import { segment } from './paths.ts';
import { get, isWithin } from './reading.ts';
import type { Call } from './types.ts';
import { checkpointOf } from './vpg-reading.ts';
import type { Checkpoint } from './vpgs.ts';
import { pointInTimeStatsWire, pointInTimeWire } from './wire-vpgs.ts';

/** What a VM can be brought back to: a checkpoint of its journal, or what long-term retention keeps. */
export interface PointInTime {
  readonly checkpoint: Checkpoint | undefined;
  readonly retentionSet:
    | {
        readonly id: string;
        readonly repositoryId: string;
        /** ISO 8601, or undefined: the ZVM does not tell. */
        readonly time: string | undefined;
      }
    | undefined;
  /** Whether its files can be restored now, and why not; `isAllowed` is undefined where the ZVM does not tell. */
  readonly canMount: { readonly isAllowed: boolean | undefined; readonly reason: string };
}

export interface PointsInTime {
  /** Newest last. `vpgId` is needed where the VM is in several VPGs. `from`, `to`: ISO 8601. */
  pointsInTime(
    vmId: string,
    filter?: { readonly vpgId?: string; readonly from?: string; readonly to?: string },
    call?: Call,
  ): Promise<PointInTime[]>;
  /** Both ends; undefined where there is none. */
  pointsInTimeStats(
    vmId: string,
    filter?: { readonly vpgId?: string },
    call?: Call,
  ): Promise<{ readonly earliest: PointInTime | undefined; readonly latest: PointInTime | undefined }>;
}

export function pointsInTimeOf(caller: Caller): PointsInTime {
  const pathOf = (vmId: string) => `vms/${segment(vmId)}/pointsInTime`;
  return {
    async pointsInTime(vmId, { vpgId, from, to } = {}, call) {
      const query = { vpgIdentifier: vpgId, startDate: from, endDate: to };
      const wire = await caller.read(get(pathOf(vmId), call, query), z.array(pointInTimeWire));
      return wire
        .map(pointOf)
        .filter(point => isWithin(timeOf(point), from, to))
        .sort((a, b) => (Date.parse(timeOf(a) ?? '') || 0) - (Date.parse(timeOf(b) ?? '') || 0));
    },
    async pointsInTimeStats(vmId, { vpgId } = {}, call) {
      const request = get(`${pathOf(vmId)}/stats`, call, { vpgIdentifier: vpgId });
      const { Earliest, Latest } = await caller.read(request, pointInTimeStatsWire);
      return { earliest: Earliest ? pointOf(Earliest) : undefined, latest: Latest ? pointOf(Latest) : undefined };
    },
  };
}

const timeOf = ({ checkpoint, retentionSet }: PointInTime): string | undefined =>
  checkpoint?.time ?? retentionSet?.time;

function pointOf({ Checkpoint, RetentionSet, CanMount }: z.output<typeof pointInTimeWire>): PointInTime {
  return {
    checkpoint: Checkpoint ? checkpointOf(Checkpoint) : undefined,
    retentionSet: RetentionSet
      ? {
          id: RetentionSet.RetentionSetIdentifier,
          repositoryId: RetentionSet.RepositoryIdentifier,
          time: RetentionSet.TimeStamp,
        }
      : undefined,
    canMount: { isAllowed: CanMount?.IsAllowed, reason: CanMount?.Reason ?? '' },
  };
}
