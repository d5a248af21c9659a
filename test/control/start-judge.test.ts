import { describe, expect, it } from 'vitest';
import type { Json } from '../../actions/json.ts';
import { compile } from '../../compiler/compile.ts';
import { canonical, sha256Hex } from '../../compiler/hash.ts';
import type { Plan, PlanStep } from '../../compiler/plan.ts';
import type { Mode } from '../../actions/contract.ts';
import { type Rules, whyNotCarriedOut } from '../../control/start-judge.ts';

const text = `
apiVersion: drillbook/v1
name: one
site: b
modes: { failover: { via: lan } }
steps:
  - { id: ask, uses: approval, with: { message: Go?, from: [ana] }, timeout: 1h }
  - { id: db, uses: zerto/failover, with: { vpg: db }, timeout: 2m }
  - { id: commit, uses: zerto/commit, with: { reverse-protect: true } }
`;
const sub = text.replace('name: one', 'name: sub');
const outer = text.replace(/steps:[^]*/, 'steps:\n  - { id: s, uses: runbook, with: { file: sub.yaml } }\n');

function planOf(source: string, mode: Mode = 'failover'): Plan {
  const made = compile({ file: 'x.yaml', text: source }, { load: file => ({ file, text: sub }) }).plan(mode, {});
  if (!('plan' in made)) throw new Error(made.diagnostics.map(({ message }) => message).join('\n'));
  return made.plan;
}

/** Changed, and hashed as its author could. */
function hashed(plan: Plan, change: object): Plan {
  const { hash: _, ...rest } = { ...plan, ...change };
  return { ...rest, hash: sha256Hex(canonical(JSON.parse(JSON.stringify(rest)) as Json)) };
}
const withStep = (plan: Plan, uses: string, change: Partial<PlanStep>): Plan =>
  hashed(plan, { steps: plan.steps.map(step => (step.uses === uses ? { ...step, ...change } : step)) });

const rules = { policy: { 'approval-for': ['failover', 'move'] } } as unknown as Rules;
const why = (plan: unknown, run: object = {}, by: Rules = rules): string | undefined =>
  whyNotCarriedOut({ plan, run: { id: 'r', trigger: 'cli', ...run } }, 'r', by);

const plan = planOf(text);

describe('what a run is started with', () => {
  it('is a Plan of the compiler with its own hash', () => {
    expect(why(plan)).toBeUndefined();
    expect(why(planOf(outer))).toBeUndefined();
    expect(why({ ...plan, name: 'other' })).toBe('this Plan was changed after it was compiled: its hash does not fit');
    expect(why({ ...hashed(plan, { name: 'other' }), hash: plan.hash })).toContain('its hash does not fit');
    expect(whyNotCarriedOut(null, 'r', rules)).toContain('its id is not that of its workflow');
    expect(why(undefined)).toContain('this is no Plan');
  });

  it('a Plan whose scopes or steps do not fit its mode is refused', () => {
    expect(why(hashed(planOf(outer), { mode: 'change' }))).toContain('in mode failover, from mode change');
    expect(why(hashed(planOf(outer), { mode: 'drill' }))).toContain('in a drill');
    expect(why(hashed(plan, { mode: 'change' }))).toBe(
      'this Plan is broken: step db uses zerto/failover in mode change, which does not have it',
    );
  });

  it('a step that hides what its action does is refused', () => {
    expect(why(withStep(plan, 'zerto/failover', { effect: 'read' }))).toContain(
      'step db says that zerto/failover is read, and it is reversible',
    );
    const { opens: _, ...closed } = plan.steps.find(({ uses }) => uses === 'zerto/failover') ?? { opens: 'live' };
    const steps = plan.steps.map(step => (step.uses === 'zerto/failover' ? closed : step));
    expect(why(hashed(plan, { steps }))).toContain('does not say that zerto/failover opens a change');
    const policies = {
      ...plan.policies,
      'zerto/failover': { ...plan.policies['zerto/failover'], performer: 'activity' },
    };
    expect(why(hashed(plan, { policies }))).toContain('zerto/failover is not performed by the activity');
    const asks = { ...plan.policies['zerto/failover'], performer: 'activity' };
    const direct = withStep(hashed(plan, { policies: { ...plan.policies, 'guard/start': asks } }), 'zerto/failover', {
      uses: 'guard/start',
    });
    expect(why(direct)).toContain('uses guard/start, an action that this version does not know');
  });

  it('the house rules are the worker’s, too', () => {
    const none = planOf(text.replace(/ {2}- \{ id: ask.*\n/, ''));
    expect(why(none)).toContain('one has no approval in mode failover');
    expect(why(none, {}, { policy: { 'approval-for': [] } } as unknown as Rules)).toBeUndefined();
    expect(why(plan, {}, { unreadable: 'it has mistakes' })).toContain('it has mistakes');
  });

  it('a look is of reads alone, and a run is named as its workflow', () => {
    expect(why(plan, { dry: true })).toBe('a look only reads, and step db is reversible');
    const reads = { ...plan, steps: plan.steps.map(step => ({ ...step, effect: 'read' as const })) };
    expect(why(reads, { dry: true })).toBeUndefined();
    expect(
      why({ ...reads, steps: reads.steps.map(step => ({ ...step, uses: 'janitor/act' })) }, { dry: true }),
    ).toContain('which is no action');
    expect(why(plan, { id: 'another' })).toContain('its id is not that of its workflow');
    expect(why(plan, { id: '', trigger: 'schedule' })).toBeUndefined();
  });
});
