import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../compiler/plan.ts';
import { advance, begin, progressSince } from '../../engine/engine.ts';
import type { Command, EngineEvent, StepRecord } from '../../engine/types.ts';
import { fake } from './fake-evaluator.ts';
import { findEntry } from '../../engine/frames.ts';
import { mustFollow, planOf, type PlanSketch, scopesOf, traits } from './plan-builder.ts';
import { run } from './rig.ts';
import { moods, sketches } from './sketches.ts';
import { live, type Story } from './world.ts';

/** Runs a random plan in a random world and hands both over. */
function inAnyWorld(check: (story: Story, plan: Plan, sketch: PlanSketch) => void, numRuns = 400): void {
  fc.assert(
    fc.property(sketches, fc.integer(), moods, (sketch, seed, mood) => {
      const plan = planOf(sketch);
      check(live(plan, seed, mood), plan, sketch);
    }),
    { numRuns },
  );
}

const ended = (status: StepRecord['status'] | 'retrying' | undefined): boolean =>
  status !== undefined && !['pending', 'running', 'asking', 'retrying'].includes(status);

/** What stands before the key of a step, or of its items. */
function prefixOf(key: string): string {
  const step = key.endsWith(']') ? key.slice(0, key.lastIndexOf('[')) : key;
  return step.slice(0, step.lastIndexOf('/') + 1);
}

function forget(map: Map<string, unknown>, prefix: string): void {
  for (const key of [...map.keys()]) if (key.startsWith(prefix)) map.delete(key);
}

