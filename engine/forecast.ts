import { formatDuration } from '../expressions/duration.ts';
import { rootOf } from './frames.ts';
import { humanTimeBetween } from './human-time.ts';
import { awaitedChecks, beginning } from './objectives.ts';
import { noteRun } from './progress.ts';
import { lookUp } from './state.ts';
import { mayStop } from './stopping.ts';
import { clearTimer, setTimer, type Turn } from './turn.ts';

/** So much of the objective may be used before people are told: what is left is their time to do something about it. */
const share = 0.8;

const forecastTimer = 'forecast';

/** Of a run whose RTO is judged. What a look or a change takes is nobody's objective. */
export function beginForecast({ plan, run, state }: Turn): void {
  if (plan.objectives.rtoMs !== undefined && plan.mode !== 'change' && run.dry !== true) state.forecast = {};
}

/** The recovery is judged, or the run has no more of it. */
export function endForecast(turn: Turn): void {
  clearTimer(turn, forecastTimer);
  delete turn.state.forecast;
}

/** To be called after each event: the timer runs while the RTO's clock does, and stands while people alone are waited for. */
export function watchForecast(turn: Turn): void {
  const { state, at } = turn;
  if (state.forecast === undefined) return;
  if (state.forecast.told === true) {
    if (isGreen(turn)) endForecast(turn);
    return;
  }
  const dueAt = momentOfShare(turn);
  const counts = dueAt !== undefined && state.humanTime.since === undefined && mayStop(rootOf(turn).stage);
  if (counts === (lookUp(state.timers, forecastTimer) !== undefined)) return;
  if (!counts) clearTimer(turn, forecastTimer);
  else setTimer(turn, forecastTimer, { for: 'forecast' }, Math.max(dueAt, at), `${percent} of the RTO's objective`);
}

/** Told once. With all required checks green, or one that a person did without, there is nothing left to forecast. */
export function onForecast(turn: Turn): void {
  const { state, plan, at, out } = turn;
  const begun = beginning(turn);
  const { rtoMs } = plan.objectives;
  if (begun === undefined || rtoMs === undefined || state.forecast === undefined) return;
  const left = awaitedChecks(turn, rootOf(turn)) ?? [];
  if (left.length === 0) {
    endForecast(turn);
    return;
  }
  state.forecast.told = true;
  const usedMs = at - begun - humanTimeBetween(state.humanTime, begun, at);
  const text = `${formatDuration(usedMs)} of the RTO's objective of ${formatDuration(rtoMs)} are used, and ${describe(left)}`;
  noteRun(state, at, 'running', text);
  out.push({ do: 'page', about: 'breach-forecast', key: '', text });
}

const percent = `${share * 100} %`;

function isGreen(turn: Turn): boolean {
  return awaitedChecks(turn, rootOf(turn))?.length === 0;
}

/** When that much is used if people are waited for no more; undefined: the clock has not begun. */
function momentOfShare(turn: Turn): number | undefined {
  const { state, plan, at } = turn;
  const begun = beginning(turn);
  const { rtoMs } = plan.objectives;
  if (begun === undefined || rtoMs === undefined) return undefined;
  return begun + Math.floor(share * rtoMs) + humanTimeBetween(state.humanTime, begun, at);
}

const mostNamed = 5;

function describe(left: readonly string[]): string {
  const named = left.slice(0, mostNamed).map(key => `"${key}"`);
  const more = left.length > mostNamed ? ` and ${left.length - mostNamed} more` : '';
  return `${left.length === 1 ? 'a required check is' : 'required checks are'} not green yet: ${named.join(', ')}${more}`;
}
