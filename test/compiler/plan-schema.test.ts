import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { Json } from '../../actions/json.ts';
import { compile } from '../../compiler/compile.ts';
import { canonical, sha256Hex } from '../../compiler/hash.ts';
import type { Plan, PlanStep } from '../../compiler/plan.ts';
import { type planSchema, readPlan } from '../../compiler/plan/plan-schema.ts';

type Frozen<T> = T extends readonly (infer I)[]
  ? readonly Frozen<I>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;
/* oxlint-disable typescript/no-unnecessary-type-parameters -- how two types are compared, letter by letter */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/* oxlint-enable typescript/no-unnecessary-type-parameters */

test('the schema is of the type Plan, no more and no less', () => {
  // Checked by tsc.
  const same: Same<Frozen<z.output<typeof planSchema>>, Frozen<Plan>> = true;
  expect(same).toBe(true);
});

const golden = join(import.meta.dirname, 'golden');
const plans = readdirSync(golden)
  .filter(name => name.startsWith('plan-') && existsSync(join(golden, name, 'expected.json')))
  .flatMap(name => {
    const { plans } = JSON.parse(readFileSync(join(golden, name, 'expected.json'), 'utf8')) as { plans: object };
    return Object.entries(plans).map(([mode, plan]): [string, unknown] => [`${name} ${mode}`, plan]);
  });

test.each(plans)('the golden Plan of %s is one', (_, plan) => {
  expect(readPlan(plan)).toEqual(plan);
});

describe('what is refused, in one sentence', () => {
  const text = `apiVersion: drillbook/v1\nname: x\nsite: b\nmodes: [drill]\nsteps:
  - { id: db, uses: zerto/failover-test, with: { vpg: crm } }
  - { id: up, uses: check/tcp, with: { host: a, port: 1 }, needs: [db] }\n`;
  const planned = compile({ file: 'x.yaml', text }).plan('drill', {});
  if ('diagnostics' in planned) throw new Error('it does not compile');
  const { plan } = planned;
  const hashed = (changed: object): unknown => {
    const rest: Record<string, unknown> = { ...plan, ...changed };
    delete rest['hash'];
    return { ...rest, hash: sha256Hex(canonical(rest as Record<string, Json>)) };
  };
  const withStep = (place: number, changed: Partial<PlanStep>): unknown =>
    hashed({ steps: plan.steps.map((step, i) => (i === place ? { ...step, ...changed } : step)) });

  test('nothing of a good one', () => {
    expect(readPlan(plan)).toEqual(plan);
    expect(readPlan(hashed({}))).toEqual(plan);
    expect(readPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expect(readPlan(hashed({ format: 1 }))).toMatchObject({ format: 1 });
  });

  test.each<[unknown, string]>([
    [null, 'this is no Plan: Invalid input: expected object, received null'],
    [{}, 'this is no Plan: format: Invalid input'],
    [{ ...plan, format: 3 }, 'this Plan is of format 3; this version reads 1 and 2'],
    [
      hashed({ mode: 'rehearsal' }),
      'this is no Plan: mode: Invalid option: expected one of "drill"|"failover"|"move"|"change"',
    ],
    [hashed({ extra: 1 }), 'this is no Plan: Unrecognized key: "extra"'],
    [withStep(1, { timeoutMs: -1 }), 'this is no Plan: steps.1.timeoutMs: Too small: expected number to be >=0'],
    [{ ...plan, name: 'other' }, 'this Plan was changed after it was compiled: its hash does not fit'],
    [withStep(2, { after: [9] }), 'this Plan is broken: step up names the place 9, where no step of its scope is'],
    [withStep(1, { closedBy: 9 }), 'this Plan is broken: step db names the place 9, where no step of its scope is'],
    [withStep(1, { scope: 0 }), 'this Plan is broken: step db is of a scope that is not there'],
    [withStep(1, { calls: 0 }), 'this Plan is broken: step db calls a scope that is not its own'],
    [withStep(2, { after: [0, 2] }), 'this Plan is broken: step up waits for itself'],
    [withStep(1, { after: [2] }), 'this Plan is broken: step db waits for up, which stands below it'],
    [withStep(2, { id: 'db' }), 'this Plan is broken: two steps are called db'],
    [
      withStep(2, { uses: 'check/udp' }),
      'this Plan is broken: step up uses check/udp, an action that this version does not know',
    ],
    [withStep(2, { uses: 'wait' }), 'this Plan is broken: it has no policy for wait, which step up uses'],
    [withStep(2, { if: 'steps.db.status ==' }), 'this Plan is broken: the condition of step up cannot be read'],
    [withStep(2, { effect: 'reversible' }), 'this Plan is broken: step up is reversible, in a drill'],
  ])('%#', (value, why) => {
    expect(readPlan(value)).toEqual({ why });
  });

  test('a step of a scope in mode drill that reaches beyond isolated, also where the run is live', () => {
    const scope = {
      ...{ call: 1, name: 'sub', mode: 'drill', site: 'b', inputs: {}, vars: {}, outputs: {} },
      ...{ limits: { closingMs: 1, askMs: 1 }, source: plan.source },
    };
    const { closedBy: _, ...calling } = { ...plan.steps[1], calls: 0 };
    const within = { ...plan.steps[2], id: 'db/up', scope: 0, after: [], needs: [], effect: 'irreversible' };
    const steps = [plan.steps[0], calling, within];
    expect(readPlan(hashed({ mode: 'failover', scopes: [scope], steps }))).toEqual({
      why: 'this Plan is broken: step db/up is irreversible, in a drill',
    });
  });

  test('what is nested too deep, without exhausting the stack', () => {
    let deep: object = { lit: 1 };
    for (let i = 0; i < 20_000; i++) deep = i % 2 === 0 ? { list: [deep] } : { map: { a: deep } };
    const why = 'this is no Plan: it is nested more than 256 levels deep';
    expect(readPlan({ ...plan, outputs: { a: deep } })).toEqual({ why });
    let json: object = [];
    for (let i = 0; i < 20_000; i++) json = [json];
    expect(readPlan({ ...plan, inputs: { a: json } })).toEqual({ why });
  });
});
