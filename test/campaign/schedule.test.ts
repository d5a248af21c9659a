import { expect, it } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { createFaults } from '../../simulator/faults.ts';
import { steppedClock } from '../../simulator/clock.ts';
import { cases } from './cases.ts';
import { Chance } from './chance.ts';
import { Jumps } from './clock.ts';
import { draw, drawGroup, groupOf, groupSize } from './schedule.ts';
import { textsOf } from './texts.ts';

const seeds = Array.from({ length: 600 }, (_, n) => n);
const all = seeds.map(seed => draw(seed));

it('a seed decides everything, alone', () => {
  expect(draw(4711)).toEqual(draw(4711));
  expect(drawGroup(groupOf(4711))).toEqual(drawGroup(groupOf(4711)));
  expect(JSON.parse(JSON.stringify(all[0]))).toEqual(all[0]);
  expect(new Set(all.map(schedule => JSON.stringify({ ...schedule, seed: 0 }))).size).toBeGreaterThan(550);
});

it('seeds of a group share what befalls the processes, and have it alone too', () => {
  const first = groupSize * 3;
  expect(new Set(Array.from({ length: groupSize }, (_, n) => groupOf(first + n))).size).toBe(1);
  expect(groupOf(first + groupSize)).not.toBe(groupOf(first));
});

it('in some hundred seeds everything is drawn', () => {
  const deeds = new Set(all.flatMap(({ moves }) => moves.map(move => move.do)));
  expect([...deeds].sort()).toEqual([
    'abort',
    'cancel',
    'cut',
    'end-sessions',
    'extend',
    'jump-clock',
    'lose-settings',
    'odd-word',
    'pause',
    'reset',
    'restart-zvm',
    'roll-back',
    'silence',
    'stranger-ends',
    'stranger-tests',
    'terminate',
    'terminate-both',
    'terminate-guard',
  ]);
  const faults = new Set(all.flatMap(schedule => schedule.faults.map(({ then }) => then.kind)));
  expect([...faults].sort()).toEqual([
    'delay',
    'drop-after',
    'drop-before',
    'expire-sessions',
    'fail-task',
    'hang',
    'late',
    'lose-settings',
    'restart',
    'slow-task',
    'status',
    'twice',
  ]);
  expect(new Set(all.map(schedule => schedule.case))).toEqual(new Set(cases.map(({ name }) => name)));
  const processes = new Set(seeds.flatMap(seed => drawGroup(groupOf(seed)).faults.map(fault => fault.do)));
  expect([...processes].sort()).toEqual(['kill-server', 'kill-worker', 'lose-database', 'stop-worker']);
  expect(all.some(({ timeLimitS }) => timeLimitS !== undefined)).toBe(true);
  expect(all.some(({ keepExpiresS }) => keepExpiresS !== undefined)).toBe(true);
  expect(all.some(({ continueAfterEvents }) => continueAfterEvents !== undefined)).toBe(true);
  expect(all.some(({ beside }) => beside !== undefined)).toBe(true);
});

it('every fault that is drawn can be armed', () => {
  const faults = createFaults();
  for (const schedule of all) for (const fault of schedule.faults) faults.add(fault);
  expect(faults.take('site-b', 'POST', 'vpgs/x/nothing')).toBeUndefined();
});

it.each(cases)('$name compiles as it is hurried', ({ file, mode, inputs }) => {
  const base = draw(1);
  const texts = textsOf({ ...base, timeLimitS: 9, keepExpiresS: 4 });
  const text = texts[file] ?? '';
  expect(text).toContain('-1');
  expect(text).not.toMatch(/\b(site|bubble|lan)-[ab]\b(?!-1)/);
  const load = (name: string) => ({ file: name, text: texts[name] ?? '' });
  const made = compile({ file, text }, { load }).plan(mode, inputs);
  if (!('plan' in made)) throw new Error(made.diagnostics.map(({ message }) => message).join('\n'));
  expect(made.notBuilt).toEqual([]);
  const { plan } = made;
  const keep = plan.steps.find(step => step.id === 'keep');
  if (mode === 'failover' || mode === 'move') expect(keep?.timeoutMs).toBe(4_000);
  else if (text.includes('limits:')) expect(plan.limits.timeoutMs).toBe(9_000);
});

it('chance knows its name: two streams of a seed are two', () => {
  const numbers = (name: string) => {
    const chance = new Chance(7, name);
    return Array.from({ length: 8 }, () => chance.between(0, 1_000));
  };
  expect(numbers('a')).toEqual(numbers('a'));
  expect(numbers('a')).not.toEqual(numbers('b'));
});

it('times of a simulation that jumped are told as of this machine', () => {
  const clock = steppedClock(1_000);
  const jumps = new Jumps(clock);
  clock.advance(500);
  jumps.jump(10_000);
  clock.advance(500);
  expect([1_200, 1_500, 6_000, 11_500, 12_000].map(time => jumps.real(time))).toEqual([
    1_200, 1_500, 1_500, 1_500, 2_000,
  ]);
});
