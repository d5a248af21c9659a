import type { Looked } from '../engine/timekeeper-types.ts';
import { Ended } from './outcome.ts';
import { perform } from './wrap.ts';

/** One look at the schedules; worker.ts hands it in. Throws when nobody answers. */
export type LookAtSchedules = () => Promise<Looked>;

export function timekeeperActivities(look: LookAtSchedules) {
  return {
    'timekeeper/look': (): Promise<Looked> =>
      perform(async () => {
        try {
          return await look();
        } catch (error) {
          const message = `Temporal did not answer: ${error instanceof Error ? error.message : String(error)}`;
          throw new Ended({ type: 'unreachable', message, record: {} });
        }
      }),
  };
}
