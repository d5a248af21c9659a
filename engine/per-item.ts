import type { Until } from '../actions/call.ts';
import type { Json } from '../actions/json.ts';
import type { PlanStep, Template } from '../compiler/plan.ts';
import { type Entry, isTrouble, type StepEntry } from './entry.ts';
import type { Rendered } from './evaluator.ts';
import { isMap, render, scopeOfEntry } from './scope.ts';
import { stepAt, stepEntryOf, type Turn } from './turn.ts';

type Policy = PlanStep['onFailure'];

/** The step as it counts for one of its entries. */
export function stepOf(turn: Turn, entry: Entry): PlanStep {
  const step = stepAt(turn, entry.place);
  return entry.own === undefined ? step : { ...step, ...entry.own };
}

/**
 * The on-failure of a step, or of an item. Where items have their own, a step that failed is excused if each item that did
 * is: its word is `continue`, or a person overcame it.
 */
export function policyOf(turn: Turn, entry: Entry): Policy {
  const { onFailure, perItem } = stepAt(turn, entry.place);
  if (perItem?.onFailure === undefined || entry.item !== undefined) return entry.own?.onFailure ?? onFailure;
  const failed = failedOf(stepEntryOf(turn, entry)).filter(item => item.overcome !== true);
  return failed.length > 0 && failed.every(isExcused) ? 'continue' : onFailure;
}

/** A person went on in spite of all items that failed, but for those that their own on-failure excuses. */
export function isOvercome(step: StepEntry): boolean {
  const failed = failedOf(step).filter(item => !isExcused(item));
  return failed.length > 0 && failed.every(item => item.overcome === true);
}

function failedOf({ items }: StepEntry): readonly Entry[] {
  return items?.entries.filter(item => isTrouble(item.status)) ?? [];
}

/** Of an item whose step's on-failure is another. */
export function isExcused({ own }: Entry): boolean {
  return own?.onFailure === 'continue';
}

/** Renders what an item has of its own, as it is admitted. Gives why not, where an expression throws or gives what cannot be. */
export function giveOwn(turn: Turn, entry: Entry): string | undefined {
  const { perItem } = stepAt(turn, entry.place);
  if (perItem === undefined || entry.item === undefined) return undefined;
  const policy = renderAs(turn, entry, perItem.onFailure, policyForm);
  const time = renderAs(turn, entry, perItem.timeout, timeForm);
  const until = renderAs(turn, entry, perItem.until, untilForm);
  // An item whose other expressions fail still has the on-failure that it gave itself.
  entry.own = {
    ...(policy?.ok === true && { onFailure: policy.value }),
    ...(time?.ok === true && { timeoutMs: time.value }),
    ...(until?.ok === true && { until: until.value }),
  };
  for (const given of [policy, time, until]) if (given?.ok === false) return given.error;
  return undefined;
}

interface Form<T> {
  readonly key: string;
  readonly wanted: string;
  readonly read: (value: Json) => T | undefined;
}

function renderAs<T>(
  turn: Turn,
  entry: Entry,
  template: Template | undefined,
  { key, wanted, read }: Form<T>,
): Rendered<T> | undefined {
  if (template === undefined) return undefined;
  const where = `"${key}" of "${entry.key}"`;
  const given = render(turn, template, scopeOfEntry(turn, entry), where);
  if (!given.ok) return given;
  const value = read(given.value);
  return value === undefined ? { ok: false, error: `${where}: ${wanted} is wanted` } : { ok: true, value };
}

const policyForm: Form<Policy> = {
  key: 'on-failure',
  wanted: 'abort, continue or ask',
  read: value => (value === 'abort' || value === 'continue' || value === 'ask' ? value : undefined),
};

const timeForm: Form<number> = {
  key: 'timeout',
  wanted: 'a time of more than zero, ten years at most',
  read: spanFrom,
};

const untilForm: Form<Until> = {
  key: 'retry',
  wanted: '`every` and `for` of more than zero, `attempts` from 1, `backoff` from 1 to 10',
  read: value => {
    if (!isMap(value)) return undefined;
    const { everyMs = null, backoff, forMs, attempts } = value;
    const every = spanFrom(everyMs);
    const span = forMs === undefined ? undefined : spanFrom(forMs);
    if (every === undefined || (forMs !== undefined && span === undefined)) return undefined;
    if (typeof backoff !== 'number' || backoff < 1 || backoff > 10) return undefined;
    const tries =
      typeof attempts === 'number' && Number.isSafeInteger(attempts) && attempts >= 1 ? attempts : undefined;
    if ((attempts !== undefined && tries === undefined) || (span ?? tries) === undefined) return undefined;
    return {
      everyMs: every,
      backoff,
      ...(span !== undefined && { forMs: span }),
      ...(tries !== undefined && { attempts: tries }),
    };
  },
};

/** As long as one that an author can write. */
const longestMs = 10 * 366 * 24 * 60 * 60_000;

function spanFrom(value: Json): number | undefined {
  const ms = typeof value === 'number' ? Math.round(value) : 0;
  return ms > 0 && ms <= longestMs ? ms : undefined;
}
