import type { Plan, PlanStep } from '../compiler/plan.ts';
import type { GraphEdge, GraphJoin, GraphModel, GraphNode, GraphStep } from '../report/graph/model.ts';
import { formatDuration } from '../report/times.ts';
import { orderOf, type Waits } from './plan-order.ts';
import { whatItTouches, whomItAsks } from './what.ts';

/** A Plan as a picture. `states`: the status of each step by its id, once there is a run. */
export function graphOf(plan: Plan, states: ReadonlyMap<string, string> = new Map()): GraphModel {
  const order = orderOf(plan);
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const joins = new Joins(plan, order);
  for (const [place, step] of plan.steps.entries()) {
    const { for: waits = [], signIn } = order[place] ?? {};
    const join = joins.before(waits, step);
    if (join !== undefined && !join.drawn) {
      join.drawn = true;
      nodes.push(join.node);
      for (const above of waits) edges.push({ kind: 'after', from: idOf(plan, above), to: join.node.id });
    }
    for (const from of join === undefined ? waits.map(above => idOf(plan, above)) : [join.node.id])
      edges.push({ kind: 'after', from, to: step.id });
    if (signIn !== undefined) edges.push({ kind: 'after', from: idOf(plan, signIn), to: step.id });
    if (step.closes !== undefined) edges.push({ kind: 'closes', from: idOf(plan, step.closes), to: step.id });
    nodes.push(nodeOf(plan, step, states.get(step.id)));
  }
  const { name, mode, description } = plan;
  return {
    title: `${name}, ${mode}`,
    ...(description !== undefined && { description }),
    facts: factsOf(plan),
    nodes,
    edges,
  };
}

const idOf = ({ steps }: Plan, place: number): string => steps[place]?.id ?? '';

interface Join {
  readonly node: GraphJoin;
  drawn: boolean;
}

/** Where several steps wait for the same several others, all of these edges go through one join. */
class Joins {
  private readonly plan: Plan;
  private readonly keys = new Map<readonly number[], string>();
  private readonly waiting = new Map<string, number>();
  private readonly made = new Map<string, Join>();

  constructor(plan: Plan, order: readonly Waits[]) {
    this.plan = plan;
    for (const { for: waits } of order) {
      const key = this.keyOf(waits);
      this.waiting.set(key, (this.waiting.get(key) ?? 0) + 1);
    }
  }

  before(waits: readonly number[], step: PlanStep): Join | undefined {
    const key = this.keyOf(waits);
    if (waits.length < 2 || (this.waiting.get(key) ?? 0) < 2) return undefined;
    const within = callerOf(this.plan, step);
    // No author can write such an id.
    const id = `join ${this.made.size + 1}`;
    const join = this.made.get(key) ?? {
      node: { kind: 'join', id, phase: step.phase, ...(within !== undefined && { within }) },
      drawn: false,
    };
    this.made.set(key, join);
    return join;
  }

  private keyOf(waits: readonly number[]): string {
    const key = this.keys.get(waits) ?? waits.join();
    this.keys.set(waits, key);
    return key;
  }
}

/** The id of the step that calls the sub-runbook in which this one stands. */
function callerOf(plan: Plan, { scope }: PlanStep): string | undefined {
  const call = scope === undefined ? undefined : plan.scopes?.[scope]?.call;
  return call === undefined ? undefined : idOf(plan, call);
}

function nodeOf(plan: Plan, step: PlanStep, state: string | undefined): GraphStep {
  const within = callerOf(plan, step);
  return {
    kind: 'step',
    id: step.id,
    title: step.name ?? step.id,
    action: step.uses,
    notes: notesOf(plan, step),
    phase: step.phase,
    effect: step.effect,
    ...(state !== undefined && { state }),
    ...(within !== undefined && { within }),
    ...(step.forEach !== undefined && { forEach: true as const }),
    ...(step.wall === true && { wall: true as const }),
  };
}

function notesOf(plan: Plan, step: PlanStep): readonly string[] {
  const called = step.calls === undefined ? undefined : plan.scopes?.[step.calls];
  const site = step.scope === undefined ? plan.site : plan.scopes?.[step.scope]?.site;
  return [
    ...(called === undefined ? [] : [`${called.source.file}, ${called.mode} at ${called.site}`]),
    ...(step.closes === undefined
      ? [whatItTouches(step.with), whomItAsks(step.with)]
      : [`closes ${idOf(plan, step.closes)}`]),
    step.site === site || step.site === '' || called !== undefined ? '' : `at ${step.site}`,
    ...describeItems(step),
    step.if === undefined ? '' : `if ${step.if}`,
    step.until === undefined ? '' : `until it holds, every ${formatDuration(step.until.everyMs)}`,
    step.perItem?.until === undefined ? '' : 'until it holds, by item',
    step.written === undefined ? '' : `written as ${step.written}`,
    step.onFailure === 'continue' && step.phase === 'main' ? 'if it fails, the run goes on' : '',
    step.perItem?.onFailure === undefined ? '' : 'what a failure does: by item',
  ].filter(note => note !== '');
}

function describeItems({ forEach, phase }: PlanStep): readonly string[] {
  if (forEach === undefined) return [];
  const { items, maxParallel, batch } = forEach;
  const list = 'lit' in items && Array.isArray(items.lit) ? (items.lit as readonly unknown[]) : undefined;
  const words =
    list?.every(item => typeof item === 'string') === true && list.length <= 3 ? list.join(', ') : undefined;
  const each = `for each of ${words ?? (list === undefined ? 'a list' : `${list.length} items`)}`;
  if (phase === 'closing') return [each];
  const pace = batch === undefined ? `${maxParallel} at once` : `in batches of ${batch}, ${maxParallel} at once`;
  return list?.length === 1 ? [each] : [each, pace];
}

function factsOf({ site, steps, objectives }: Plan): readonly string[] {
  const { rtoMs, rpoMs } = objectives;
  return [
    site === '' ? '' : `at ${site}`,
    `${steps.length} steps`,
    rtoMs === undefined ? '' : `RTO ${formatDuration(rtoMs)}`,
    rpoMs === undefined ? '' : `RPO ${formatDuration(rpoMs)}`,
  ].filter(fact => fact !== '');
}
