import { noBaseline } from './guard-effect.ts';
import type { GuardState, Opening } from './guard-state.ts';
import type { GuardActivities, LiveChange } from './guard-activities.ts';
import type { GuardCommand } from './guard-types.ts';

/**
 * Live changes: no deadline, no lost run and no guard ever ends one. A person does, by a commit or a roll-back
 * (guard-ending), or by hand at the ZVM, which a guard whose run is gone looks for here.
 */
export function isLive({ call }: Opening): boolean {
  return call.action === 'zerto/failover' || call.action === 'zerto/move';
}

export function liveChangeOf({ call, baseline = noBaseline, sent }: Opening): LiveChange {
  return { opened: call, baseline, ...(sent === undefined ? {} : { sent }) };
}

/** Something of it may be done, and nothing of it is under way. */
export const waitsForPeople = (opening: Opening): boolean =>
  isLive(opening) && opening.stage === 'open' && opening.ending === undefined;

/** Nobody waits for it any more: what was not sent is not sent; what was sent goes on until it is known what it is. */
export function letGo(opening: Opening, out: GuardCommand[]): void {
  const { key, stage, ending } = opening;
  if (stage === 'ended' || !isLive(opening)) return;
  if (stage !== 'open' && opening.unwanted !== true) {
    opening.unwanted = true;
    if (stage === 'baseline') out.push({ do: 'cancel-work', key });
  }
  if (ending === undefined || ending.unwanted === true) return;
  ending.unwanted = true;
  if (ending.attempt.stage === 'baseline') out.push({ do: 'cancel-work', key: ending.key });
}

/** A run that asks to close one is told why not; one that was not sent is given up. */
export function refuseToClose(opening: Opening, out: GuardCommand[]): void {
  const { stage, key, call } = opening;
  if (stage === 'baseline' || stage === 'pausing') {
    letGo(opening, out);
    return;
  }
  const error = `${vpgOf(opening)}: ${call.action} is live, and only a person's commit or roll-back ends it`;
  out.push({ do: 'tell', message: { kind: 'stuck', key, error } });
}

export function vpgOf({ call, key }: Opening): string {
  return typeof call.with.vpg === 'string' ? call.with.vpg : key;
}

const firstLookMs = 60_000;
const longestPauseMs = 15 * 60_000;
const lookTimeMs = 10 * 60_000;

/** One look at a time, at one after the other, however many there are: the guard may have to stay for weeks. */
export function watchLive(state: GuardState, at: number, out: GuardCommand[]): void {
  const { watch } = state;
  if (watch.busy || !(state.gone || state.released) || !state.openings.some(waitsForPeople)) return;
  watch.busy = true;
  const pause = Math.min(firstLookMs * 2 ** Math.min(watch.tries, 10), longestPauseMs);
  out.push({ do: 'timer', id: 'look', at: at + pause, summary: 'look whether a person has ended what is open live' });
}

export function lookAtNext(state: GuardState, at: number, out: GuardCommand[]): void {
  const { openings, watch } = state;
  const last = openings.findIndex(o => o.key === watch.key);
  const opening = [...openings.slice(last + 1), ...openings.slice(0, last + 1)].find(waitsForPeople);
  watch.busy = opening !== undefined;
  if (opening === undefined) return;
  const { key } = opening;
  watch.key = key;
  const summary = `${vpgOf(opening)}: does it still wait for a person?`;
  const input = { live: liveChangeOf(opening) };
  out.push({ do: 'work', work: 'lookLive', key, summary, input, until: at + lookTimeMs });
}

/** `result`: absent where the look failed. */
export function onLooked(
  state: GuardState,
  opening: Opening,
  result: GuardActivities['lookLive']['result'] | undefined,
  at: number,
  out: GuardCommand[],
): void {
  const { watch } = state;
  if (result === undefined || result.open || !waitsForPeople(opening)) {
    watch.tries++;
    watch.busy = false;
    return;
  }
  opening.stage = 'ended';
  // Who has ended one may have ended the others.
  watch.tries = 0;
  lookAtNext(state, at, out);
}

/** What is open live and since when, for whoever looks at the guard; undefined: nothing. */
export function tellOpenLive({ openings, gone, released }: GuardState): string | undefined {
  const lines = openings.flatMap(opening => {
    const { stage, since, call, ending } = opening;
    if (since === undefined || !isLive(opening) || stage === 'baseline' || stage === 'pausing' || stage === 'ended')
      return [];
    const what = ending === undefined ? 'neither committed nor rolled back' : `${ending.how} is under way`;
    return [`${vpgOf(opening)}: ${call.action} since ${new Date(since).toISOString()}, ${what}`];
  });
  if (lines.length === 0) return undefined;
  const alone = gone || released;
  const mend = 'Its run has ended: commit or roll back at the ZVM. The locks stay until that is seen there.';
  return [...(alone ? [mend] : []), 'Open live:', ...lines].join('\n');
}
