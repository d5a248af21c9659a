import { calledBy, rootOf } from './frames.ts';
import type { Entry } from './entry.ts';
import type { Frame } from './state.ts';
import { isExcused } from './per-item.ts';
import type { Turn } from './turn.ts';
import type { StepRecord } from './types.ts';

/** Every step and item, without outputs, in the Plan's order; of sub-runbooks those that began, behind their caller. */
export function recordsOf(turn: Turn): StepRecord[] {
  const records: StepRecord[] = [];
  const add = (entry: Entry): void => {
    records.push(recordOf(entry));
    const called = calledBy(turn.state, entry.key);
    if (called !== undefined) addAll(called);
  };
  const addAll = (frame: Frame): void => {
    for (const step of frame.steps) {
      add(step);
      for (const item of step.items?.entries ?? []) add(item);
    }
  };
  addAll(rootOf(turn));
  return records;
}

function recordOf(entry: Entry): StepRecord {
  const { key, place, status, startedAt, endedAt, error } = entry;
  return {
    key,
    place,
    status,
    ...(isExcused(entry) ? { excused: true } : {}),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(error === undefined ? {} : { error }),
  };
}
