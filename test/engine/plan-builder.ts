import type { Effect, Mode, Performer } from '../../actions/contract.ts';
import type { Json, JsonMap } from '../../actions/json.ts';
import type { Phase, Plan, PlanLimits, PlanScope, PlanStep, Template } from '../../compiler/plan.ts';

const minute = 60_000;

type Value = Json | { readonly cel: string };

/** A step as short as a test wants it; what is left out comes from its action below. */
export interface Sketch {
  readonly id: string;
  readonly uses?: keyof typeof kinds;
  readonly phase?: 'preflight' | 'main' | 'finally';
  readonly with?: Readonly<Record<string, Value>>;
  /** Absent: all above. */
  readonly needs?: readonly string[];
  readonly if?: string;
  readonly forEach?: {
    readonly items: Value;
    readonly maxParallel?: number;
    readonly batch?: number;
    readonly maxFailures?: number;
  };
  readonly onFailure?: PlanStep['onFailure'];
  readonly perItem?: NonNullable<PlanStep['perItem']>;
  readonly timeoutMs?: number;
  readonly holdMs?: number;
  /** Absent: the site of its file. */
  readonly site?: string;
  readonly acquires?: true;
  /** It calls a sub-runbook. */
  readonly calls?: ScopeSketch;
}

export interface ScopeSketch {
  readonly steps: readonly Sketch[];
  readonly mode?: Mode;
  readonly inputs?: Readonly<Record<string, Value>>;
  readonly outputs?: Readonly<Record<string, Value>>;
  readonly limits?: Partial<PlanScope['limits']>;
}

interface Kind {
  readonly performer: Performer;
  readonly effect: Effect;
  readonly opens?: true;
  readonly live?: true;
  readonly ends?: 'commit' | 'roll-back';
  readonly wall?: true;
  readonly vpg?: 'vpg' | 'vpgs';
  readonly locks?: false;
}

/** The real actions' traits; `test/…` are calls of no particular kind. */
export const kinds = {
  'test/read': { performer: 'activity', effect: 'read' },
  'test/effect': { performer: 'activity', effect: 'isolated' },
  'test/change': { performer: 'activity', effect: 'reversible', vpg: 'vpg' },
  'test/wall': { performer: 'activity', effect: 'read', wall: true },
  'test/nothing': { performer: 'engine', effect: 'read' },
  'check/tcp': { performer: 'activity', effect: 'read' },
  notify: { performer: 'activity', effect: 'read' },
  'zerto/check-vpgs': { performer: 'activity', effect: 'read', vpg: 'vpgs' },
  'zerto/find-vpgs': { performer: 'activity', effect: 'read' },
  'zerto/create-vpg': { performer: 'activity', effect: 'reversible' },
  'zerto/failover-test': { performer: 'guard', effect: 'isolated', opens: true, vpg: 'vpg' },
  'zerto/stop-failover-test': { performer: 'guard', effect: 'isolated', vpg: 'vpg' },
  'zerto/failover': { performer: 'guard', effect: 'reversible', live: true, vpg: 'vpg' },
  'zerto/commit': { performer: 'guard', effect: 'irreversible', ends: 'commit', wall: true },
  'zerto/roll-back': { performer: 'guard', effect: 'reversible', ends: 'roll-back', wall: true },
  approval: { performer: 'engine', effect: 'read', wall: true },
  manual: { performer: 'engine', effect: 'read' },
  runbook: { performer: 'engine', effect: 'read' },
  wait: { performer: 'engine', effect: 'read' },
  assert: { performer: 'engine', effect: 'read' },
} as const satisfies Record<string, Kind>;

export interface PlanSketch {
  readonly mode?: Mode;
  readonly limits?: Partial<PlanLimits>;
  readonly objectives?: Plan['objectives'];
  readonly inputs?: JsonMap;
  readonly outputs?: Readonly<Record<string, Value>>;
  readonly steps: readonly Sketch[];
  readonly format?: 1 | 2;
}

