import type { Plan } from '../../compiler/plan.ts';
import type { WatchedRun } from './facts.ts';

/** How a step, or an item of one, stands. Times: ms since 1970. */
export interface StepState {
  readonly key: string;
  /** In the Plan's steps. */
  readonly place: number;
  readonly status: string;
  readonly since?: number;
  readonly text: string;
}

/**
 * Of every step and item that is known, in the order of the Plan: what the run tells is newer than what its histories
 * show, once it has ended its result says all.
 */
export function statesOf({ start, journal, progress }: WatchedRun): readonly StepState[] {
  const { plan } = start;
  const places = new Map(plan.steps.map((step, place) => [step.id, place]));
  const states = new Map<string, StepState>();
  for (const { key, status, startedAt, endedAt, error } of journal.steps) {
    const place = places.get(key.replace(/\[[^[\]]*\]$/, '')) ?? placeOf(plan, key);
    if (place === undefined) continue;
    const since = endedAt ?? startedAt;
    states.set(key, { key, place, status, text: error, ...(since === undefined ? {} : { since }) });
  }
  if (journal.run.endedAt === undefined)
    for (const { key, place, status, at, text = '' } of progress) {
      if (key === '' || status === 'retrying') continue;
      const before = states.get(key);
      // A line about a step that goes on: since when it does is not new.
      const since = before?.status === status && before.since !== undefined ? before.since : at;
      states.set(key, { key, place, status, text, since });
    }
  return [...states.values()].sort((a, b) => a.place - b.place);
}

/** An item of a step in a sub-runbook: `dr[a]/front[b]`. */
function placeOf(plan: Plan, key: string): number | undefined {
  const id = key.replaceAll(/\[[^[\]]*\]/g, '');
  const place = plan.steps.findIndex(step => step.id === id);
  return place < 0 ? undefined : place;
}

/** For the graph, by the ids of the Plan's steps: of the items of one the worst that is not over, else the worst. */
export function statesById(plan: Plan, states: readonly StepState[]): ReadonlyMap<string, string> {
  const weights = [
    'skipped',
    'succeeded',
    'cancelled',
    'pending',
    'failed',
    'errored',
    'timed_out',
    'running',
    'asking',
  ];
  const byId = new Map<string, string>();
  for (const { place, status } of states) {
    const id = plan.steps[place]?.id;
    if (id === undefined) continue;
    const known = byId.get(id);
    if (known === undefined || weights.indexOf(status) > weights.indexOf(known)) byId.set(id, status);
  }
  for (const { id } of plan.steps) if (!byId.has(id)) byId.set(id, 'pending');
  return byId;
}
