import type { Baseline, Sent } from '../engine/guard-activities.ts';
import { ZvmError } from '../zerto/errors.ts';
import type { RecoveryReport } from '../zerto/reports.ts';
import type { Place } from './guard-action.ts';
import { lookFor } from './guard-looks.ts';

/**
 * The report that was not there at the baseline, of one type; Zerto writes it some time after the operation has ended.
 * Evidence, not proof: a site that does not give its reports keeps nothing from counting as done.
 */
export async function newReport(
  { zvm, id, name, signal }: Place,
  type: string,
  before: readonly string[],
  forMs: number,
): Promise<RecoveryReport | undefined> {
  return await lookFor(
    async () => {
      const reports = await zvm.reports
        .recovery({ vpgName: name, recoveryType: type }, { signal })
        .catch((error: unknown) => {
          if (error instanceof ZvmError) return [];
          throw error;
        });
      return reports.findLast(report => report.vpgId === id && !before.includes(report.id));
    },
    forMs,
    signal,
  );
}

const doubtMs = 1_000;

/**
 * A task does not tell its checkpoint, so of one that was adopted the report is compared with what was asked for.
 * @returns the sentence, where they differ
 */
export function pointDiffers(
  name: string,
  what: string,
  sent: Sent | undefined,
  report: RecoveryReport | undefined,
): string | undefined {
  if (sent?.adopted !== true || sent.checkpointTime === '' || report === undefined) return undefined;
  const apartMs = Math.abs(Date.parse(report.pointInTime) - Date.parse(sent.checkpointTime));
  if (!(apartMs > doubtMs)) return undefined;
  return `the ${what} of ${name} that was taken for this run's went to ${report.pointInTime}, but this run asked for ${sent.checkpointTime}: it proves nothing of that point`;
}

/** As above of a live change, whose report may be there only after its end. */
export async function livePointDiffers(
  place: Place,
  change: { readonly what: string; readonly report: string; readonly baseline: Baseline; readonly sent?: Sent },
  forMs: number,
): Promise<string | undefined> {
  const { what, report, baseline, sent } = change;
  if (sent?.adopted !== true || sent.checkpointTime === '') return undefined;
  return pointDiffers(place.name, what, sent, await newReport(place, report, baseline.reports, forMs));
}
