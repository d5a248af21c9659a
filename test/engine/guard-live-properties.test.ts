import fc from 'fast-check';
import { expect, it } from 'vitest';
import { call, endLive, GuardModel, howOf } from './guard-model.ts';

const actions = {
  db: 'zerto/failover',
  app: 'zerto/move',
  web: 'zerto/failover',
  dns: 'zerto/failover-test',
  sql: 'zerto/pause',
};
const keys = Object.keys(actions) as (keyof typeof actions)[];
const isLive = (key: string) => keys.slice(0, 3).includes(key as keyof typeof actions);

/** Choices of one step: what happens, to which opening, and how it goes. */
const choices = fc.array(fc.tuple(fc.nat({ max: 15 }), fc.nat({ max: 30 }), fc.nat({ max: 30 })), {
  maxLength: 80,
  size: 'max',
});

/**
 * Any order of messages, words, answers, lost answers, deadlines and a lost run; then the world becomes kind, but no
 * person says anything more. `wrongs` of the model are what must never be seen: a commit or roll-back without a word, for
 * a run that is gone, of what is done, or beside one under way; a live change that is closed.
 */
const noKills = fc.constant<number[]>([]);
const kills = fc.array(fc.nat({ max: 80 }), { minLength: 1, maxLength: 4 });

it.each([
  ['each word is answered once', noKills],
  ['each word is answered once, also where its guard goes on with a new history and is lost, again and again', kills],
])('a live change is ended by people only, once, and %s', { timeout: 20_000 }, (_, killed) => {
  let ends = 0;
  let doubts = 0;
  fc.assert(
    fc.property(choices, killed, (steps, killedAfter) => {
      const guard = new GuardModel(50_000);
      guard.say({ kind: 'acquire', vpgs: { db: '1' }, onLocked: 'fail' });
      guard.put({ kind: 'locked', granted: true, error: '' });
      let n = 0;
      // Half of them begin with two that are open.
      if (steps.length % 2 === 0) {
        for (const key of ['db', 'app'] as const)
          guard.say({ kind: 'open', key, summary: key, call: call(key, actions[key]) });
        for (let i = 0; i < 6; i++) guard.succeed(guard.next());
      }
      for (const [what, which, how] of steps) {
        if (killedAfter.some(after => (after + 3) % 80 === n)) guard.continueAsNew();
        if (killedAfter.includes(n)) guard.kill();
        step(guard, what, which, how, n++);
      }
      const before = new Map(guard.endedAtZvm);
      const sent = new Map(guard.endingAtZvm);
      for (const { work, input } of guard.pending) {
        if (work === 'start' && input.live !== undefined) sent.set(input.live.opened.step, howOf(input.call));
      }
      guard.ghosts = [];
      doubts += guard.state.openings.filter(o => o.inDoubt !== undefined).length;
      finish(guard, 200);

      // What a word began may have come to its end; nothing else did.
      for (const [key, how] of guard.endedAtZvm) expect(before.get(key) ?? sent.get(key)).toBe(how);
      const stillLive = [...guard.running];
      expect(stillLive.filter(key => !isLive(key))).toEqual([]);
      expect(guard.ended).toBe(stillLive.length === 0);
      expect(guard.lock).toBe(stillLive.length === 0 ? 'free' : 'asked');

      // A person at the ZVM lets the guard go.
      for (const key of stillLive) guard.endAtZvm(key, 'roll-back');
      finish(guard, 200);
      expect(guard.ended).toBe(true);

      expect(guard.wrongs).toEqual([]);
      expect(guard.atOnce).toBeLessThanOrEqual(1);
      const answered = guard.told.flatMap(m => (m.kind === 'live-ended' ? [m.key] : []));
      // Of a run that is gone a guard that takes over answers nobody.
      const lost = guard.start.orphan === true ? guard.asked.filter(key => !answered.includes(key)) : [];
      expect([...answered, ...lost].toSorted()).toEqual(guard.asked.toSorted());
      ends += guard.told.filter(m => m.kind === 'live-ended' && m.done.length > 0).length;
      for (const message of guard.told) {
        if (message.kind !== 'live-ended') continue;
        // Told as done means that the world says so too.
        for (const key of message.done) expect(guard.endedAtZvm.has(key)).toBe(true);
      }
      for (const key of keys.filter(k => !isLive(k))) {
        const closed = guard.told.filter(
          m => 'key' in m && m.key === key && (m.kind === 'closed' || m.kind === 'not-opened'),
        );
        expect(closed.length).toBeGreaterThanOrEqual(guard.state.openings.filter(o => o.key === key).length);
      }
    }),
    { numRuns: 600, seed: 5 },
  );
  // The worlds come to what they are about.
  expect(ends).toBeGreaterThan(200);
  expect(doubts).toBeGreaterThan(40);
});

