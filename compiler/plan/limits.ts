import { hour, minute } from '../../actions/contract.ts';
import { isLiveMode } from '../../actions/modes.ts';
import type { Filler } from './fill.ts';
import type { PlanLimits, Template } from '../plan.ts';
import type { Reporter } from '../reporter.ts';
import { type View } from '../check/view.ts';

/** Of a test that nobody extends: how long it may stay open at most (docs/language.md, rule 11). */
export const defaultMaxHoldMs = 24 * hour;

/** The limits of a mode, defaults filled in; without the window, which may hold expressions. */
export function limitsOf({ limits, mode }: View): Omit<PlanLimits, 'window'> {
  return {
    timeoutMs: limits.timeout ?? 4 * hour,
    closingMs: limits.closing ?? hour,
    askMs: limits.ask ?? 30 * minute,
    onLocked: limits.onLocked ?? (isLiveMode(mode) ? 'wait' : 'fail'),
    ...(limits.lockWait !== undefined && { lockWaitMs: limits.lockWait }),
    maxOpen: limits.maxOpen ?? 10,
    preemptWaitMs: limits.preemptWait ?? 5 * minute,
    maxHoldMs: limits.maxHold ?? defaultMaxHoldMs,
  };
}

/** Of the whole run; what is known now must not close before it opens. */
export function windowOf({ limits }: View, filler: Filler, reporter: Reporter): Pick<PlanLimits, 'window'> {
  const { opens, closes } = limits.window ?? {};
  if (opens === undefined && closes === undefined) return {};
  const [from, to] = [opens && filler.fill(opens), closes && filler.fill(closes)];
  const [first, last] = [timeOf(from), timeOf(to)];
  if (closes !== undefined && first !== undefined && last !== undefined && first >= last)
    reporter.report('DB6005', closes.at, { what: 'limits.window', why: 'it closes before it opens' });
  return { window: { ...(from !== undefined && { opens: from }), ...(to !== undefined && { closes: to }) } };
}

/** ms since 1970, of a time that is known. */
function timeOf(template: Template | undefined): number | undefined {
  return template !== undefined && 'lit' in template && typeof template.lit === 'string'
    ? Date.parse(template.lit)
    : undefined;
}
