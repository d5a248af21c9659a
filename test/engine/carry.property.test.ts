import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../compiler/plan.ts';
import { carry } from '../../engine/carry.ts';
import { advance, begin, type EngineState } from '../../engine/engine.ts';
import type { EngineEvent, RunResult } from '../../engine/types.ts';
import { fake } from './fake-evaluator.ts';
import { planOf } from './plan-builder.ts';
import { type Happening, run } from './rig.ts';
import { moods, sketches } from './sketches.ts';
import { live, type Story } from './world.ts';

function inAnyWorld(check: (story: Story, plan: Plan) => void, numRuns: number): void {
  fc.assert(
    fc.property(sketches, fc.integer(), moods, fc.constantFrom(0, 0.2), (sketch, seed, mood, drain) => {
      const plan = planOf(sketch);
      check(live(plan, seed, { ...mood, drain }), plan);
    }),
    { numRuns },
  );
}

describe('a run that is carried from one execution to the next', () => {
  test('cut after each of its events, it gives the same commands and the same result', () => {
    inAnyWorld(({ events, commands, result }, plan) => {
      let state = begin(plan, run);
      let end: RunResult | undefined;
      events.forEach((event, i) => {
        state = JSON.parse(JSON.stringify(carry(plan, state))) as EngineState;
        const said = advance({ plan, run, evaluator: fake }, state, event);
        expect(said).toEqual(commands[i]);
        end = said.find(command => command.do === 'end')?.result ?? end;
      });
      expect(end).toEqual(result);
    }, 150);
  });

  test('while it drains, no call and no opening starts; afterwards everything that waited does', () => {
    let drained = 0;
    inAnyWorld(({ events, commands, result }) => {
      let draining = false;
      events.forEach(({ kind }, i) => {
        if (kind === 'drain') {
          draining = true;
          drained++;
        }
        if (kind === 'continued') draining = false;
        if (!draining) return;
        expect(commands[i]?.filter(command => command.do === 'call' || command.do === 'open')).toEqual([]);
      });
      expect(result).toBeDefined();
    }, 300);
    expect(drained).toBeGreaterThan(100);
  });

  test('nobody waits for people while what could run is only kept back', () => {
    const plan = planOf({
      steps: [
        { id: 'a', uses: 'test/effect', needs: [] },
        { id: 'b', uses: 'test/effect', needs: ['a'] },
        { id: 'go', uses: 'approval', needs: [], with: { message: 'go?', from: ['x'] } },
      ],
    });
    const state = begin(plan, run);
    const tell = (event: EngineEvent) => advance({ plan, run, evaluator: fake }, state, event);
    tell({ kind: 'begin', at: 1_000 });
    tell({ kind: 'called', key: 'sign-in', outcome: { status: 'succeeded', outputs: { vpgs: {} } }, at: 2_000 });
    tell({ kind: 'drain', at: 3_000 });
    tell({ kind: 'called', key: 'a', outcome: { status: 'succeeded', outputs: {} }, at: 4_000 });
    const [next] = tell({ kind: 'continued', at: 9_000 });
    expect(next).toMatchObject({ do: 'call', key: 'b' });
    expect(state.humanTime.spans).toEqual([]);
  });

  test('the finally of a sub-runbook that waits to start is not lost when the run is stopped', () => {
    const plan = planOf({
      steps: [
        { id: 'a', uses: 'test/read', needs: [] },
        {
          id: 'dr',
          uses: 'runbook',
          needs: [],
          calls: { steps: [{ id: 'last', phase: 'finally', uses: 'notify' }] },
        },
      ],
    });
    const state = begin(plan, run);
    let at = 1_000;
    const tell = (event: Happening) => advance({ plan, run, evaluator: fake }, state, { ...event, at: ++at });
    tell({ kind: 'begin' });
    tell({ kind: 'drain' });
    tell({ kind: 'called', key: 'sign-in', outcome: { status: 'succeeded', outputs: { vpgs: {} } } });
    tell({ kind: 'cancel', by: 'bo', reason: 'enough', now: false });
    expect(tell({ kind: 'continued' })).toMatchObject([{ do: 'call', key: 'dr/last' }]);
    const done = tell({ kind: 'called', key: 'dr/last', outcome: { status: 'succeeded', outputs: {} } });
    expect(done.at(-1)).toMatchObject({ do: 'end', result: { ended: 'by-person' } });
  });

  test('outputs that nothing reads stay behind; those that something may read go along', () => {
    const outputs = { list: ['x'], text: 'y'.repeat(2_000) };
    const plan = planOf({
      steps: [
        { id: 'read', uses: 'test/read' },
        { id: 'unread', uses: 'test/read' },
        { id: 'last', uses: 'test/effect', if: 'size(steps.read.outputs.list) == 1' },
      ],
    });
    const state = begin(plan, run);
    const tell = (event: EngineEvent) => advance({ plan, run, evaluator: fake }, state, event);
    tell({ kind: 'begin', at: 1_000 });
    tell({
      kind: 'called',
      key: 'sign-in',
      outcome: { status: 'succeeded', outputs: { vpgs: { v: 'id' } } },
      at: 2_000,
    });
    for (const key of ['read', 'unread'])
      tell({ kind: 'called', key, outcome: { status: 'succeeded', outputs }, at: 3_000 });
    const values = carry(plan, state).frames[0]?.values;
    expect(values?.['sign-in']?.outputs).toEqual({ vpgs: { v: 'id' } });
    expect(values?.['read']?.outputs).toEqual(outputs);
    expect(values?.['unread']).toEqual({ status: 'succeeded', outputs: {} });
  });
});
