import { formatDuration } from '../expressions/duration.ts';
import type { Opening } from './state.ts';
import { entryAt, stepAt, type Turn } from './turn.ts';
import type { Objective } from './types.ts';

/** When the recovery began: in a drill with its first recovery call, in a live mode with the run. */
function beginning({ plan, state }: Turn): number | undefined {
  return plan.mode === 'failover' || plan.mode === 'move' ? state.startedAt : state.firstOpenAt;
}

/** From the beginning to the last required check that is green. Human waits are not taken out yet: there are none. */
export function rtoOf(turn: Turn): Objective {
  const objectiveMs = turn.plan.objectives.rtoMs;
  if (turn.plan.mode === 'change') return {};
  const unmeasured = (note: string): Objective => ({ ...known(objectiveMs), note });
  const begun = beginning(turn);
  if (begun === undefined) return unmeasured('not measured: nothing was recovered');
  let last: number | undefined;
  for (const place of turn.graph.phases.main) {
    const step = stepAt(turn, place);
    if (!step.uses.startsWith('check/') || step.onFailure === 'continue') continue;
    const { key, status, endedAt = 0, overcome, items } = entryAt(turn, place);
    const waved = overcome === true || items?.entries.some(item => item.overcome === true) === true;
    if (waved) return unmeasured(`not measured: a person skipped the required check "${key}"`);
    if (status === 'skipped') continue;
    if (status !== 'succeeded') return unmeasured(`not measured: the required check "${key}" is not green`);
    if (endedAt > begun) last = Math.max(last ?? 0, endedAt);
  }
  if (turn.state.stop !== undefined) return unmeasured('not measured: the run stopped before its end');
  if (last === undefined) return unmeasured('not measured: there is no required check after the recovery');
  return judged(last - begun, objectiveMs);
}

/** The beginning minus the time of the checkpoint, the worst VPG; only of those whose checkpoint was the latest. */
export function rpoOf(turn: Turn): Objective {
  const objectiveMs = turn.plan.objectives.rpoMs;
  if (turn.plan.mode === 'change') return {};
  const begun = beginning(turn);
  const openings = Object.values(turn.state.openings).filter(wasUp);
  if (begun === undefined || openings.length === 0) {
    return { ...known(objectiveMs), note: 'not measured: nothing was recovered' };
  }
  let worst: number | undefined;
  const left: string[] = [];
  for (const { vpgs, latest, checkpointTime = '' } of openings) {
    const time = Date.parse(checkpointTime);
    if (!Number.isNaN(time) && latest.length > 0) worst = Math.max(worst ?? 0, begun - time);
    left.push(...(Number.isNaN(time) ? vpgs : vpgs.filter(vpg => !latest.includes(vpg))));
  }
  const note =
    left.length === 0
      ? {}
      : { note: `not judged for ${left.join(', ')}: the checkpoint was not the latest, or has no time` };
  return worst === undefined ? { ...known(objectiveMs), ...note } : { ...judged(worst, objectiveMs), ...note };
}

function wasUp({ checkpointTime }: Opening): boolean {
  return checkpointTime !== undefined;
}

function judged(ms: number, objectiveMs: number | undefined): Objective {
  return objectiveMs === undefined ? { ms } : { ms, objectiveMs, met: ms <= objectiveMs };
}

function known(objectiveMs: number | undefined): Objective {
  return objectiveMs === undefined ? {} : { objectiveMs };
}

/** One sentence for each objective that was judged and missed. */
export function missedObjectives(rto: Objective, rpo: Objective): string[] {
  return [
    { name: 'RTO', of: rto },
    { name: 'RPO', of: rpo },
  ].flatMap(({ name, of: { ms, objectiveMs, met } }) =>
    met === false && ms !== undefined && objectiveMs !== undefined
      ? [`the ${name} was ${formatDuration(ms)}, the objective is ${formatDuration(objectiveMs)}`]
      : [],
  );
}
