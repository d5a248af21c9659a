import { z } from 'zod';
import { type Contract, effects, type Mode, modes } from '../../actions/contract.ts';
import { findAction } from '../../actions/index.ts';
import { isLiveMode } from '../../actions/modes.ts';
import type { Json } from '../../actions/json.ts';
import { parse } from '../../expressions/parse.ts';
import { mayCall } from '../check/calls.ts';
import { isBeyond } from '../check/effect.ts';
import { canonical, sha256Hex } from '../hash.ts';
import { type Plan, planFormat, type PlanStep, type Template } from '../plan.ts';

/** A Plan's format as zod: what reads one that another process made checks it, and schema/plan.schema.json is made of it. */

const json: z.ZodType<Json> = z
  .lazy(() =>
    z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(json).readonly(), z.record(z.string(), json)]),
  )
  .meta({ id: 'json', description: 'Any JSON.' });

const cel = z.strictObject({ cel: z.string() });
const template: z.ZodType<Template> = z
  .lazy(() =>
    z.union([
      z.strictObject({ lit: json }),
      cel,
      z.strictObject({ text: z.array(z.union([z.string(), cel])).readonly() }),
      z.strictObject({ list: z.array(template).readonly() }),
      z.strictObject({ map: templates }),
    ]),
  )
  .meta({ id: 'template', description: 'A value with expressions in it.' });

const ms = z.number().int().nonnegative();
const place = z.number().int().nonnegative();
const places = z.array(place).readonly();
const count = z.number().int().min(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const mode = z.enum(modes);
const templates = z.record(z.string(), template);
const values = z.record(z.string(), json);
const source = z.strictObject({ file: z.string(), sha256 });

const limits = z.strictObject({
  timeoutMs: ms,
  closingMs: ms,
  askMs: ms,
  onLocked: z.enum(['wait', 'fail']),
  lockWaitMs: ms.exactOptional(),
  maxOpen: count.exactOptional(),
  preemptWaitMs: ms.exactOptional(),
  maxHoldMs: ms.exactOptional(),
  window: z.strictObject({ opens: template.exactOptional(), closes: template.exactOptional() }).exactOptional(),
});

const scope = z.strictObject({
  call: place,
  name: z.string(),
  mode,
  site: z.string(),
  inputs: templates,
  vars: values,
  outputs: templates,
  limits: limits.pick({ closingMs: true, askMs: true }),
  source,
});

const policy = z.strictObject({
  performer: z.enum(['activity', 'guard', 'engine']),
  transport: z.strictObject({ initialMs: ms, coefficient: z.number(), maximumMs: ms }),
  waits: z.literal(true).exactOptional(),
});

const forEach = z.strictObject({
  items: template,
  maxParallel: count,
  batch: count.exactOptional(),
  maxFailures: z.number().int().nonnegative().exactOptional(),
});

const until = z.strictObject({
  everyMs: ms,
  backoff: z.number(),
  forMs: ms.exactOptional(),
  attempts: count.exactOptional(),
});

const perItem = z.strictObject({
  timeout: template.exactOptional(),
  until: template.exactOptional(),
  onFailure: template.exactOptional(),
});

const step = z.strictObject({
  id: z.string().min(1),
  scope: place.exactOptional(),
  calls: place.exactOptional(),
  name: z.string().exactOptional(),
  phase: z.enum(['sign-in', 'preflight', 'main', 'closing', 'finally']),
  uses: z.string(),
  written: z.string().exactOptional(),
  summary: z.string(),
  effect: z.enum(effects),
  with: template,
  site: z.string(),
  via: z.string().exactOptional(),
  after: z.union([z.literal('above'), places]),
  needs: places,
  if: z.string().exactOptional(),
  forEach: forEach.exactOptional(),
  timeoutMs: ms,
  until: until.exactOptional(),
  onFailure: z.enum(['abort', 'continue', 'ask']),
  perItem: perItem.exactOptional(),
  wall: z.literal(true).exactOptional(),
  opens: z.enum(['test', 'live', 'pause']).exactOptional(),
  ends: z.enum(['commit', 'roll-back']).exactOptional(),
  holdMs: ms.exactOptional(),
  signIn: place.exactOptional(),
  beside: z.literal(true).exactOptional(),
  acquires: z.literal(true).exactOptional(),
  locks: z.enum(['vpg', 'vpgs']).exactOptional(),
  vpgs: z.enum(['vpg', 'vpgs']).exactOptional(),
  closedBy: place.exactOptional(),
  closes: place.exactOptional(),
});

/** The format that this version writes, and the one before. */
const readable: readonly number[] = [planFormat - 1, planFormat];

export const planSchema = z.strictObject({
  format: z.union([z.literal(1), z.literal(planFormat)]),
  name: z.string(),
  description: z.string().exactOptional(),
  owner: z.string().exactOptional(),
  mode,
  site: z.string(),
  objectives: z.strictObject({ rtoMs: ms.exactOptional(), rpoMs: ms.exactOptional() }),
  inputs: values,
  vars: values,
  limits,
  source,
  policies: z.record(z.string(), policy),
  outputs: templates.exactOptional(),
  scopes: z.array(scope).readonly().exactOptional(),
  steps: z.array(step).readonly(),
  hash: sha256,
});

/** A runbook is at most 64 levels deep, and each of its levels is three of a template; inputs may be as deep again. */
const maxDepth = 256;

/**
 * A Plan that came from outside this process, checked: its format, that nothing changed since it was compiled (its hash),
 * and that it is one that the compiler could have made, as far as a run relies on it: its steps name only places that are
 * there and above, what they do is known, and in a drill none reaches beyond `isolated`. Else one sentence for people why
 * it cannot be run. Never throws.
 */
export function readPlan(value: unknown): Plan | { readonly why: string } {
  const format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined;
  if (typeof format === 'number' && !readable.includes(format))
    return { why: `this Plan is of format ${format}; this version reads ${readable.join(' and ')}` };
  if (isDeeper(value, maxDepth)) return { why: `this is no Plan: it is nested more than ${maxDepth} levels deep` };
  const parsed = planSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.map(String).join('.') ?? '';
    return { why: `this is no Plan: ${where === '' ? '' : `${where}: `}${issue?.message ?? 'it does not fit'}` };
  }
  const { hash, ...rest } = parsed.data;
  if (sha256Hex(canonical(rest)) !== hash)
    return { why: 'this Plan was changed after it was compiled: its hash does not fit' };
  const broken = findBroken(parsed.data);
  return broken === undefined ? parsed.data : { why: `this Plan is broken: ${broken}` };
}