/** Builds what the compiler would: sign-in first, `after` with walls, closing steps in reverse of the graph, scopes in place. */
export function planOf(sketch: PlanSketch): Plan {
  const draft: Draft = { steps: [], scopes: [] };
  const mode = sketch.mode ?? 'drill';
  const sites = new Set(sitesOf(sketch.steps));
  draft.steps.push(signIn('sign-in', 'site-b'), ...[...sites].map(site => signIn(`sign-in-${site}`, site)));
  addScope(draft, sketch.steps, { prefix: '', mode });
  const places = new Map(draft.steps.map(({ step }, place) => [step.id, place]));
  const at = (id: string): number => places.get(id) ?? -1;
  const limits = {
    timeoutMs: 240 * minute,
    closingMs: 60 * minute,
    askMs: 30 * minute,
    onLocked: 'fail' as const,
    ...sketch.limits,
  };
  return {
    format: sketch.format ?? (draft.scopes.length > 0 || sites.size > 0 ? 2 : 1),
    name: 'payments',
    mode,
    site: 'site-b',
    objectives: sketch.objectives ?? {},
    inputs: sketch.inputs ?? {},
    vars: {},
    limits,
    source: { file: 'payments.yaml', sha256: '00' },
    policies: Object.fromEntries(
      ['zerto/sign-in' as const, ...(Object.keys(kinds) as (keyof typeof kinds)[])].map(uses => [
        uses,
        {
          performer: uses === 'zerto/sign-in' ? ('activity' as const) : kinds[uses].performer,
          transport: { initialMs: 1_000, coefficient: 2, maximumMs: 15_000 },
        },
      ]),
    ),
    ...(sketch.outputs === undefined ? {} : { outputs: leaves(sketch.outputs) }),
    ...(draft.scopes.length === 0 ? {} : { scopes: draft.scopes.map(scope => placed(scope, at)) }),
    steps: draft.steps.map(step => resolve(step, at)),
    hash: 'ff',
  };
}

/** The steps of the sub-runbooks, in the order of the Plan's `scopes`. */
export function scopesOf({ steps }: { readonly steps: readonly Sketch[] }): readonly (readonly Sketch[])[] {
  const calls = ['preflight', 'main'].flatMap(phase => steps.filter(step => (step.phase ?? 'main') === phase));
  return calls.flatMap(step => (step.calls === undefined ? [] : [step.calls.steps, ...scopesOf(step.calls)]));
}

export function traits(step: Sketch): Kind {
  return kinds[step.uses ?? (step.calls === undefined ? 'test/read' : 'runbook')];
}

/** What the rules say that a main step waits for, of those above it: its `needs`, or all; and walls both ways. */
export function mustFollow(above: readonly Sketch[], step: Sketch): readonly Sketch[] {
  if (step.needs === undefined || traits(step).wall === true) return above;
  const lastWall = above.findLastIndex(other => traits(other).wall === true);
  const preflight = above.filter(other => other.phase === 'preflight');
  const { needs } = step;
  return above.filter((other, i) => needs.includes(other.id) || preflight.includes(other) || i <= lastWall);
}

function reaches(authored: readonly Sketch[], from: Sketch, to: Sketch): boolean {
  const before = mustFollow(authored.slice(0, authored.indexOf(from)), from);
  return before.includes(to) || before.some(step => reaches(authored, step, to));
}

/** A step whose references are ids; they become places when all have theirs. */
interface Unplaced {
  readonly step: Omit<PlanStep, 'after' | 'needs' | 'closes' | 'closedBy' | 'signIn'>;
  readonly after: 'above' | readonly string[];
  readonly needs: readonly string[];
  readonly signIn?: string;
  readonly closes?: string;
  readonly closedBy?: string;
}

interface Draft {
  readonly steps: Unplaced[];
  readonly scopes: (Omit<PlanScope, 'call'> & { readonly caller: string })[];
}

interface Where {
  readonly prefix: string;
  readonly mode: Mode;
  readonly scope?: number;
}

function addScope(draft: Draft, steps: readonly Sketch[], where: Where): void {
  const inPhase = (phase: Phase) => steps.filter(step => (step.phase ?? 'main') === phase);
  const authored = [...inPhase('preflight'), ...inPhase('main')];
  const add = (step: Sketch, above: readonly Sketch[]): void => {
    const scope = step.calls === undefined ? undefined : draft.scopes.length;
    draft.steps.push(build(step, above, where, scope));
    if (step.calls === undefined || scope === undefined) return;
    const { mode = where.mode, inputs = {}, outputs = {}, limits } = step.calls;
    const caller = where.prefix + step.id;
    draft.scopes.push({
      caller,
      name: step.id,
      mode,
      site: 'site-b',
      inputs: leaves(inputs),
      vars: {},
      outputs: leaves(outputs),
      limits: { closingMs: 60 * minute, askMs: 30 * minute, ...limits },
      source: { file: `${step.id}.yaml`, sha256: '00' },
    });
    addScope(draft, step.calls.steps, { prefix: `${caller}/`, mode, scope });
  };
  for (const [i, step] of authored.entries()) add(step, authored.slice(0, i));
  const openings = authored.filter(step => traits(step).opens === true);
  for (const opening of openings.toReversed()) {
    const later = openings.filter(other => reaches(authored, other, opening));
    const stop = common(`${where.prefix}close-${opening.id}`, 'closing', 'zerto/stop-failover-test', 'isolated');
    draft.steps.push({
      step: { ...stop, ...inScope(where), with: { map: {} }, timeoutMs: 30 * minute, onFailure: 'abort' },
      after: later.map(other => `${where.prefix}close-${other.id}`),
      needs: [],
      closes: where.prefix + opening.id,
    });
  }
  for (const step of inPhase('finally')) draft.steps.push({ ...build(step, [], where, undefined), after: 'above' });
}

