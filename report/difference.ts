import type { JournalStep } from './journal.ts';
import { toOneLine } from './visible.ts';

/** One value that a step changed; an empty text stands for nothing. */
export interface Change {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** What a step says that it changed: the `difference` of its outputs, whichever action it is; none where that is no list of changes. */
export function differenceOf({ outputs }: Pick<JournalStep, 'outputs'>): readonly Change[] {
  const difference: unknown = Object.hasOwn(outputs, 'difference') ? outputs['difference'] : undefined;
  return isDifference(difference) ? difference : [];
}

/** Whether a value is a list of changes, with at least one. */
export function isDifference(value: unknown): value is readonly Change[] {
  return Array.isArray(value) && value.length > 0 && value.every(isChange);
}

/** The changes of all steps, a line each: `edit: networks.test  B-Bubble-120 → B-Bubble-130`. Control characters are shown. */
export function describeDifferences(steps: readonly Pick<JournalStep, 'key' | 'outputs'>[]): readonly string[] {
  return steps.flatMap(step =>
    differenceOf(step).map(({ path, before, after }) =>
      toOneLine(`${step.key}: ${path}`).concat('  ', `${orDash(before)} → ${orDash(after)}`),
    ),
  );
}

/** A value as it is shown: a dash where there is none. */
export function orDash(value: string): string {
  return value === '' ? '–' : toOneLine(value);
}

function isChange(value: unknown): value is Change {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['path', 'before', 'after'].every(name => typeof (value as Record<string, unknown>)[name] === 'string')
  );
}