/** Without recursion: what reads a Plan (zod, the hash) recurses, and would exhaust the stack. */
function isDeeper(value: unknown, limit: number): boolean {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value !== 'object' || next.value === null) continue;
    const depth = next.depth + 1;
    if (depth > limit) return true;
    for (const below of Object.values(next.value)) open.push({ value: below, depth });
  }
  return false;
}

/** What is wrong with the first step that cannot be run as it stands. */
function findBroken(plan: Plan): string | undefined {
  const ids = new Set<string>();
  for (const [place, step] of plan.steps.entries()) {
    if (ids.has(step.id)) return `two steps are called ${step.id}`;
    ids.add(step.id);
    const why = findAstray(plan, step, place) ?? findImpossible(plan, step);
    if (why !== undefined) return why;
  }
  return findMisled(plan);
}

/** A place that it names, where no step of its own scope is. */
function findAstray({ steps, scopes = [] }: Plan, step: PlanStep, place: number): string | undefined {
  const { id, scope: own, calls } = step;
  if (own !== undefined && scopes[own] === undefined) return `step ${id} is of a scope that is not there`;
  if (calls !== undefined && scopes[calls]?.call !== place) return `step ${id} calls a scope that is not its own`;
  const before = [...(step.after === 'above' ? [] : step.after), ...step.needs];
  const others = [step.signIn, step.closedBy, step.closes].filter(at => at !== undefined);
  const lost = [...before, ...others].find(
    at => steps[at] === undefined || (at !== step.signIn && steps[at].scope !== own),
  );
  if (lost !== undefined) return `step ${id} names the place ${lost}, where no step of its scope is`;
  const later = before.find(at => at >= place);
  if (later === undefined) return undefined;
  return `step ${id} waits for ${later === place ? 'itself' : `${steps[later]?.id ?? ''}, which stands below it`}`;
}

/** What it does, and whether its mode allows that. */
function findImpossible(plan: Plan, step: PlanStep): string | undefined {
  const { id, uses, scope, effect, if: condition } = step;
  const contract = findAction(uses);
  if (contract === undefined) return `step ${id} uses ${uses}, an action that this version does not know`;
  const policy = Object.hasOwn(plan.policies, uses) ? plan.policies[uses] : undefined;
  if (policy === undefined) return `it has no policy for ${uses}, which step ${id} uses`;
  if (policy.performer !== contract.performer) return `${uses} is not performed by the ${policy.performer}`;
  if (condition !== undefined && 'problems' in parse(condition)) return `the condition of step ${id} cannot be read`;
  const mode = modeOf(plan, scope);
  const inDrill = plan.mode === 'drill' || mode === 'drill';
  if (inDrill && isBeyond(effect, 'isolated')) return `step ${id} is ${effect}, in a drill`;
  return findUntold(step, contract) ?? findUnfit(step, contract, mode);
}

const modeOf = (plan: Plan, scope: number | undefined): Mode =>
  (scope === undefined ? undefined : plan.scopes?.[scope]?.mode) ?? plan.mode;

/** What its action does and the step does not say: a run relies on what the step says. */
function findUntold(step: PlanStep, contract: Contract): string | undefined {
  const { id, uses, calls, effect } = step;
  // A call reaches as far as what it calls; what a field decides was decided by the compiler.
  if (calls === undefined && typeof contract.effect === 'string' && effect !== contract.effect)
    return `step ${id} says that ${uses} is ${effect}, and it is ${contract.effect}`;
  if (contract.opens === 'live' && step.opens !== 'live') return `step ${id} does not say that ${uses} opens a change`;
  if (contract.ends !== step.ends) return `step ${id} does not say what ${uses} ends`;
  if (contract.locks !== step.locks) return `step ${id} does not say what ${uses} locks`;
  return undefined;
}

/** An action that its mode does not have: a failover in a change. */
function findUnfit({ id, uses }: PlanStep, contract: Contract, mode: Mode): string | undefined {
  const isLive = contract.opens === 'live' || contract.ends !== undefined;
  const fits = contract.modes?.includes(mode) !== false && (!isLive || isLiveMode(mode));
  return fits ? undefined : `step ${id} uses ${uses} in mode ${mode}, which does not have it`;
}

/** A sub-runbook in a mode that its caller may not call: a failover in a drill. */
function findMisled({ mode, steps, scopes = [] }: Plan): string | undefined {
  for (const { call, name, mode: own } of scopes) {
    const from = steps[call]?.scope;
    const caller = (from === undefined ? undefined : scopes[from]?.mode) ?? mode;
    if (!mayCall(caller, own)) return `it calls ${name} in mode ${own}, from mode ${caller}`;
  }
  return undefined;
}
