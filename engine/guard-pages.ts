import { isLive, vpgOf } from './guard-live.ts';
import type { GuardState, Opening } from './guard-state.ts';
import type { GuardCommand, GuardStart } from './guard-types.ts';

const soonMs = 5 * 60_000;
/** After an hour, so that weeks of it stay short in the history. */
const laterMs = 30 * 60_000;
const patientAfterMs = 60 * 60_000;
/** Closings of a run that is gone that failed so often are told before their time is over. */
const tellAfterTries = 5;

/**
 * Pages what should not be open and nobody else pages: a closing that cannot be read back, and whatever a lost run left.
 * At once, whenever more comes to it, and again as long as it is so. `again`: its timer has fired.
 */
export function pageWhatIsLeft(
  start: GuardStart,
  state: GuardState,
  at: number,
  out: GuardCommand[],
  again = false,
): void {
  if (start.lasts !== true) return;
  const left = state.openings.filter(opening => isLeft(state, opening));
  if (left.length === 0) {
    delete state.paging;
    return;
  }
  const { paging } = state;
  if (again || left.length > (paging?.of ?? 0)) out.push(page(start, state, left));
  const since = paging?.since ?? at;
  if (again || paging?.due !== true) {
    const pause = start.pageAgainMs ?? (at - since < patientAfterMs ? soonMs : laterMs);
    out.push({ do: 'timer', id: 'page', at: at + pause, summary: 'page again what is still open' });
  }
  state.paging = { since, of: left.length, due: true };
}

/** It did not say that it needs nothing more. */
const isLost = ({ gone, released }: GuardState): boolean => gone && !released;

function isLeft(state: GuardState, opening: Opening): boolean {
  const { stage, stuck, closing, closeTries } = opening;
  if (stage === 'ended' || stage === 'baseline' || stage === 'pausing') return false;
  if (isLive(opening)) return isLost(state);
  return stuck === true || (isLost(state) && closing !== undefined && closeTries >= tellAfterTries);
}

function page({ run }: GuardStart, state: GuardState, left: readonly Opening[]): GuardCommand {
  const lines = left.slice(0, 10).map(opening => {
    const { call, trouble } = opening;
    const what = isLive(opening)
      ? 'is live, neither committed nor rolled back'
      : `could not be closed yet${trouble === undefined ? '' : `: ${trouble}`}`;
    return `${vpgOf(opening)}: ${call.action} at ${call.site} ${what}`;
  });
  const more = left.length > lines.length ? [`and ${left.length - lines.length} more`] : [];
  const lost = isLost(state);
  const head = lost ? `${run.id} was lost and left this open` : `${run.id} left this open`;
  const mend = left.some(isLive) ? ' Commit or roll back what is live at the ZVM.' : '';
  const text = `${head}: ${[...lines, ...more].join('; ')}.${mend}`;
  return { do: 'page', event: lost ? 'lost-run' : 'stuck', text };
}
