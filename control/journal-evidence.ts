import type { Evidence } from '../actions/call.ts';
import type { Journal, JournalObservation } from '../report/journal.ts';
import type { Calls } from './journal-calls.ts';

/** The evidence of one kind that calls gave, with when and for which step. */
export function evidenceOf<K extends Evidence['kind']>(calls: Calls, kind: K) {
  return calls.flatMap(call =>
    (call.record.evidence ?? [])
      .filter((evidence): evidence is Extract<Evidence, { kind: K }> => evidence.kind === kind)
      .map(evidence => ({ at: call.endedAt ?? call.at, step: call.step, evidence })),
  );
}

/** What calls read for the report, in the order of the calls. */
export function foldObservations(calls: Calls): JournalObservation[] {
  return evidenceOf(calls, 'observation').map(({ at, step, evidence: { what, seen } }) => ({ at, step, what, seen }));
}

/** Zerto's own reports of failover tests, in the order of the calls. */
export function foldZertoReports(calls: Calls): Journal['zertoReports'] {
  return evidenceOf(calls, 'zerto-report').map(({ at, evidence: { vpg, report } }) => ({ at, vpg, report }));
}
