import fc from 'fast-check';
import { expect, it } from 'vitest';
import { call, GuardModel } from './guard-model.ts';

const keys = ['db', 'app', 'web'];

/**
 * Any order of messages, answers, lost answers, lost workers and a lost run; then the world becomes kind again. Whatever
 * happened: each test was started at most once for each opening, and in the end none runs and the locks are free.
 */
const worlds = fc.array(fc.nat({ max: 1_000 }), { maxLength: 60 });
const noKills = fc.constant<number[]>([]);
/** After which steps the guard is terminated, and another takes over. */
const kills = fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 4 });

it.each([
  ['whatever happens', noKills],
  ['also where its guard goes on with a new history and is lost, again and again', kills],
])('every test is closed exactly once, %s', (_, killed) => {
  fc.assert(
    fc.property(worlds, killed, (choices, killedAfter) => {
      const guard = new GuardModel(7_200_000);
      guard.say({ kind: 'acquire', vpgs: { db: '1', app: '2', web: '3' }, onLocked: 'fail' });
      guard.put({ kind: 'locked', granted: true, error: '' });
      for (const [n, choice] of choices.entries()) {
        step(guard, choice);
        if (killedAfter.some(after => (after + 3) % 60 === n)) guard.continueAsNew();
        if (killedAfter.includes(n)) guard.kill();
      }
      finish(guard);
      expect(guard.wrongs).toEqual([]);
      expect(guard.running.size).toBe(0);
      expect(guard.ended).toBe(true);
      expect(guard.lock).toBe('free');
      // One that took effect without an answer is found, never sent beside itself.
      expect(guard.atOnce).toBeLessThanOrEqual(1);
      for (const key of keys) {
        const ends = guard.told.filter(
          m => 'key' in m && m.key === key && (m.kind === 'closed' || m.kind === 'not-opened'),
        );
        const begun = guard.state.openings.filter(o => o.key === key).length;
        expect(ends.length).toBeGreaterThanOrEqual(begun);
      }
    }),
    { numRuns: 2_000 },
  );
});

function step(guard: GuardModel, choice: number): void {
  if (guard.ended) return;
  guard.now += 1_000;
  const key = keys[choice % keys.length] ?? 'db';
  switch (choice % 10) {
    case 0:
      guard.say({
        kind: 'open',
        key,
        summary: key,
        call: call(key),
        ...(choice % 3 === 0 ? { deadline: guard.now + 10_000 } : {}),
      });
      return;
    case 1:
      guard.say({ kind: 'close', key, step: `close-${key}`, success: true, summary: '', deadline: guard.now + 30_000 });
      return;
    case 2:
    case 3:
    case 4:
    case 5:
      if (guard.pending.length > 0) guard.succeed(guard.next());
      return;
    case 6:
      failHonestly(guard, choice);
      return;
    case 7: {
      const [id] = [...guard.timers.keys()].filter(t => t !== 'deadline');
      if (id !== undefined) guard.fire(id);
      return;
    }
    case 8:
      if (choice > 900) guard.put({ kind: 'holder-gone' });
      else if (choice > 600) guard.say({ kind: 'acquire', vpgs: { more: `id-${choice}` }, onLocked: 'wait' });
      else guard.put({ kind: 'locked', n: choice % 4, granted: choice % 3 > 0, error: 'held' });
      return;
    default:
      if (choice > 950) guard.say({ kind: 'release' });
      else if (choice > 500) guard.haunt();
  }
}

/** An activity that ends badly: sometimes its call took effect all the same, and then it does not say `no`. */
function failHonestly(guard: GuardModel, choice: number): void {
  if (guard.pending.length === 0) return;
  const command = guard.next();
  const tookEffect = choice % 20 < 10;
  if (command.work === 'start' && tookEffect) guard.startTest(command.key);
  const cancelled = guard.cancelled.has(command.key) && (command.work === 'baseline' || command.work === 'wait');
  const status = cancelled ? 'cancelled' : choice % 3 === 0 ? 'timed_out' : 'unreachable';
  guard.fail(command, status, command.work === 'start' && !tookEffect && choice % 7 > 3 ? 'no' : 'unknown');
}

function finish(guard: GuardModel): void {
  guard.put({ kind: 'holder-gone' });
  for (let i = 0; i < 500 && !guard.ended; i++) {
    if (guard.lock === 'free') guard.put({ kind: 'unlocked' });
    else if (guard.pending.length > 0) guard.succeed(guard.next());
    else {
      const [id] = [...guard.timers.keys()].filter(t => t !== 'deadline' && t !== 'lock' && !t.startsWith('stuck:'));
      if (id === undefined) return;
      guard.fire(id);
    }
  }
}
