import type { ActionCall } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import type { PlanStep } from '../compiler/plan.ts';
import type { Rendered } from './evaluator.ts';
import { frameOf, rootOf, settingsOf } from './frames.ts';
import { isMap, namesIn, renderWith } from './scope.ts';
import type { Entry, StepEntry } from './entry.ts';
import { type Frame, lookUp } from './state.ts';
import { entryAt, stepAt, type Turn } from './turn.ts';

/** `finally` must be able to tell people even when closing used up the budget of both. */
const leastForFinallyMs = 60_000;

/** How long a step that begins now may take: its own time-out; in `finally` also what is left of the closing budget. */
function timeLeft(turn: Turn, frame: Frame, step: PlanStep): number {
  const { at, state } = turn;
  if (step.phase !== 'finally' || frame.closingAt === undefined) return step.timeoutMs;
  const closeBy = Math.min(frame.closingAt + settingsOf(turn, frame).limits.closingMs, state.closeBy ?? Infinity);
  return Math.min(step.timeoutMs, Math.max(closeBy - at, leastForFinallyMs));
}

/** When a step that begins now must have ended: nothing of it starts after that. */
export function deadlineOf(turn: Turn, frame: Frame, step: PlanStep): number {
  const own = turn.at + timeLeft(turn, frame, step);
  if (step.phase === 'finally') return own;
  return Math.min(own, turn.state.endsAt ?? own, frame.endsAt ?? own);
}

/** What the step's activity, or the guard, is given. */
export function callOf(turn: Turn, step: PlanStep, entry: Entry): Rendered<ActionCall> {
  const given = renderWith(turn, step, entry);
  if (!given.ok) return given;
  const vpgs = identify(turn, step, given.value);
  if (!vpgs.ok) return vpgs;
  const { run, plan } = turn;
  const frame = frameOf(turn, entry);
  // A run reaches no further than its Plan says: what it calls is of its own mode, or a drill.
  const mode = settingsOf(turn, frame).mode === 'drill' ? 'drill' : plan.mode;
  return {
    ok: true,
    value: {
      action: step.uses,
      run: { id: run.id, name: plan.name, mode, requester: run.requester, configSha256: run.configSha256 },
      step: entry.key,
      site: step.site,
      vpgs: vpgs.value,
      ...(step.via === undefined ? {} : { via: step.via }),
      ...(run.dry === true ? { dry: true as const } : {}),
      with: given.value,
      ...(step.until === undefined ? {} : { until: step.until }),
      deadline: deadlineOf(turn, frame, step),
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
    const id = identifierOf(turn, step, name);
    if (id === undefined) return { ok: false, error: `the VPG "${name}" was not looked up when the run signed in` };
    if (step.locks !== undefined && !Object.hasOwn(turn.state.locked, id))
      return { ok: false, error: `the VPG "${name}" is not locked by this run` };
    found[name] = id;
  }
  return { ok: true, value: found };
}

/** Of a VPG at the step's site: found by a step, or when the site was signed in to. */
export function identifierOf(turn: Turn, step: PlanStep, vpg: string): string | undefined {
  const found = lookUp(lookUp(turn.state.identifiers, step.site) ?? {}, vpg);
  if (found !== undefined) return found;
  for (const { key } of signInOf(turn, step)) {
    const vpgs = lookUp(rootOf(turn).values, key)?.outputs.vpgs;
    const id = isMap(vpgs) ? lookUp(vpgs, vpg) : undefined;
    if (typeof id === 'string') return id;
  }
  return undefined;
}

/** The sign-in of the step's own site, or the run's. */
export function signInOf(turn: Turn, step: PlanStep): StepEntry[] {
  const own = (place: number): boolean => stepAt(turn, place).beside !== true;
  const places = step.signIn === undefined ? turn.graph.run.phases['sign-in'].filter(own) : [step.signIn];
  return places.map(place => entryAt(turn, rootOf(turn), place));
}

/** The `identifiers` that a step gives for VPGs that it found or made, kept for the steps at the same site. */
export function withFoundIdentifiers(turn: Turn, step: PlanStep, outputs: JsonMap): Record<string, string> {
  const { identifiers } = outputs;
  // Others may give a field of that name which means something else.
  const finds = step.uses === 'zerto/find-vpgs' || step.uses === 'zerto/create-vpg';
  if (!finds || !isMap(identifiers)) return {};
  const found: Record<string, string> = {};
  for (const [name, id] of Object.entries(identifiers)) if (typeof id === 'string') found[name] = id;
  const known = lookUp(turn.state.identifiers, step.site) ?? {};
  turn.state.identifiers[step.site] = { ...known, ...found };
  return found;
}
