import type { Until } from '../../actions/call.ts';
import type { Json } from '../../actions/json.ts';
import type { ModeStep } from '../check/view.ts';
import type { OnFailure } from '../model.ts';
import type { PlanStep, Template } from '../plan.ts';
import { type Filler, isLiteral } from './fill.ts';

export type Policies = Pick<PlanStep, 'timeoutMs' | 'until' | 'onFailure' | 'perItem'>;

/** How long, how often, what on a failure. What reads only what is known now is fixed now, all else is told item by item. */
export function writePolicies({ draft, onFailure }: ModeStep, usualTimeoutMs: number, filler: Filler): Policies {
  const { timeout, retry, onFailure: failure } = draft.perItem ?? {};
  const given = {
    timeout: timeout && filler.fill(timeout),
    until: retry && filler.fill(retry.value),
    onFailure: failure && filler.fill(failure),
  };
  const late = Object.entries(given).filter((e): e is [string, Template] => e[1] !== undefined && !isLiteral(e[1]));
  // That they fit was checked as they were filled.
  const known = (template: Template | undefined): Json | undefined =>
    template !== undefined && isLiteral(template) ? template.lit : undefined;
  const until = draft.retry?.value ?? (known(given.until) as Until | undefined);
  return {
    timeoutMs: draft.timeoutMs ?? (known(given.timeout) as number | undefined) ?? usualTimeoutMs,
    ...(until !== undefined && { until }),
    onFailure: (known(given.onFailure) as OnFailure | undefined) ?? onFailure,
    ...(late.length > 0 && { perItem: Object.fromEntries(late) }),
  };
}
