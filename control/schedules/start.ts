import type { Proof } from '../../actions/proof.ts';
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
  const { cron, blackouts, timeZone, withinMs, catchUpMs } = draft;
  const proof = proofOf(id, plan.hash, requester, sign);
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
      holdOffMs: catchUpMs,
    },
    queues,
    ...(searchable && { searchable }),
    ...(proof === undefined ? {} : { proof }),
    schedule: { id, blackouts, cron: cron.text, timeZone, catchUpMs, ...(withinMs === undefined ? {} : { withinMs }) },
  };
}

/** Over the schedule and its Plan: it holds for every run of it. */
function proofOf(id: string, plan: string, person: string, sign: Sign | undefined): Proof | undefined {
  return sign?.({ person, run: id, step: '', to: 'schedule', choice: plan, reason: '', id });
}
