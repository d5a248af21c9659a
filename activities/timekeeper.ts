import type { Kept, Looked } from '../engine/timekeeper-types.ts';
import { Ended } from './outcome.ts';
import { perform } from './wrap.ts';

/** One look at the schedules; worker.ts hands it in. Throws when nobody answers. */
export type LookAtSchedules = (before: Kept | undefined) => Promise<Looked>;

export function timekeeperActivities(look: LookAtSchedules) {
  return {
    'timekeeper/look': ({ before }: { readonly before?: Kept }): Promise<Looked> =>
      perform(async () => {
        try {
          return await look(before);
        } catch (error) {
          const message = `Temporal did not answer: ${error instanceof Error ? error.message : String(error)}`;
          throw new Ended({ type: 'unreachable', message, record: {} });
        }
      }),
  };
}
