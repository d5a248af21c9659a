import { type ScheduleTerms, textOfTerms } from '../../actions/schedule-terms.ts';
import type { Queues } from '../../engine/queues.ts';
import type { RunStart } from '../../workflows/messages.ts';
import type { Sign } from '../say.ts';
import type { Wanted } from './wanted.ts';

/** Who applies schedules, and when. */
export interface Applier {
  readonly requester: string;
  /** ms since 1970. */
  readonly at: number;
  readonly sign?: Sign | undefined;
}

/** What a schedule starts: exactly the Plan of the file as it is applied (design decision 22). Temporal names the run. */
export function startOf(
  { id, draft, plan }: Wanted,
  { requester, at, sign }: Applier,
  { queues, searchable }: { readonly queues: Queues; readonly searchable: boolean },
): RunStart {
  const { cron, blackouts, timeZone, jitterMs, overlap, withinMs, catchUpMs } = draft;
  const times = { cron: cron.text, timeZone, blackouts, jitterMs, overlap, catchUpMs };
  const terms: ScheduleTerms = { ...times, ...(withinMs === undefined ? {} : { withinMs }) };
  const word = { person: requester, run: id, step: '', to: 'schedule', choice: plan.hash, id } as const;
  // It holds for every run of the schedule, at its times.
  const proof = sign?.({ ...word, reason: textOfTerms(terms) });
  return {
    plan,
    run: {
      id: '',
      trigger: 'schedule',
      requester,
      verified: false,
      reason: `schedule ${id}, applied ${new Date(at).toISOString().slice(0, 16)}Z`,
      url: '',
      // The worker says under which it is carried out.
      configSha256: '',
    },
    queues,
    ...(searchable && { searchable }),
    tells: true,
    ...(proof === undefined ? {} : { proof }),
    schedule: { id, ...terms },
  };
}
