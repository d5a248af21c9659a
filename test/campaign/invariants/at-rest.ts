import { isLive } from '../cases.ts';
import { type Broken, type SeedFacts } from '../facts.ts';

const name = 'everything comes to its end';

/** The run, and its guard but where something live waits for people: of that it lets nobody go. */
export function atRest({ run, seen }: SeedFacts): readonly Broken[] {
  const broken = (text: string) => [{ invariant: name, text }];
  if (run.status === 'running') return broken('the run did not end');
  const waits = isLive(run.case) && seen.vpgs.some(({ live }) => live !== undefined);
  if (run.guardStatus === 'running' && !waits) return broken('the run has ended, and its guard did not');
  if (run.guardStatus === 'failed') return broken('its guard has failed');
  if (run.status === 'failed') return broken('its workflow has failed');
  return [];
}
