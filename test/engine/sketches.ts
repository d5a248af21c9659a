import fc from 'fast-check';
import type { PlanStep } from '../../compiler/plan.ts';
import { kinds, type PlanSketch, type Sketch } from './plan-builder.ts';
import { t0 } from './rig.ts';
import type { Moods } from './world.ts';

const lists = [[], ['x'], ['x', 'y'], ['x', 'y', 'z', 'x']];

const sometimes = <T>(yes: number, no: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: no, arbitrary: fc.constant(undefined) }, { weight: yes, arbitrary: value });

const shape = fc.record({
  uses: fc.constantFrom<NonNullable<Sketch['uses']>>(
    'test/read',
    'test/read',
    'test/effect',
    'test/wall',
    'check/tcp',
    'zerto/failover-test',
    'zerto/failover-test',
    'zerto/failover-test',
    'zerto/stop-failover-test',
    'zerto/stop-failover-test',
    'zerto/find-vpgs',
    'wait',
    'assert',
  ),
  // Which of the steps above it needs, by their distance; absent: all, by order.
  needs: sometimes(1, 1, fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 })),
  if: sometimes(1, 6, fc.constantFrom('true', 'true', 'false', 'nothing.there')),
  forEach: sometimes(
    1,
    3,
    fc.record({
      items: fc.constantFrom(...lists),
      maxParallel: fc.integer({ min: 1, max: 3 }),
      batch: sometimes(1, 2, fc.integer({ min: 1, max: 3 })),
      maxFailures: sometimes(1, 1, fc.integer({ min: 0, max: 2 })),
    }),
  ),
  onFailure: fc.constantFrom<PlanStep['onFailure']>('abort', 'continue', 'ask'),
  target: fc.nat(),
  elsewhere: sometimes(1, 8, fc.constant('site-a')),
  holdMs: sometimes(1, 5, fc.constantFrom(60_000, 3_600_000)),
  timeoutMs: fc.constantFrom(1_200_000, 1_200_000, 5_000),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

interface Tree {
  readonly preflight: readonly Shape[];
  readonly main: readonly (readonly [Shape, Tree | undefined])[];
  readonly last: number;
}

const treeOf = (depth: number): fc.Arbitrary<Tree> =>
  fc.record({
    preflight: fc.array(shape, { maxLength: depth === 2 ? 2 : 1 }),
    main: fc.array(fc.tuple(shape, depth === 0 ? fc.constant(undefined) : sometimes(1, 5, treeOf(depth - 1))), {
      maxLength: depth === 2 ? 9 : 4,
    }),
    last: fc.integer({ min: 0, max: depth === 2 ? 2 : 1 }),
  });

/** Plans of all kinds, sub-runbooks within each other among them; the model of the world must survive them. */
export const sketches: fc.Arbitrary<PlanSketch> = fc
  .record({
    mode: fc.constantFrom('drill' as const, 'change' as const),
    tree: treeOf(2),
    rtoMs: fc.constantFrom(1, 3_600_000),
    maxOpen: sometimes(1, 2, fc.integer({ min: 1, max: 3 })),
    opensAfter: sometimes(1, 6, fc.constantFrom(0, 60_000)),
    format: fc.constantFrom(1 as const, 2 as const),
  })
  .map(({ mode, tree, rtoMs, maxOpen, opensAfter, format }) => ({
    mode,
    format,
    steps: stepsOf(tree),
    objectives: { rtoMs },
    outputs: { list: { lit: ['x'] } },
    limits: {
      ...(maxOpen === undefined ? {} : { maxOpen }),
      ...(opensAfter === undefined ? {} : { window: { opens: { lit: new Date(t0 + opensAfter).toISOString() } } }),
    },
  }));

function stepsOf({ preflight, main, last }: Tree): Sketch[] {
  const steps: Sketch[] = [];
  for (const [i, s] of preflight.entries()) {
    steps.push({ id: `p${i}`, phase: 'preflight', uses: 'test/read', onFailure: s.onFailure });
  }
  const mine: Sketch[] = [];
  for (const [i, [s, called]] of main.entries()) mine.push(stepOf(i, s, called, mine));
  steps.push(...mine);
  for (let i = 0; i < last; i++) steps.push({ id: `f${i}`, phase: 'finally', uses: 'notify' });
  return steps;
}

function stepOf(i: number, s: Shape, called: Tree | undefined, above: readonly Sketch[]): Sketch {
  const id = `s${i}`;
  const uses = called === undefined ? s.uses : 'runbook';
  const tests = above.filter(step => step.uses === 'zerto/failover-test' && step.forEach === undefined);
  const other = tests[s.target % Math.max(1, tests.length)];
  const vpg = uses === 'zerto/stop-failover-test' && other !== undefined ? `vpg-${other.id}` : `vpg-${id}`;
  const forEach = uses === 'test/wall' ? undefined : forEachOf(s, uses, above);
  const needs = s.needs?.flatMap(distance => above[i - distance]?.id ?? []);
  return {
    id,
    uses,
    onFailure: s.onFailure,
    timeoutMs: s.timeoutMs,
    ...(needs === undefined ? {} : { needs }),
    ...(s.if === undefined ? {} : { if: s.if }),
    ...(forEach === undefined ? {} : { forEach }),
    ...(called === undefined ? {} : { calls: { steps: stepsOf(called), inputs: { x: 1 } } }),
    ...(s.holdMs === undefined || uses !== 'zerto/failover-test' ? {} : { holdMs: s.holdMs }),
    ...(s.elsewhere === undefined || called !== undefined ? {} : { site: s.elsewhere }),
    ...(uses === 'zerto/find-vpgs' ? { acquires: true } : {}),
    with: withOf(uses, forEach === undefined ? vpg : { cel: 'each.value' }),
  };
}

/** Where a step above finds VPGs, the list may be its. */
function forEachOf(s: Shape, uses: keyof typeof kinds, above: readonly Sketch[]): Sketch['forEach'] {
  if (s.forEach === undefined) return undefined;
  const { items, maxParallel, batch, maxFailures } = s.forEach;
  const finder = above.find(step => step.uses === 'zerto/find-vpgs' && step.forEach === undefined);
  const late = finder !== undefined && uses === 'zerto/failover-test' && s.target % 2 === 0;
  return {
    items: late ? { cel: `steps.${finder.id}.outputs.vpgs` } : items,
    maxParallel,
    ...(batch === undefined ? {} : { batch }),
    ...(maxFailures === undefined || s.onFailure !== 'continue' ? {} : { maxFailures }),
  };
}

function withOf(uses: keyof typeof kinds, vpg: string | { cel: string }): NonNullable<Sketch['with']> {
  if (uses === 'wait') return { for: 30_000 };
  if (uses === 'assert') return { that: { cel: 'true' } };
  return 'vpg' in kinds[uses] ? { vpg } : {};
}

export const moods: fc.Arbitrary<Moods> = fc.record({
  trouble: fc.constantFrom(0, 0.15, 0.5),
  cancel: fc.constantFrom(0, 0, 0.05),
  slow: fc.constantFrom(0, 0.05, 0.3),
  silent: fc.constantFrom(0, 0.3),
  drain: fc.constantFrom(0, 0, 0.1),
});
