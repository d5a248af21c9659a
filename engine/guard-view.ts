import { isLive, vpgOf } from './guard-live.ts';
import type { GuardState } from './guard-state.ts';

/** What a guard has open, or may have. Times: ms since 1970. */
export interface OpeningView {
  readonly key: string;
  readonly site: string;
  readonly vpg: string;
  /** VpgIdentifier. */
  readonly id: string;
  /** What opened it: `zerto/failover-test`, `zerto/failover` … */
  readonly action: string;
  readonly live: boolean;
  /** The guard's word for where it stands. */
  readonly stage: string;
  readonly since?: number;
  readonly deadline?: number;
  /** Who has said "commit" so far, and how many must; absent: nobody. */
  readonly commits?: { readonly by: readonly string[]; readonly of: number };
}

export function viewOpenings({ openings }: GuardState, deadlineOfAll: number | undefined): OpeningView[] {
  return openings.flatMap(opening => {
    const { key, call, stage, since, deadline = deadlineOfAll, ending } = opening;
    if (stage === 'ended') return [];
    const vpg = vpgOf(opening);
    const live = isLive(opening);
    return [
      {
        key,
        site: call.site,
        vpg,
        id: call.vpgs[vpg] ?? '',
        action: call.action,
        live,
        stage: ending === undefined ? stage : `${ending.how}: ${ending.attempt.stage}`,
        ...(since === undefined ? {} : { since }),
        ...(live || deadline === undefined ? {} : { deadline }),
      },
    ];
  });
}
