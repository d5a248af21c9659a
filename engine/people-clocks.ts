import { formatDuration } from '../expressions/duration.ts';
import { findEntry } from './frames.ts';
import { expiryTimer } from './pages.ts';
import { clearTimer, setTimer, type Turn } from './turn.ts';

/** Of a live run that is paused: the time of open approvals and manual steps stands still. */
export function stopPeopleClocks(turn: Turn): void {
  for (const { entry } of waiting(turn)) clearTimer(turn, expiryTimer(entry));
}

/** It is paused no more: all that was left of their time is left now. To be called while `paused` still tells since when. */
export function startPeopleClocks(turn: Turn): void {
  const { paused } = turn.state;
  if (paused?.stopsClocks !== true) return;
  for (const { entry, asked } of waiting(turn)) {
    asked.expiresAt += turn.at - Math.max(paused.since, since(asked));
    const summary = `${entry.key}: after a pause, must be decided within ${formatDuration(asked.expiresAt - turn.at)}`;
    setTimer(turn, expiryTimer(entry), { for: 'expiry', key: entry.key }, asked.expiresAt, summary);
  }
}

/** By which a vote is late or not. */
export function peopleClock({ state, at }: Pick<Turn, 'state' | 'at'>): number {
  return state.paused?.stopsClocks === true ? state.paused.since : at;
}

const since = (asked: { readonly openedAt: number } | { readonly since: number }): number =>
  'openedAt' in asked ? asked.openedAt : asked.since;

function waiting({ plan, state }: Turn) {
  return [...Object.entries(state.gates), ...Object.entries(state.reports)].flatMap(([key, asked]) => {
    const entry = findEntry(plan, state, key);
    return entry === undefined ? [] : [{ entry, asked }];
  });
}
