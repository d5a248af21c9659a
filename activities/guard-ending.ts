import type { JsonMap } from '../actions/json.ts';
import type { GuardActivities } from '../engine/guard-activities.ts';
import { effectKinds } from '../zerto/effects/kinds.ts';
import type { OpenLive } from '../zerto/effects/open-live.ts';
import type { Task } from '../zerto/tasks.ts';
import { type Before, type Place, waitFor } from './guard-action.ts';
import { liveOf, lookAtLive, type Over, overOf, settledLive } from './guard-live.ts';
import { livePointDiffers } from './guard-point.ts';
import { StepFailed } from './outcome.ts';

/** A commit or a roll-back, as far as they are alike. `T`: how the change stands when it has ended in this way. */
export interface Ending<T extends Over> {
  /** `committed`. */
  readonly word: string;
  readonly doing: 'committing' | 'rolling-back';
  readonly isThis: (seen: OpenLive) => seen is T;
  readonly outputs: (seen: T) => JsonMap;
}

/**
 * What stands before a commit or roll-back is sent: what has ended in this way already is told so, what has ended in another
 * way cannot be changed.
 */
export async function beforeEnding<T extends Over>(
  place: Place,
  ending: Ending<T>,
  /** What is to be told first of one that has ended in this way already. */
  lacks: (seen: T) => readonly string[] = () => [],
): Promise<Before> {
  const { name } = place;
  const { what } = effectKinds[liveOf(place).how];
  const seen = await lookAtLive(place);
  if (seen.kind === 'before-commit') return { vpg: seen.vpg };
  if (ending.isThis(seen)) {
    const over = overOf(seen, what, name);
    // Of what never came about there is nobody to name.
    const told = seen.kind === 'nothing' ? over : `${over} at the ZVM, not by this step`;
    return { already: { outputs: ending.outputs(seen), told: [...lacks(seen), told] } };
  }
  if (seen.kind === 'busy') {
    if (seen.doing === 'starting') throw waitFor(`the ${what} of ${name} is still starting: waiting until it is up`);
    const doing = seen.doing === 'committing' ? 'committed' : 'rolled back';
    if (seen.doing === ending.doing) throw waitFor(`the ${what} of ${name} is being ${doing} already: waiting for it`);
    throw new StepFailed(`the ${what} of ${name} is being ${doing}: it cannot be ${ending.word} any more`);
  }
  throw new StepFailed(`${overOf(seen, what, name)}: it cannot be ${ending.word}`);
}

/** A report may come some time after the end, ms. */
const reportMs = 6_000;

/** Reads back how a change has ended whose commit or roll-back we sent. */
export async function readEnding<T extends Over>(
  place: Place,
  ending: Ending<T>,
  task: Task | undefined,
  isExpected: (seen: OpenLive) => boolean,
): Promise<GuardActivities['wait']['result']> {
  const { name } = place;
  const { how, baseline, sent } = liveOf(place);
  const { what, report } = effectKinds[how];
  const failed = task !== undefined && task.state !== 'Completed';
  const reason = `Zerto did not get the ${what} of ${name} ${ending.word}: ${task?.state ?? ''}, ${task?.reason ?? ''}`;
  const seen = await settledLive(place, now => isExpected(now) || (failed && now.kind === 'before-commit'));
  if (ending.isThis(seen)) {
    const change = { what, report, baseline, ...(sent === undefined ? {} : { sent }) };
    const differs = await livePointDiffers(place, change, reportMs);
    const gone = seen.kind === 'gone' ? [`${name} is not there any more`] : [];
    const told = [...gone, ...(differs === undefined ? [] : [differs])];
    return { up: true, outputs: ending.outputs(seen), ...(told.length === 0 ? {} : { told }) };
  }
  if (failed) return { up: false, error: reason };
  switch (seen.kind) {
    case 'before-commit':
    case 'busy':
      return { up: false, error: `the ${what} of ${name} is not ${ending.word}: the ZVM still shows it as open` };
    case 'committed':
    case 'rolled-back':
    case 'nothing':
    case 'gone':
    case 'foreign':
      return {
        up: false,
        error: `the ${what} of ${name} is not ${ending.word} by this step: ${overOf(seen, what, name)}`,
      };
  }
}