describe('whatever happens', () => {
  test('every run ends, and every step of it with one of the six statuses', () => {
    inAnyWorld(({ result, state }) => {
      expect(result).toBeDefined();
      expect(result?.steps.filter(step => !ended(step.status))).toEqual([]);
      expect([state.calls, state.opens, state.queue.keys]).toEqual([0, 0, []]);
      for (const { stage, left, calls, children } of state.frames) {
        expect([stage, ...Object.values(left), calls, children]).toEqual(['ended', 0, 0, 0, 0, 0, 0, 0]);
      }
    });
  });

  test('no step starts before what it waits for has ended, and nothing passes a wall', () => {
    inAnyWorld(({ state }, plan, sketch) => {
      const scopes = scopesOf(sketch);
      const now = new Map<string, string>();
      for (const line of progressSince(state, 0)) {
        const step = plan.steps[line.place];
        const main = (step?.scope === undefined ? sketch.steps : (scopes[step.scope] ?? [])).filter(
          s => s.phase !== 'finally',
        );
        const prefix = prefixOf(line.key);
        const i = main.findIndex(s => s.id === step?.id.slice(step.id.lastIndexOf('/') + 1));
        const sketched = main[i];
        if (sketched !== undefined && line.status === 'running') {
          for (const before of mustFollow(main.slice(0, i), sketched)) {
            const status = now.get(prefix + before.id);
            expect(ended(status as never), `${line.key} started before ${before.id} ended`).toBe(true);
          }
          for (const need of sketched.needs ?? []) expect(['succeeded', 'skipped']).toContain(now.get(prefix + need));
          const wall = main.slice(0, i).findLast(s => traits(s).wall === true);
          if (wall !== undefined) expect(ended(now.get(prefix + wall.id) as never)).toBe(true);
          // What is called begins anew, also where it is tried again.
          if (sketched.calls !== undefined) forget(now, `${line.key}/`);
        }
        // A sub-runbook has not ended as long as anything in it runs.
        if (sketched?.calls !== undefined && ended(line.status)) {
          for (const [key, status] of now) {
            if (key.startsWith(`${line.key}/`)) expect(ended(status as never), `${key} outlives its call`).toBe(true);
          }
        }
        now.set(line.key, line.status);
      }
    });
  });

  test('max-parallel and batch hold, and items start in order', () => {
    inAnyWorld(({ state }, plan) => {
      const running = new Map<string, Set<string>>();
      const over = new Map<string, number>();
      for (const { key, place, status } of progressSince(state, 0)) {
        const step = plan.steps[place];
        const forEach = step?.closes === undefined ? step?.forEach : plan.steps[step.closes]?.forEach;
        const of = key.slice(0, key.lastIndexOf('['));
        if (forEach === undefined || !key.endsWith(']')) {
          if (status === 'running') forget(over, key);
          continue;
        }
        const now = running.get(of) ?? new Set();
        const before = over.get(of) ?? 0;
        if (status === 'running') now.add(key);
        else now.delete(key);
        if (ended(status)) over.set(of, before + 1);
        running.set(of, now);
        expect(now.size).toBeLessThanOrEqual(forEach.maxParallel);
        if (forEach.batch === undefined || status !== 'running' || step?.closes !== undefined) continue;
        const item = findEntry(plan, state, key)?.item ?? 0;
        expect(before, `${key} before its batch`).toBeGreaterThanOrEqual(item - (item % forEach.batch));
      }
    });
  });

  test('no more tests are open than may be', () => {
    inAnyWorld(({ events, commands }, plan) => {
      const open = new Set<string>();
      for (const [i, event] of events.entries()) {
        if (event.kind === 'closed' || event.kind === 'not-opened') open.delete(event.key);
        for (const command of commands[i] ?? []) if (command.do === 'open') open.add(command.key);
        expect(open.size).toBeLessThanOrEqual(plan.limits.maxOpen ?? Infinity);
      }
    });
  });

  test('nothing above read starts before the window opens', () => {
    inAnyWorld(({ state }, plan) => {
      const opens = plan.limits.window?.opens;
      if (opens === undefined || !('lit' in opens)) return;
      const early = progressSince(state, 0).filter(
        ({ at, place, status, key }) =>
          status === 'running' &&
          at < Date.parse(typeof opens.lit === 'string' ? opens.lit : '') &&
          plan.steps[place]?.phase === 'main' &&
          plan.steps[place].effect !== 'read' &&
          (plan.steps[place].forEach === undefined || key.endsWith(']')),
      );
      expect(early).toEqual([]);
    });
  });

  test('what a sub-runbook opened is closed before its call ends, or told', () => {
    inAnyWorld(({ events, commands, state, result }, plan) => {
      const open = new Set<string>();
      let line = 0;
      const lines = progressSince(state, 0);
      for (const [i, event] of events.entries()) {
        if (event.kind === 'closed' || event.kind === 'not-opened') open.delete(event.key);
        for (; lines[line] !== undefined && (lines[line]?.at ?? 0) <= event.at; line++) {
          const { key = '', place = 0, status } = lines[line] ?? {};
          if (plan.steps[place]?.calls === undefined || status !== 'succeeded') continue;
          const own = [...open].filter(o => o.startsWith(`${key}/`) && !o.slice(key.length + 1).includes('/'));
          expect(own).toEqual([]);
        }
        for (const command of commands[i] ?? []) if (command.do === 'open') open.add(command.key);
      }
      const left = [...open].filter(key => key.includes('/'));
      if (left.length > 0) expect(result?.verdict).toBe('failed');
    });
  });

  test('what was opened is closed exactly once; what was not opened never', () => {
    inAnyWorld(({ events, commands }) => {
      // 'sent': may be open; 'told': the guard was told to close it.
      const now = new Map<string, 'sent' | 'told' | 'done'>();
      let closingsOver = false;
      for (const [i, event] of events.entries()) {
        if (event.kind === 'not-opened') now.set(event.key, 'done');
        if (event.kind === 'closed' && now.get(event.key) === 'told') now.set(event.key, 'done');
        for (const command of commands[i] ?? []) {
          if (command.do === 'open') {
            expect([undefined, 'done']).toContain(now.get(command.key));
            now.set(command.key, 'sent');
          }
          if (command.do === 'close') {
            expect(now.get(command.key), `close ${command.key}`).toBe('sent');
            expect(closingsOver).toBe(false);
            now.set(command.key, 'told');
          }
          if (command.do === 'release') closingsOver = true;
        }
      }
      expect([...now.values()]).not.toContain('sent');
    });
  });

  test('nothing starts once the run is stopping; only reads are taken back', () => {
    inAnyWorld(({ commands, state, result }, plan) => {
      const of = (key: string) => plan.steps[findEntry(plan, state, key)?.place ?? -1];
      for (const command of commands.flat()) {
        if (command.do === 'cancel-call') expect(of(command.key)?.effect).toBe('read');
      }
      const [root] = state.frames;
      if (result === undefined || root?.closingAt === undefined) return;
      const { closingAt } = root;
      const late = progressSince(state, 0).filter(
        line => line.at > closingAt && line.status === 'running' && of(line.key)?.phase === 'main',
      );
      expect(late).toEqual([]);
    });
  });

  test('a run with a failed or hand-skipped step is never passed; residue is always failed', () => {
    inAnyWorld(({ result, state }, plan) => {
      if (result === undefined) throw new Error('no end');
      const { verdict, recoveryVerdict, steps } = result;
      const bad = (phase: string, required: boolean) =>
        steps.filter(s => {
          const step = plan.steps[s.place];
          return (
            step?.phase === phase &&
            // What is required in a sub-runbook speaks through its call.
            (step.scope === undefined || !required || phase === 'closing') &&
            (step.onFailure !== 'continue') === required &&
            ['failed', 'timed_out', 'errored'].includes(s.status)
          );
        });
      // What the guard says of an opening in the same moment in which closing begins comes after the verdict was frozen.
      const closingAt = state.frames[0]?.closingAt ?? 0;
      const inTime = (s: StepRecord) =>
        plan.steps[s.place]?.closedBy === undefined ? (s.endedAt ?? 0) <= closingAt : (s.endedAt ?? 0) < closingAt;
      if (bad('main', true).some(s => s.status !== 'errored' && inTime(s))) expect(verdict).toBe('failed');
      if (bad('main', true).length > 0) expect(['failed', 'inconclusive']).toContain(verdict);
      if (bad('main', false).length > 0) expect(verdict).not.toBe('passed');
      if (bad('closing', true).length > 0) expect(verdict).toBe('failed');
      const byHand = progressSince(state, 0).some(
        l => l.status === 'skipped' && l.text?.startsWith('skipped by') === true,
      );
      if (byHand) expect(verdict).not.toBe('passed');
      if (result.ended !== 'to-the-end') expect(['failed', 'inconclusive']).toContain(recoveryVerdict);
      if (verdict === 'passed') expect(result.reasons).toEqual([]);
      else expect(result.reasons).not.toEqual([]);
    });
  });

  test('the last word is one end, after one release when locks were asked for', () => {
    inAnyWorld(({ commands }) => {
      const all: Command['do'][] = commands.flat().map(c => c.do);
      expect(all.filter(c => c === 'end')).toHaveLength(1);
      expect(all.at(-1)).toBe('end');
      expect(all.filter(c => c === 'release')).toHaveLength(all.includes('acquire') ? 1 : 0);
    });
  });

  test('the same events give the same commands and state, also through JSON between any two', () => {
    inAnyWorld(({ events, commands, state }, plan) => {
      let copy = begin(plan, run);
      const said: Command[][] = [];
      for (const event of events) {
        copy = JSON.parse(JSON.stringify(copy)) as typeof copy;
        const samePlan = JSON.parse(JSON.stringify(plan)) as Plan;
        said.push(advance({ plan: samePlan, run, evaluator: fake }, copy, event));
      }
      expect(said).toEqual(commands);
      expect(copy).toStrictEqual(JSON.parse(JSON.stringify(state)));
      expect(JSON.parse(JSON.stringify(state))).toStrictEqual(state);
    }, 150);
  });

  test('an answer that comes twice, or late, changes nothing', () => {
    inAnyWorld(({ events, commands, result }, plan) => {
      const state = begin(plan, run);
      const context = { plan, run, evaluator: fake };
      const repeatable: EngineEvent['kind'][] = ['called', 'opened', 'not-opened', 'open-failed', 'closed', 'timer'];
      for (const [i, event] of events.entries()) {
        const last = advance(context, state, event);
        expect(last).toEqual(commands[i]);
        // A step that was started again at once (a retry, an answer in the same turn) would take it for its own.
        const again = last.some(
          c =>
            ('key' in c && 'key' in event && c.key === event.key) || ('id' in c && 'id' in event && c.id === event.id),
        );
        if (repeatable.includes(event.kind) && !again) expect(advance(context, state, event)).toEqual([]);
      }
      expect(result).toBeDefined();
    }, 150);
  });
});
