import type { Journal } from './journal.ts';
import { renderValue } from './json.ts';
import { parseTime } from './times.ts';

/** What this page needs of one of Zerto's recovery reports, read tolerantly: every value is optional in the vendor's schema. */
export interface ZertoReport {
  readonly id: string;
  readonly vpg: string;
  /** `FailoverTest`, `Failover`, `Move`; older versions write `Failover Test`. */
  readonly type: string;
  readonly status: string;
  /** ms since 1970; absent where Zerto states none. */
  readonly start?: number;
  readonly end?: number;
  readonly pointInTime?: number;
  /** All of `General`, in Zerto's order. */
  readonly general: readonly { readonly name: string; readonly value: string }[];
  readonly steps: readonly ZertoStep[];
}

export interface ZertoStep {
  readonly description: string;
  readonly result: string;
  readonly start: string;
  readonly end: string;
  readonly took: string;
}

/** `recorded`: one of the journal's `zertoReports`. */
export function readZertoReport(recorded: Journal['zertoReports'][number]): ZertoReport {
  const { report } = recorded;
  const general = toMap(report['General']);
  const settings = toMap(report['RecoverySettings']);
  const start = parseTime(toText(general['StartTime']));
  const end = parseTime(toText(general['EndTime']));
  const pointInTime = parseTime(toText(general['PointInTime']));
  return {
    id: toText(report['RecoveryOperationIdentifier']),
    vpg: toText(general['VpgName']) || recorded.vpg,
    type: toText(general['RecoveryType']),
    status: toText(general['Status']),
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(pointInTime === undefined ? {} : { pointInTime }),
    general: Object.entries(general).map(([name, value]) => ({ name, value: toText(value) })),
    steps: toList(settings['Steps'] ?? report['Steps']).map(readStep),
  };
}

function readStep(raw: unknown): ZertoStep {
  const step = toMap(raw);
  return {
    description: toText(step['Description']),
    result: toText(step['Result']),
    start: toText(step['StartTime']),
    end: toText(step['EndTime']),
    took: toText(step['ExecutionTime']),
  };
}

function toMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function toText(value: unknown): string {
  return value === undefined || value === null ? '' : renderValue(value);
}
