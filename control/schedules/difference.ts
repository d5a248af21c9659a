import type { Json } from '../../actions/json.ts';
import { deedsOf } from '../../compiler/deeds.ts';
import { canonical } from '../../compiler/hash.ts';
import type { RunStart } from '../../workflows/messages.ts';
import type { Existing } from './existing.ts';
import { differenceOfTimes } from './spec.ts';
import type { Wanted } from './wanted.ts';

/** What must be done so that Temporal has what the files say. */
export type Change =
  | {
      readonly do: 'create';
      readonly id: string;
      readonly file: string;
      readonly wanted: Wanted;
      /** The note of whoever has paused the one that the file had before its runbook was renamed. */
      readonly paused?: string;
    }
  | {
      readonly do: 'change';
      readonly id: string;
      readonly file: string;
      readonly wanted: Wanted;
      /** In words of the runbook: `cron`, `plan`, `blackouts` … */
      readonly what: readonly string[];
    }
  | { readonly do: 'remove'; readonly id: string; readonly file: string };

/** Which of the project's files, or folders, are looked at: from its folder, with `/`; the empty one is all of it. */
export type Scope = readonly string[];

export function isIn(scope: Scope, file: string): boolean {
  return scope.some(place => place === '' || place === file || file.startsWith(`${place}/`));
}

/** Pure. `there`: of this project; `startOf`: what would be stored for one that is wanted; `whoDiffers`: of its signature, and its project. */
export function differenceOf(
  wanted: readonly Wanted[],
  there: readonly Existing[],
  scope: Scope,
  startOf: (wanted: Wanted) => RunStart,
  whoDiffers: (there: Existing, wanted: RunStart) => readonly string[],
): readonly Change[] {
  const byId = new Map(there.map(existing => [existing.id, existing]));
  const ids = new Set(wanted.map(({ id }) => id));
  const removable = there.filter(({ id, file }) => !ids.has(id) && isIn(scope, file));
  const changes = wanted.flatMap((one): Change[] => {
    const { id, file } = one;
    const existing = byId.get(id);
    if (existing === undefined) {
      const paused = removable.find(old => old.file === file && nameIn(old.id) === nameIn(id))?.description.state;
      return [
        { do: 'create', id, file, wanted: one, ...(paused?.paused === true && { paused: paused.note ?? 'paused' }) },
      ];
    }
    const start = startOf(one);
    const what = [...whatDiffers(one, existing, start), ...whoDiffers(existing, start)];
    return what.length === 0 ? [] : [{ do: 'change', id, file, wanted: one, what }];
  });
  const removed = removable.map(({ id, file }): Change => ({ do: 'remove', id, file }));
  return [...changes, ...removed].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Of `payments/weekly` the `weekly`. */
const nameIn = (id: string): string => id.slice(id.indexOf('/') + 1);

/** When it was applied is no difference: the same file is applied from many machines. */
function whatDiffers({ draft, file }: Wanted, there: Existing, wanted: RunStart): readonly string[] {
  const { start } = there;
  const differs = (a: unknown, b: unknown): boolean => text(a) !== text(b);
  const differences = [
    ...differenceOfTimes(draft, there.description),
    ...(differs(deedsOf(wanted.plan), deedsOf(start.plan)) ? ['plan'] : []),
    ...(wanted.plan.hash === start.plan.hash ? [] : ["the file's text"]),
    ...(differs(wanted.schedule?.blackouts, start.schedule?.blackouts) ? ['blackouts'] : []),
    ...(wanted.schedule?.withinMs === start.schedule?.withinMs ? [] : ['within']),
    ...(differs(wanted.queues, start.queues) ? ['task queues'] : []),
    ...(wanted.searchable === start.searchable ? [] : ['search attributes']),
    ...(file === there.file ? [] : [`file, from ${there.file}`]),
  ];
  // Somebody has changed by hand what its runs are given.
  const same = differences.length > 0 || !differs(wanted.schedule, start.schedule);
  return same ? differences : ['times'];
}

/** As it would come back from Temporal. */
const text = (value: unknown): string => canonical(JSON.parse(JSON.stringify(value ?? null)) as Json);
