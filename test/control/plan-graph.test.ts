import { describe, expect, it } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { Plan, PlanStep } from '../../compiler/plan.ts';
import { graphOf } from '../../control/plan-graph.ts';
import type { GraphModel } from '../../report/graph/model.ts';

function step(id: string, more: Partial<PlanStep> = {}): PlanStep {
  return {
    ...{ id, phase: 'main', uses: 'check/tcp', summary: '', effect: 'read', with: { lit: {} }, site: 'site-b' },
    ...{ after: 'above', needs: [], timeoutMs: 1_000, onFailure: 'abort', ...more },
  };
}

function plan(steps: readonly PlanStep[], more: Partial<Plan> = {}): Plan {
  return {
    ...{ format: 2, name: 'small', mode: 'drill', site: 'site-b', objectives: {}, inputs: {}, vars: {}, policies: {} },
    limits: { timeoutMs: 1, closingMs: 1, askMs: 1, onLocked: 'fail' },
    source: { file: 'small.yaml', sha256: '' },
    steps,
    hash: '',
    ...more,
  };
}

/** `a > b` waits, `a ~> b` closes. */
const edgesOf = ({ edges }: GraphModel): readonly string[] =>
  edges.map(({ kind, from, to }) => `${from} ${kind === 'closes' ? '~>' : '>'} ${to}`);

describe('what waits for what', () => {
  it('a sequence is a line', () => {
    const graph = graphOf(plan([step('sign-in', { phase: 'sign-in', after: [] }), step('a'), step('b'), step('c')]));
    expect(edgesOf(graph)).toEqual(['sign-in > a', 'a > b', 'b > c']);
  });

  it('what another one has waited for is left out', () => {
    const graph = graphOf(plan([step('a', { after: [] }), step('b', { after: [0] }), step('c', { after: [0, 1] })]));
    expect(edgesOf(graph)).toEqual(['a > b', 'b > c']);
  });

  it('a step without needs of its own waits for all that nobody has waited for', () => {
    const graph = graphOf(plan([step('a', { after: [] }), step('b', { after: [] }), step('c')]));
    expect(edgesOf(graph)).toEqual(['a > c', 'b > c']);
  });

  it('several that wait for the same several are joined', () => {
    const both = { after: [0, 1] };
    const graph = graphOf(plan([step('a', { after: [] }), step('b', { after: [] }), step('c', both), step('d', both)]));
    expect(edgesOf(graph)).toEqual(['a > join 1', 'b > join 1', 'join 1 > c', 'join 1 > d']);
    expect(graph.nodes.map(({ kind }) => kind)).toEqual(['step', 'step', 'join', 'step', 'step']);
  });

  it('closing begins when the steps have ended, each after those that come first', () => {
    const closing = { phase: 'closing' as const };
    const graph = graphOf(
      plan([
        step('a', { closedBy: 3 }),
        step('b', { closedBy: 2 }),
        step('close-b', { ...closing, after: [], closes: 1 }),
        step('close-a', { ...closing, after: [2], closes: 0 }),
        step('tell', { phase: 'finally' }),
      ]),
    );
    expect(edgesOf(graph)).toEqual([
      ...['a > b', 'b > close-b', 'b ~> close-b', 'close-b > close-a', 'a ~> close-a', 'close-a > tell'],
    ]);
  });

  it('for the sign-in of another site waits only the first step there', () => {
    const there = { site: 'site-a', signIn: 1 };
    const graph = graphOf(
      plan([
        step('sign-in', { phase: 'sign-in', after: [] }),
        step('sign-in-site-a', { phase: 'sign-in', after: [], site: 'site-a', beside: true }),
        step('a'),
        step('b', there),
        step('c', there),
        step('free', { ...there, after: [0] }),
      ]),
    );
    expect(edgesOf(graph)).toEqual([
      ...['sign-in > a', 'a > b', 'sign-in-site-a > b', 'b > c', 'sign-in > free', 'sign-in-site-a > free'],
    ]);
    const notes = graph.nodes.map(node => (node.kind === 'step' ? node.notes.join() : ''));
    expect(notes).toEqual(['', 'at site-a', '', 'at site-a', 'at site-a', 'at site-a']);
  });

  it('a sub-runbook is by itself', () => {
    const scope = { inputs: {}, vars: {}, outputs: {}, limits: { closingMs: 1, askMs: 1 }, site: 'site-a' };
    const graph = graphOf(
      plan(
        [
          step('a'),
          step('dr', { uses: 'runbook', calls: 0 }),
          step('dr/x', { scope: 0, site: 'site-a' }),
          step('dr/y', { scope: 0 }),
          step('last'),
        ],
        {
          scopes: [{ ...scope, call: 1, name: 'one', mode: 'drill', source: { file: 'one.yaml', sha256: '' } }],
        },
      ),
    );
    expect(edgesOf(graph)).toEqual(['a > dr', 'dr/x > dr/y', 'dr > last']);
    expect(graph.nodes.map(({ within }) => within)).toEqual([undefined, undefined, 'dr', 'dr', undefined]);
    expect(graph.nodes[1]).toMatchObject({ notes: ['one.yaml, drill at site-a'] });
    expect(graph.nodes[2]).toMatchObject({ notes: [] });
    expect(graph.nodes[3]).toMatchObject({ notes: ['at site-b'] });
  });

  it('thousands side by side do not take long', () => {
    const count = 3_000;
    const opening = (n: number) => step(`v${n}`, { after: [0], closedBy: 1 + count + n });
    const closing = (n: number) => step(`close-v${n}`, { phase: 'closing', after: [], closes: 1 + n });
    const numbers = Array.from({ length: count }, (_, n) => n);
    const began = performance.now();
    const graph = graphOf(plan([step('sign-in', { after: [] }), ...numbers.map(opening), ...numbers.map(closing)]));
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(graph.edges).toHaveLength(4 * count);
  });
});

it('says what a step is, for people', () => {
  const text = `apiVersion: drillbook/v1
name: small
site: site-b
modes: [drill]
objectives: { rto: 30m }
steps:
  - id: db
    name: Recover
    for-each: [a, b, c, d]
    max-parallel: 2
    uses: zerto/recover
    with: { vpg: "\${{ each.value }}" }
  - id: up
    if: run.mode == 'drill'
    on-failure: continue
    uses: check/tcp
    with: { host: 10.99.1.10, port: 5432 }
    retry: { every: 15s, for: 5m }
`;
  const planned = compile({ file: 'small.yaml', text }).plan('drill', {});
  if (!('plan' in planned)) throw new Error(JSON.stringify(planned.diagnostics));
  const graph = graphOf(planned.plan, new Map([['db', 'running']]));
  expect(graph.title).toBe('small, drill');
  expect(graph.facts).toEqual(['at site-b', '4 steps', 'RTO 30m']);
  const [, db, up, close] = graph.nodes;
  expect(db).toEqual({
    ...{ kind: 'step', id: 'db', title: 'Recover', action: 'zerto/failover-test', phase: 'main', effect: 'isolated' },
    ...{ notes: ['for each of 4 items', '2 at once', 'written as zerto/recover'], state: 'running', forEach: true },
  });
  expect(up).toMatchObject({
    notes: ['10.99.1.10:5432', "if run.mode == 'drill'", 'until it holds, every 15s', 'if it fails, the run goes on'],
  });
  expect(close).toMatchObject({ id: 'close-db', phase: 'closing', notes: ['closes db', 'for each of 4 items'] });
});
