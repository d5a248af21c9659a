import type { Json, JsonMap } from '../actions/json.ts';
import type { PlanStep } from '../compiler/plan.ts';
import { frameOf } from './frames.ts';
import { isFrozen } from './held.ts';
import { isOvercome } from './per-item.ts';
import { isList, render, scopeOf } from './scope.ts';
import { type Entry, type Items, isTrouble, type StepEntry } from './entry.ts';
import { end, type Ending, markRunning, settle, stepAt, stepEntryOf, type Turn } from './turn.ts';
import type { Status } from './types.ts';

const maxItems = 10_000;

/** A for-each whose turn it is: its list is taken now. */
export function startForEach(turn: Turn, entry: StepEntry, forEach: NonNullable<PlanStep['forEach']>): void {
  const list = render(turn, forEach.items, scopeOf(turn, frameOf(turn, entry)), `"for-each" of "${entry.key}"`);
  if (!list.ok) {
    settle(turn, entry, { status: 'errored', text: list.error });
    return;
  }
  const values = list.value;
  if (!isList(values)) {
    settle(turn, entry, { status: 'errored', text: `"for-each" of "${entry.key}" gave no list` });
    return;
  }
  if (values.length > maxItems) {
    const text = `"for-each" of "${entry.key}" gave ${values.length} items: at most ${maxItems} are allowed`;
    settle(turn, entry, { status: 'errored', text });
    return;
  }
  if (values.length === 0) {
    markRunning(turn, entry);
    end(turn, entry, { status: 'succeeded', outputs: { items: [], succeeded: 0, failed: 0 } });
    return;
  }
  expand(turn, entry, values, labelsOf(values));
}

/** `values` and `labels` go together; an item's key is `front[label]`. */
export function expand(turn: Turn, entry: StepEntry, values: readonly Json[], labels: readonly string[]): void {
  const { key: step, place, frame } = entry;
  const entries = labels.map((label, item): Entry => {
    const key = `${step}[${label}]`;
    turn.state.itemKeys[key] = [frame, place, item];
    return { key, place, frame, item, status: 'pending' };
  });
  entry.items = { values, entries, next: 0, again: [], running: 0, ended: 0, failed: 0 };
  markRunning(turn, entry);
  startItems(turn, entry);
}

/** The texts themselves where that is short and unique, else the indexes. */
export function labelsOf(values: readonly Json[]): string[] {
  const labels = values.map(value => (typeof value === 'object' ? '' : String(value)));
  const clear = labels.every(label => /^[^[\]\s](?:[^[\]\p{Cc}]{0,62}[^[\]\s])?$/u.test(label));
  return clear && new Set(labels).size === labels.length ? labels : values.map((_, i) => String(i));
}

/** In order, as many as `max-parallel` allows; what a person wants tried again comes first. */
export function startItems(turn: Turn, step: StepEntry): void {
  const { items } = step;
  if (items === undefined || isFrozen(turn, stepAt(turn, step.place).phase)) return;
  const parallel = maxParallel(turn, stepAt(turn, step.place));
  const batch = stepAt(turn, step.place).forEach?.batch;
  while (items.running < parallel) {
    const again = items.again.shift();
    // The next so many, when all before them have ended.
    if (again === undefined && batch !== undefined && items.next % batch === 0 && items.ended < items.next) return;
    const entry = items.entries[again ?? items.next];
    if (entry === undefined) return;
    if (again === undefined) items.next++;
    if (entry.status !== 'pending') continue;
    entry.slot = true;
    items.running++;
    turn.agenda.push({ do: 'admit', entry });
  }
}

function maxParallel(turn: Turn, step: PlanStep): number {
  const forEach = step.closes === undefined ? step.forEach : stepAt(turn, step.closes).forEach;
  return forEach?.maxParallel ?? 1;
}

/** The item does not run any more (it ended, or asks): the next may. */
export function freeSlot(turn: Turn, entry: Entry): void {
  const { items } = stepEntryOf(turn, entry);
  if (items === undefined || entry.slot === undefined) return;
  delete entry.slot;
  items.running--;
}

export function onItemEnded(turn: Turn, entry: Entry): void {
  const step = stepEntryOf(turn, entry);
  const { items } = step;
  if (items === undefined) return;
  freeSlot(turn, entry);
  items.ended++;
  if (isTrouble(entry.status)) onItemFailed(turn, step, items);
  if (items.ended === items.entries.length) end(turn, step, sum(turn, step, items));
  else startItems(turn, step);
}

/** One more than `max-failures` allows: those that have not begun do not. */
function onItemFailed(turn: Turn, step: StepEntry, items: Items): void {
  const most = stepAt(turn, step.place).forEach?.maxFailures;
  if (most === undefined || ++items.failed !== most + 1) return;
  const text = `not started: more than max-failures (${most}) of the items before it failed`;
  for (const item of items.entries) if (item.status === 'pending') end(turn, item, { status: 'cancelled', text });
}

/** The step's own end: as bad as its worst item. */
function sum(turn: Turn, step: StepEntry, { values, entries }: Items): Ending {
  const count = (status: Status): number => entries.filter(e => e.status === status).length;
  const bad = entries.filter(e => isTrouble(e.status));
  const most = stepAt(turn, step.place).forEach?.maxFailures;
  const status = most === undefined ? worst(entries) : bad.length > most ? 'failed' : bestOf(entries);
  if (isOvercome(step)) step.overcome = true;
  const outputs: JsonMap = {
    items: entries.map((e, i) => ({ value: values[i] ?? null, status: e.status, outputs: e.outputs ?? {} })),
    succeeded: count('succeeded'),
    failed: bad.length,
  };
  for (const e of entries) delete e.outputs;
  const [first] = status === 'succeeded' ? [] : bad.length > 0 ? bad : entries.filter(e => e.status === status);
  const more = bad.length > 1 ? ` (and ${bad.length - 1} more of ${entries.length})` : '';
  const why = first === undefined ? {} : { text: `${labelOf(step, first)}: ${first.error ?? first.status}${more}` };
  // What a closing step closed is no value for expressions.
  return stepAt(turn, step.place).phase === 'closing' ? { status, ...why } : { status, ...why, outputs };
}

/** What failed is within `max-failures`. */
function bestOf(entries: readonly Entry[]): Status {
  const has = (status: Status): boolean => entries.some(e => e.status === status);
  if (has('cancelled')) return 'cancelled';
  return entries.every(e => e.status === 'skipped') ? 'skipped' : 'succeeded';
}

function labelOf(step: StepEntry, item: Entry): string {
  return item.key.slice(step.key.length);
}

function worst(entries: readonly Entry[]): Status {
  const has = (status: Status): boolean => entries.some(e => e.status === status);
  const order: readonly Status[] = ['failed', 'timed_out', 'errored', 'cancelled', 'succeeded'];
  return order.find(has) ?? 'skipped';
}
