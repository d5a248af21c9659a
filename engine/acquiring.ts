import type { PlanStep } from '../compiler/plan.ts';
import { identifierOf } from './call.ts';
import { enter } from './next.ts';
import { isList, namesIn, render, scopeOf, withField } from './scope.ts';
import { stop } from './stopping.ts';
import type { Turn } from './turn.ts';

/** After sign-in: all VPGs that the Plan changes are asked for at once, before anything judges their state. */
export function acquireLocks(turn: Turn): void {
  const { plan, state, out } = turn;
  const names = new Set<string>();
  for (const step of plan.steps) {
    // What a closing step closes was opened by a step that is here itself.
    if (step.locks === undefined || step.phase === 'closing') continue;
    const error = collect(turn, step, step.locks, names);
    if (error !== undefined) {
      stop(turn, { reason: error, by: 'machine', tell: true });
      return;
    }
  }
  const vpgs: Record<string, string> = {};
  for (const name of names) {
    const id = identifierOf(turn, name);
    if (id === undefined) {
      stop(turn, { reason: `there is no VPG "${name}" at ${plan.site}`, by: 'machine', tell: true });
      return;
    }
    vpgs[name] = id;
  }
  if (names.size === 0) {
    enter(turn, 'preflight');
    return;
  }
  state.stage = 'locks';
  state.acquired = true;
  const { onLocked, lockWaitMs } = plan.limits;
  const until = onLocked === 'wait' && lockWaitMs !== undefined ? { until: turn.at + lockWaitMs } : {};
  out.push({ do: 'acquire', vpgs, onLocked, ...until });
}

/** Why the step's VPGs cannot be known before it runs; undefined when they are. */
function collect(turn: Turn, step: PlanStep, field: 'vpg' | 'vpgs', names: Set<string>): string | undefined {
  const template = withField(step, field);
  // Left out: all that the run has open, and that is held already.
  if (template === undefined) return undefined;
  const scopes = scopesOf(turn, step);
  if (typeof scopes === 'string') return scopes;
  for (const scope of scopes) {
    const value = render(turn, template, scope, `"with.${field}" of "${step.id}"`);
    if (!value.ok) return `the VPGs of "${step.id}" must be known before anything starts: ${value.error}`;
    for (const name of namesIn(value.value)) names.add(name);
  }
  return undefined;
}

function scopesOf(turn: Turn, step: PlanStep): ReturnType<typeof scopeOf>[] | string {
  if (step.forEach === undefined) return [scopeOf(turn)];
  const list = render(turn, step.forEach.items, scopeOf(turn), `"for-each" of "${step.id}"`);
  if (!list.ok) return `the VPGs of "${step.id}" must be known before anything starts: ${list.error}`;
  if (!isList(list.value)) return `"for-each" of "${step.id}" gave no list`;
  return list.value.map((value, index) => scopeOf(turn, { value, index }));
}
