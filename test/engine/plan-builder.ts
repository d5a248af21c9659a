import type { Effect, Mode, Performer } from '../../actions/contract.ts';
import type { Json, JsonMap } from '../../actions/json.ts';
import type { Phase, Plan, PlanLimits, PlanStep, Template } from '../../compiler/plan.ts';

const minute = 60_000;

/** A step as short as a test wants it; what is left out comes from its action below. */
export interface Sketch {
  readonly id: string;
  readonly uses?: keyof typeof kinds;
  readonly phase?: 'preflight' | 'main' | 'finally';
  readonly with?: Readonly<Record<string, Json | { readonly cel: string }>>;
  /** Absent: all above. */
  readonly needs?: readonly string[];
  readonly if?: string;
  readonly forEach?: { readonly items: Json | { readonly cel: string }; readonly maxParallel?: number };
  readonly onFailure?: PlanStep['onFailure'];
  readonly timeoutMs?: number;
}

interface Kind {
  readonly performer: Performer;
  readonly effect: Effect;
  readonly opens?: true;
  readonly wall?: true;
  readonly vpg?: 'vpg' | 'vpgs';
}

/** The real actions' traits; `test/…` are calls of no particular kind. */
export const kinds = {
  'test/read': { performer: 'activity', effect: 'read' },
  'test/effect': { performer: 'activity', effect: 'isolated' },
  'test/wall': { performer: 'activity', effect: 'read', wall: true },
  'check/tcp': { performer: 'activity', effect: 'read' },
  notify: { performer: 'activity', effect: 'read' },
  'zerto/check-vpgs': { performer: 'activity', effect: 'read', vpg: 'vpgs' },
  'zerto/failover-test': { performer: 'guard', effect: 'isolated', opens: true, vpg: 'vpg' },
  'zerto/stop-failover-test': { performer: 'guard', effect: 'isolated', vpg: 'vpg' },
  'zerto/commit': { performer: 'guard', effect: 'irreversible', wall: true },
  approval: { performer: 'engine', effect: 'read', wall: true },
  wait: { performer: 'engine', effect: 'read' },
  assert: { performer: 'engine', effect: 'read' },
} as const satisfies Record<string, Kind>;

export interface PlanSketch {
  readonly mode?: Mode;
  readonly limits?: Partial<PlanLimits>;
  readonly objectives?: Plan['objectives'];
  readonly inputs?: JsonMap;
  readonly steps: readonly Sketch[];
}

/** Builds what the compiler would: sign-in first, `after` with walls, closing steps in reverse of the graph. */
export function planOf(sketch: PlanSketch): Plan {
  const inPhase = (phase: Phase) => sketch.steps.filter(step => (step.phase ?? 'main') === phase);
  const authored = [...inPhase('preflight'), ...inPhase('main')];
  const signIn: PlanStep = {
    ...common('sign-in', 'sign-in', 'zerto/sign-in', 'read'),
    with: { lit: { vpgs: [] } },
    after: 'above',
    needs: [],
    timeoutMs: 2 * minute,
    onFailure: 'abort',
  };
  const steps: PlanStep[] = [signIn, ...authored.map((step, i) => build(step, authored.slice(0, i)))];
  const openings = authored.filter(step => traits(step).opens === true);
  const places = (id: string) => steps.findIndex(step => step.id === id);
  for (const opening of openings.toReversed()) {
    const place = places(opening.id);
    const later = openings.filter(other => reaches(authored, other, opening));
    const closedBy = steps.length;
    steps.push({
      ...common(`close-${opening.id}`, 'closing', 'zerto/stop-failover-test', 'isolated'),
      with: { map: {} },
      after: later.map(other => places(`close-${other.id}`)),
      needs: [],
      timeoutMs: 30 * minute,
      onFailure: 'abort',
      closes: place,
    });
    const opener = steps[place];
    if (opener !== undefined) steps[place] = { ...opener, closedBy };
  }
  steps.push(...inPhase('finally').map(step => ({ ...build(step, []), after: 'above' as const })));
  return {
    format: 1,
    name: 'payments',
    mode: sketch.mode ?? 'drill',
    site: 'site-b',
    objectives: sketch.objectives ?? {},
    inputs: sketch.inputs ?? {},
    vars: {},
    limits: {
      timeoutMs: 240 * minute,
      closingMs: 60 * minute,
      askMs: 30 * minute,
      onLocked: 'fail',
      ...sketch.limits,
    },
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
    steps,
    hash: 'ff',
  };
}

export function traits(step: Sketch): Kind {
  return kinds[step.uses ?? 'test/read'];
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

function common(id: string, phase: Phase, uses: string, effect: Effect) {
  return { id, phase, uses, effect, summary: `does ${uses}`, site: 'site-b' };
}

function build(step: Sketch, above: readonly Sketch[]): PlanStep {
  const uses = step.uses ?? 'test/read';
  const kind = traits(step);
  // Place 0 is the sign-in.
  const place = (other: Sketch) => above.indexOf(other) + 1;
  const byOrder = step.needs === undefined;
  const needs = above.filter(other => step.needs?.includes(other.id)).map(place);
  return {
    ...common(step.id, step.phase ?? 'main', uses, kind.effect),
    with: templateOf(step.with ?? (kind.vpg === 'vpg' ? { vpg: `vpg-${step.id}` } : {})),
    after: byOrder ? 'above' : mustFollow(above, step).map(place),
    needs,
    ...(step.if === undefined ? {} : { if: step.if }),
    ...(step.forEach === undefined
      ? {}
      : { forEach: { items: leaf(step.forEach.items), maxParallel: step.forEach.maxParallel ?? 1 } }),
    timeoutMs: step.timeoutMs ?? 20 * minute,
    onFailure: step.onFailure ?? 'abort',
    ...(kind.wall === undefined ? {} : { wall: kind.wall }),
    ...(kind.vpg === undefined ? {} : { vpgs: kind.vpg }),
    ...(kind.vpg === 'vpg' ? { locks: kind.vpg } : {}),
  };
}

function templateOf(fields: NonNullable<Sketch['with']>): Template {
  return { map: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, leaf(value)])) };
}

function leaf(value: Json | { readonly cel: string }): Template {
  return typeof value === 'object' && value !== null && 'cel' in value && typeof value.cel === 'string'
    ? { cel: value.cel }
    : { lit: value };
}
