import type { ActionCall } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import type { PlanStep } from '../compiler/plan.ts';
import type { Rendered } from './evaluator.ts';
import { isMap, namesIn, renderWith } from './scope.ts';
import { type Entry, lookUp } from './state.ts';
import type { Turn } from './turn.ts';

/** `finally` must be able to tell people even when closing used up the budget of both. */
const leastForFinallyMs = 60_000;

/** How long a step that begins now may take: its own time-out; in `finally` also what is left of the closing budget. */
function timeLeft(turn: Turn, step: PlanStep): number {
  const { at, state, plan } = turn;
  if (step.phase !== 'finally' || state.closingAt === undefined) return step.timeoutMs;
  const left = state.closingAt + plan.limits.closingMs - at;
  return Math.min(step.timeoutMs, Math.max(left, leastForFinallyMs));
}

/** When a step that begins now must have ended: nothing of it starts after that. */
export function deadlineOf(turn: Turn, step: PlanStep): number {
  const own = turn.at + timeLeft(turn, step);
  const { endsAt } = turn.state;
  return step.phase === 'finally' || endsAt === undefined ? own : Math.min(own, endsAt);
}

/** What the step's activity, or the guard, is given. */
export function callOf(turn: Turn, step: PlanStep, entry: Entry): Rendered<ActionCall> {
  const given = renderWith(turn, step, entry);
  if (!given.ok) return given;
  const vpgs = identify(turn, step, given.value);
  if (!vpgs.ok) return vpgs;
  const { plan, run } = turn;
  return {
    ok: true,
    value: {
      action: step.uses,
      run: { id: run.id, name: plan.name, mode: plan.mode, requester: run.requester, configSha256: run.configSha256 },
      step: entry.key,
      site: step.site,
      vpgs: vpgs.value,
      ...(step.via === undefined ? {} : { via: step.via }),
      ...(run.dry === true ? { dry: true as const } : {}),
      with: given.value,
      ...(step.until === undefined ? {} : { until: step.until }),
      deadline: deadlineOf(turn, step),
    },
  };
}

/** As people see it in a list of running things. */
export function summaryOf(step: PlanStep, entry: Entry): string {
  return `${entry.key}: ${step.name ?? step.summary}`;
}

/** VpgIdentifiers of the names that the call has in its `vpg` or `vpgs`. */
function identify(turn: Turn, step: PlanStep, given: JsonMap): Rendered<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of step.vpgs === undefined ? [] : namesIn(given[step.vpgs])) {
    const id = identifierOf(turn, name);
    if (id === undefined) return { ok: false, error: `the VPG "${name}" was not looked up when the run signed in` };
    found[name] = id;
  }
  return { ok: true, value: found };
}

export function identifierOf(turn: Turn, vpg: string): string | undefined {
  for (const place of turn.graph.phases['sign-in']) {
    const vpgs = lookUp(turn.state.values, turn.plan.steps[place]?.id ?? '')?.outputs.vpgs;
    const id = isMap(vpgs) ? lookUp(vpgs, vpg) : undefined;
    if (typeof id === 'string') return id;
  }
  return undefined;
}