const inScope = ({ scope }: Where) => (scope === undefined ? {} : { scope });

function signIn(id: string, site: string): Unplaced {
  const beside = id === 'sign-in' ? {} : { beside: true as const };
  return {
    step: {
      ...common(id, 'sign-in', 'zerto/sign-in', 'read'),
      ...beside,
      site,
      with: { lit: { vpgs: [] } },
      timeoutMs: 2 * minute,
      onFailure: 'abort',
    },
    after: id === 'sign-in' ? 'above' : [],
    needs: [],
  };
}

function sitesOf(steps: readonly Sketch[]): string[] {
  return steps.flatMap(step => [
    ...(step.site === undefined || step.site === 'site-b' ? [] : [step.site]),
    ...sitesOf(step.calls?.steps ?? []),
  ]);
}

function common(id: string, phase: Phase, uses: string, effect: Effect) {
  return { id, phase, uses, effect, summary: `does ${uses}`, site: 'site-b' };
}

function build(step: Sketch, above: readonly Sketch[], where: Where, calls: number | undefined): Unplaced {
  const kind = traits(step);
  const uses = step.uses ?? (step.calls === undefined ? 'test/read' : 'runbook');
  const id = (other: Sketch): string => where.prefix + other.id;
  const { forEach } = step;
  return {
    step: {
      ...common(id(step), step.phase ?? 'main', uses, kind.effect),
      ...inScope(where),
      ...(calls === undefined ? {} : { calls }),
      ...(step.site === undefined ? {} : { site: step.site }),
      with: { map: leaves(step.with ?? (kind.vpg === 'vpg' ? { vpg: `vpg-${step.id}` } : {})) },
      ...(step.if === undefined ? {} : { if: step.if }),
      ...(forEach === undefined
        ? {}
        : { forEach: { ...forEach, items: leaf(forEach.items), maxParallel: forEach.maxParallel ?? 1 } }),
      timeoutMs: step.timeoutMs ?? 20 * minute,
      onFailure: step.onFailure ?? 'abort',
      ...(step.perItem === undefined ? {} : { perItem: step.perItem }),
      ...(kind.wall === undefined ? {} : { wall: kind.wall }),
      ...(kind.opens === undefined ? {} : { opens: 'test' as const }),
      ...(kind.live === undefined ? {} : { opens: 'live' as const }),
      ...(kind.ends === undefined ? {} : { ends: kind.ends }),
      ...(step.holdMs === undefined ? {} : { holdMs: step.holdMs }),
      ...(step.acquires === undefined ? {} : { acquires: true as const }),
      ...(kind.vpg === undefined ? {} : { vpgs: kind.vpg }),
      ...(kind.vpg === 'vpg' ? { locks: kind.vpg } : {}),
    },
    after: step.needs === undefined ? 'above' : mustFollow(above, step).map(id),
    needs: above.filter(other => step.needs?.includes(other.id)).map(id),
    ...(step.site === undefined || step.site === 'site-b' ? {} : { signIn: `sign-in-${step.site}` }),
    ...(kind.opens === undefined ? {} : { closedBy: `${where.prefix}close-${step.id}` }),
  };
}

function resolve({ step, after, needs, signIn, closes, closedBy }: Unplaced, at: (id: string) => number): PlanStep {
  return {
    ...step,
    after: after === 'above' ? after : after.map(at),
    needs: needs.map(at),
    ...(signIn === undefined ? {} : { signIn: at(signIn) }),
    ...(closes === undefined ? {} : { closes: at(closes) }),
    ...(closedBy === undefined ? {} : { closedBy: at(closedBy) }),
  };
}

function placed({ caller, ...scope }: Draft['scopes'][number], at: (id: string) => number): PlanScope {
  return { call: at(caller), ...scope };
}

function leaves(fields: Readonly<Record<string, Value>>): Readonly<Record<string, Template>> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, leaf(value)]));
}

function leaf(value: Value): Template {
  return typeof value === 'object' && value !== null && 'cel' in value && typeof value.cel === 'string'
    ? { cel: value.cel }
    : { lit: value };
}
