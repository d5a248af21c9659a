import * as z from 'zod';
import type { Caller } from './caller.ts';
import { plain, recoveryTypes, wordOf } from './enums.ts';
import type { Call, RecoveryReport } from './types.ts';
import { recoveryReportWire } from './wire.ts';

export interface ReportFilter {
  readonly vpgName?: string;
  readonly recoveryType?: string;
  /** ISO 8601: reports of operations that started then or later. */
  readonly startTime?: string;
}

/** The most that one page may hold (docs/zerto.md §6). */
const pageSize = 1000;

// The vendor's JSON is kept beside what is read of it: it is evidence.
const withRaw = z.record(z.string(), z.unknown()).transform((raw, context) => {
  const read = recoveryReportWire.safeParse(raw);
  if (read.success) return reportOf(read.data, raw);
  for (const issue of read.error.issues) {
    context.addIssue({ code: 'custom', message: issue.message, path: [...issue.path] });
  }
  return z.NEVER;
});

/**
 * All pages. The type is not sent: `FailoverTest` and `Failover Test` are both documented, by version. A name with a
 * comma is not sent either, since the parameter is a list.
 */
export async function readRecoveryReports(
  caller: Caller,
  { vpgName, recoveryType, startTime }: ReportFilter,
  { signal }: Call = {},
): Promise<RecoveryReport[]> {
  const found = new Map<string, RecoveryReport>();
  for (let page = 1; ; page++) {
    const reports = await caller.read(
      {
        method: 'GET',
        path: 'reports/recovery',
        query: {
          startTime,
          vpgName: vpgName?.includes(',') === true ? undefined : vpgName,
          pageNumber: String(page),
          pageSize: String(pageSize),
        },
        signal,
      },
      z.array(withRaw),
    );
    const before = found.size;
    for (const report of reports) found.set(report.id, report);
    // A ZVM that does not know pages gives the same one again.
    if (reports.length < pageSize || found.size === before) break;
  }
  return [...found.values()].filter(
    report =>
      (vpgName === undefined || report.vpgName === vpgName) &&
      (recoveryType === undefined || plain(report.type) === plain(recoveryType)) &&
      (startTime === undefined || !(Date.parse(report.start) < Math.floor(Date.parse(startTime) / 1000) * 1000)),
  );
}

function reportOf(wire: z.output<typeof recoveryReportWire>, raw: Record<string, unknown>): RecoveryReport {
  const general = wire.General;
  return {
    id: wire.RecoveryOperationIdentifier,
    vpgId: general.VpgIdentifier,
    vpgName: general.VpgName,
    type: wordOf(recoveryTypes, general.RecoveryType),
    start: general.StartTime ?? '',
    end: general.EndTime ?? '',
    pointInTime: general.PointInTime ?? '',
    rtoSeconds: Number.isFinite(general.RTOInSeconds) ? general.RTOInSeconds : -1,
    status: general.Status,
    initiatedBy: general.InitiatedBy,
    notes: general.Notes,
    raw,
  };
}