function step(guard: GuardModel, what: number, which: number, how: number, n: number): void {
  if (guard.ended) return;
  guard.now += 1_000;
  const key = keys[which % keys.length] ?? 'db';
  switch (what) {
    case 0:
    case 1:
      // The ZVM refuses to open what is live there already; this world has one life for each.
      if (guard.endedAtZvm.has(key)) return;
      guard.say({ kind: 'open', key, summary: key, call: call(key, actions[key]) });
      return;
    case 2:
    case 3: {
      const openings = keys.filter((_, i) => (which >> i) % 2 === 1);
      const message = endLive(how % 3 === 0 ? 'roll-back' : 'commit', openings, `word-${n}`);
      guard.say({ ...message, call: { ...message.call, deadline: guard.now + 60_000 } });
      return;
    }
    case 4:
      guard.say({ kind: 'close', key, step: `close-${key}`, success: true, summary: '', deadline: guard.now + 30_000 });
      return;
    case 5: {
      const ids = [...guard.timers.keys()];
      const id = ids[which % Math.max(1, ids.length)];
      if (id !== undefined) guard.fire(id);
      return;
    }
    case 6:
    case 7:
      fail(guard, which, how);
      return;
    case 8:
      if (how > 24) guard.haunt();
      else if (how === 0) guard.put({ kind: 'holder-gone' });
      else if (how === 1) guard.say({ kind: 'release' });
      // A person's own hand at the ZVM.
      else if (how === 2 && isLive(key) && guard.running.has(key) && !guard.endingAtZvm.has(key))
        guard.endAtZvm(key, 'roll-back');
      return;
    case 9:
      // Zerto ends a commit's task as failed.
      if (how % 3 === 0) guard.endingAtZvm.delete(key);
      return;
    default:
      if (guard.pending.length > 0) guard.succeed(take(guard, which));
  }
}

function take(guard: GuardModel, which: number) {
  const [command] = guard.pending.splice(which % guard.pending.length, 1);
  if (command === undefined) throw new Error('nothing is pending');
  return command;
}

/** An activity that ends badly: sometimes its call took effect all the same, and then it does not say `no`. */
function fail(guard: GuardModel, which: number, how: number): void {
  if (guard.pending.length === 0) return;
  const command = take(guard, which);
  const tookEffect = how % 2 === 0;
  if (tookEffect) guard.takeEffect(command);
  const { work } = command;
  const cancelled = guard.cancelled.has(command.key) && (work === 'baseline' || work === 'wait');
  const bad = (['unreachable', 'errored', 'failed', 'timed_out'] as const)[how % 4] ?? 'errored';
  const status = cancelled ? 'cancelled' : bad;
  const certain = work === 'start' && !tookEffect && status !== 'timed_out' && how % 3 > 0;
  guard.fail(command, status, certain ? 'no' : 'unknown');
}

function finish(guard: GuardModel, steps: number): void {
  guard.put({ kind: 'holder-gone' });
  for (let i = 0; i < steps && !guard.ended; i++) {
    if (guard.lock === 'free') guard.put({ kind: 'unlocked' });
    else if (guard.pending.length > 0) guard.succeed(guard.next());
    else {
      const [id] = [...guard.timers.keys()].filter(t => t !== 'deadline' && t !== 'lock' && !t.startsWith('stuck:'));
      if (id === undefined) return;
      guard.fire(id);
    }
  }
}
