import { isLive } from '../cases.ts';
import { type Broken, isDatabaseLost, isOurs, type SeedFacts } from '../facts.ts';

const name = 'everything comes to its end';

/** The run, and its guard but where something live waits for people: of that it lets nobody go, and of nothing else it lets. */
export function atRest(facts: SeedFacts): readonly Broken[] {
  const { run, seen } = facts;
  const broken = (text: string) => [{ invariant: name, text }];
  const live = seen.vpgs.filter(vpg => vpg.live !== undefined && isOurs(vpg.live.by));
  const alone = live.filter(({ id }) => !run.guarded.includes(id)).map(vpg => vpg.name);
  if (isDatabaseLost(facts)) {
    return alone.length === 0 ? [] : broken(`nobody holds what is open live of ${alone.join(', ')}`);
  }
  if (run.status === 'running') return broken('the run did not end');
  const ended = facts.deeds.find(({ what }) => what === 'worker-ended');
  if (ended !== undefined) return broken(ended.text);
  const waits = isLive(run.case) && live.length > 0;
  if (run.guardStatus === 'running' && !waits) return broken('the run has ended, and its guard did not');
  if (run.guardStatus === 'failed') return broken('its guard has failed');
  if (run.status === 'failed') return broken('its workflow has failed');
  if (waits && alone.length > 0) return broken(`nobody holds what is open live of ${alone.join(', ')}`);
  if (run.guardStatus !== 'running' && run.leases.length > 0) return broken(`it still has ${run.leases.join(', ')}`);
  return [];
}
