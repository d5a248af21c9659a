import { isLiveMode } from '../actions/modes.ts';
import { formatDuration } from '../expressions/duration.ts';
import { calledBy, frameAt, settingsOf, shapeOf } from './frames.ts';
import { type Entry, isTrouble } from './entry.ts';
import type { Frame, Opening } from './state.ts';
import { humanTimeBetween } from './human-time.ts';
import { policyOf } from './per-item.ts';
import { entryAt, stepAt, type Turn } from './turn.ts';
import type { Objective } from './types.ts';

/** When the recovery began: in a drill with its first recovery call, in a live mode with the run, or the loss. */
export function beginning({ plan, run, state }: Turn): number | undefined {
  return isLiveMode(plan.mode) ? (run.lossAt ?? state.startedAt) : state.firstOpenAt;
}

/** From the beginning to the last required check that is green, without the times in which people alone were waited for. */
export function rtoOf(turn: Turn, frame: Frame): Objective {
  const objectiveMs = turn.plan.objectives.rtoMs;
  // The objectives are the run's.
  if (turn.plan.mode === 'change' || frame.index !== 0) return {};
  const unmeasured = (note: string): Objective => ({ ...known(objectiveMs), note });
  const begun = beginning(turn);
  if (begun === undefined) return unmeasured('not measured: nothing was recovered');
  let last: number | undefined;
  for (const { key, status, endedAt = 0, overcome } of requiredChecks(turn, frame)) {
    if (overcome === true) {
      const did = isTrouble(status) ? 'went on without' : 'skipped';
      return unmeasured(`not measured: a person ${did} the required check "${key}"`);
    }
    if (status === 'skipped') continue;
    if (status !== 'succeeded') return unmeasured(`not measured: the required check "${key}" is not green`);
    if (endedAt > begun) last = Math.max(last ?? 0, endedAt);
  }
  if (frame.stop !== undefined && frame.stop.decided !== true)
    return unmeasured('not measured: the run stopped before its end');
  if (last === undefined) return unmeasured('not measured: there is no required check after the recovery');
  const humanMs = humanTimeBetween(turn.state.humanTime, begun, last);
  return { ...judged(last - begun - humanMs, objectiveMs), ...(humanMs === 0 ? {} : { humanMs }) };
}

/** What the RTO's clock waits for: keys of required checks that are not green; undefined: it will not be measured any more. */
export function awaitedChecks(turn: Turn, frame: Frame): readonly string[] | undefined {
  const awaited: string[] = [];
  for (const { key, status, overcome } of requiredChecks(turn, frame)) {
    if (overcome === true) return undefined;
    if (status !== 'succeeded' && status !== 'skipped') awaited.push(key);
  }
  return awaited;
}

type Check = Pick<Entry, 'key' | 'status' | 'endedAt' | 'overcome'>;

/**
 * Required checks of the run, and of the sub-runbooks in its own mode that required steps call; where such a one with
 * checks never began, or a person skipped it, the step that calls it stands for them.
 */
function* requiredChecks(turn: Turn, frame: Frame): Generator<Check> {
  for (const place of shapeOf(turn, frame).phases.main) {
    const step = stepAt(turn, place);
    if (step.onFailure === 'continue') continue;
    const { items, ...entry } = entryAt(turn, frame, place);
    const required = (items?.entries ?? [entry]).filter(e => policyOf(turn, e) !== 'continue');
    const waved = entry.overcome === true || items?.entries.some(item => item.overcome === true) === true;
    // Where items have an on-failure of their own, each speaks for itself.
    if (step.uses.startsWith('check/'))
      yield* step.perItem?.onFailure === undefined
        ? [{ ...entry, ...(waved ? { overcome: true as const } : {}) }]
        : required;
    if (step.calls === undefined || !hasChecks(turn, step.calls)) continue;
    for (const e of required) {
      const called = calledBy(turn.state, e.key);
      if (called === undefined || e.overcome === true) yield e;
      else yield* requiredChecks(turn, called);
    }
  }
}

/** Whether a scope has required checks that count for the run. */
function hasChecks({ plan, graph }: Pick<Turn, 'plan' | 'graph'>, scope: number): boolean {
  if (plan.scopes?.[scope]?.mode !== plan.mode) return false;
  const places = graph.scopes[scope]?.phases.main ?? [];
  return places.some(place => {
    const step = plan.steps[place];
    if (step === undefined || step.onFailure === 'continue') return false;
    return step.uses.startsWith('check/') || (step.calls !== undefined && hasChecks({ plan, graph }, step.calls));
  });
}

/** The beginning minus the time of the checkpoint, the worst VPG; only of those whose checkpoint was the latest. */
export function rpoOf(turn: Turn, frame: Frame): Objective {
  const objectiveMs = turn.plan.objectives.rpoMs;
  if (turn.plan.mode === 'change' || frame.index !== 0) return {};
  const begun = beginning(turn);
  const openings = Object.values(turn.state.openings).filter(o => wasUp(o) && isOfMode(turn, o));
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

/** A test that a live run calls beside its recovery has no part in its objectives. */
function isOfMode(turn: Turn, { frame }: Opening): boolean {
  return settingsOf(turn, frameAt(turn.state, frame)).mode === turn.plan.mode;
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
