import * as z from 'zod';
import type { Caller } from './caller.ts';
import { plain, wordOf } from './enums.ts';
import { recoveryStatuses, recoveryTypes } from './enums-event.ts';
import { segment } from './paths.ts';
import { get, isWithin } from './reading.ts';
import { resourcesReports, type ResourcesReports } from './reports-resources.ts';
import type { Call } from './types.ts';
import { recoveryReportWire } from './wire-evidence.ts';
import { orElse, type Raw, wireProjected } from './wire-value.ts';

export interface RecoveryReport {
  readonly id: string;
  readonly vpgId: string;
  readonly vpgName: string;
  /** `Failover`, `Move`, `FailoverTest`. */
  readonly type: string;
  readonly start: string;
  readonly end: string;
  /** The checkpoint's time. */
  readonly pointInTime: string;
  /** Seconds; -1 where it is not a number. */
  readonly rtoSeconds: number;
  readonly status: string;
  readonly initiatedBy: string;
  readonly notes: string;
  readonly protectedSite: string;
  readonly recoverySite: string;
  /** As it came, for the evidence. */
  readonly raw: Raw;
}

/** All conditions must hold. Times of the operation's start: ISO 8601. */
export interface RecoveryReportFilter {
  readonly vpgName?: string;
  readonly recoveryType?: string;
  readonly startTime?: string;
  readonly endTime?: string;
  /** `Success` or `Fail`: judged by the ZVM alone, whose words for it are not known. */
  readonly state?: 'Success' | 'Fail';
}

export interface Reports extends ResourcesReports {
  /** All pages. Filters are applied by the client as well as sent, since a ZVM ignores parameters that it does not know. */
  recovery(filter?: RecoveryReportFilter, call?: Call): Promise<RecoveryReport[]>;
  /** The same, page by page as they are asked for. */
  recoveryPages(filter?: RecoveryReportFilter, call?: Call): AsyncGenerator<RecoveryReport[], void>;
  recoveryOne(id: string, call?: Call): Promise<RecoveryReport>;
}

/** The most that one page may hold (docs/zerto.md §6). */
const pageSize = 1000;

export function createReports(caller: Caller): Reports {
  return {
    async recovery(filter, call) {
      const found: RecoveryReport[] = [];
      for await (const page of recoveryPages(caller, filter, call)) found.push(...page);
      return found;
    },
    recoveryPages: (filter, call) => recoveryPages(caller, filter, call),
    recoveryOne: (id, call) => caller.read(get(`reports/recovery/${segment(id)}`, call), one),
    ...resourcesReports(caller),
  };
}

/**
 * The type is not sent: `FailoverTest` and `Failover Test` are both documented, by version. A name with a comma is not
 * sent either, since the parameter is a list.
 */
async function* recoveryPages(
  caller: Caller,
  filter: RecoveryReportFilter = {},
  call?: Call,
): AsyncGenerator<RecoveryReport[], void> {
  const { vpgName, startTime, endTime, state } = filter;
  const known = new Set<string>();
  for (let page = 1; ; page++) {
    const query = {
      startTime,
      endTime,
      state,
      vpgName: vpgName?.includes(',') === true ? undefined : vpgName,
      pageNumber: String(page),
      pageSize: String(pageSize),
    };
    const reports = await caller.read(get('reports/recovery', call, query), z.array(report));
    const fresh = reports.filter(each => !known.has(each.id));
    for (const each of fresh) known.add(each.id);
    const wanted = fresh.filter(each => isWanted(each, filter));
    if (wanted.length > 0) yield wanted;
    // A ZVM that does not know pages gives the same one again.
    if (reports.length < pageSize || fresh.length === 0) return;
  }
}

function isWanted(each: RecoveryReport, { vpgName, recoveryType, startTime, endTime }: RecoveryReportFilter): boolean {
  return (
    (vpgName === undefined || each.vpgName === vpgName) &&
    (recoveryType === undefined || plain(each.type) === plain(recoveryType)) &&
    isWithin(each.start, startTime, endTime)
  );
}

const report = wireProjected(recoveryReportWire, (wire, raw): RecoveryReport => {
  const general = wire.General;
  return {
    id: wire.RecoveryOperationIdentifier,
    vpgId: general.VpgIdentifier,
    vpgName: general.VpgName,
    type: wordOf(recoveryTypes, general.RecoveryType),
    start: general.StartTime ?? '',
    end: general.EndTime ?? '',
    pointInTime: general.PointInTime ?? '',
    rtoSeconds: orElse(general.RTOInSeconds, -1),
    status: wordOf(recoveryStatuses, general.Status),
    initiatedBy: general.InitiatedBy,
    notes: general.Notes,
    protectedSite: general.ProtectedSiteName,
    recoverySite: general.RecoverySiteName,
    raw,
  };
});

/** One, or a list of one: the schema says an object, the page's text a list. */
const one = z.union([report, z.tuple([report]).transform(([only]) => only)]);
