import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance, begin, pendingOf } from '../../engine/engine.ts';
import { fake } from './fake-evaluator.ts';
import { atKeep, db, failover, keep, minute, tell, up } from './failover-sketch.ts';
import { planOf } from './plan-builder.ts';
import { brief, Rig, run, t0 } from './rig.ts';
import { moods, sketches } from './sketches.ts';
import { live } from './world.ts';

const hour = 60 * minute;
const by = 'ana';
const pause = { kind: 'pause', by, reason: 'look first' } as const;
const resume = { kind: 'resume', by: 'bo', reason: '' } as const;
const test1 = { id: 'db', uses: 'zerto/failover-test', onFailure: 'abort' } as const;
const tcp = { id: 'up', uses: 'check/tcp' } as const;

const drill = (steps = [test1, tcp], limits = {}): Rig =>
  new Rig({ steps, ...limits }).start('vpg-db', 'vpg-app', 'vpg-up');

describe('pause', () => {
  test('nothing further starts, what runs goes on; resume starts what could have', () => {
    const rig = drill([test1, tcp, { id: 'last', uses: 'check/tcp' } as never]);
    expect(brief(rig.tell(pause))).toEqual([]);
    expect(rig.opened('db')).toEqual([]);
    expect([rig.status('db'), rig.status('up')]).toEqual(['succeeded', 'pending']);
    expect(pendingOf(rig.plan, rig.state)).toMatchObject([
      { key: '', kind: 'paused', message: 'paused by ana: look first', choices: ['resume'] },
    ]);
    expect(brief(rig.tell(resume))).toEqual(['call up']);
    expect(pendingOf(rig.plan, rig.state)).toEqual([]);
    expect(rig.lines().filter(line => line.startsWith(' '))).toEqual([
      expect.stringMatching(/^ asking: paused by ana: look first; its time goes on: closing begins at 20\d\d-/),
      ' running: resumed by bo',
    ]);
  });

  test('a drill’s end comes all the same, and closing is never paused', () => {
    const rig = drill();
    rig.opened('db');
    rig.ok('up', {}, 0);
    const closing = drill();
    closing.opened('db');
    closing.tell(pause);
    expect(brief(closing.fire('deadline'))).toContain('cancel-call up');
    expect(closing.state.paused).toBeUndefined();
    expect(brief(closing.fail('up', 'cancelled'))).toContain('close db');
    expect(brief(closing.tell(pause))).toEqual([]);
    expect(closing.lines().at(-1)).toBe(
      ' running: pause of ana refused: the run is closing, and closing is never paused',
    );
  });

  test('when the last step ends in a paused run, closing begins', () => {
    const rig = drill();
    rig.opened('db');
    rig.tell(pause);
    expect(brief(rig.ok('up'))).toContain('close db');
    expect(rig.state.paused).toBeUndefined();
  });

  test('once is enough, and only what is paused is resumed', () => {
    const rig = drill();
    rig.tell(resume);
    rig.tell(pause);
    rig.tell({ ...pause, by: 'bo' });
    expect(rig.lines().slice(-3)).toEqual([
      ' running: resume of bo refused: the run is not paused',
      expect.stringContaining('paused by ana') as string,
      ' running: pause of bo refused: the run is paused already, by ana',
    ]);
    expect(rig.state.paused?.by).toBe('ana');
  });

  test('a live run: votes count and nothing starts; a cancel holds it, which is another thing', () => {
    const rig = atKeep();
    rig.tell(pause);
    expect(brief(rig.vote('keep', 'ana', { choice: 'commit' }))).toEqual([
      'cancel-timer expiry:keep',
      'cancel-timer page:keep',
    ]);
    expect(rig.status('commit')).toBe('pending');
    rig.tell({ kind: 'cancel', by, reason: 'enough', now: false });
    expect([rig.state.paused, rig.state.held?.reasons]).toEqual([undefined, ['cancelled by ana: enough']]);
    rig.tell(pause);
    expect(rig.lines().at(-1)).toBe(' running: pause of ana refused: the run is held, and nothing starts');
    expect(brief(rig.decide('go-on'))).toContain('commit db at commit');
  });

  test('a live run: the time for an approval stands still, and all that was left of it is left', () => {
    const still = { ...pause, stopsClocks: true } as const;
    const rig = atKeep({ ...failover, steps: [db, up, { ...keep, with: { ...keep.with, count: 2 } }] });
    const gate = () => rig.state.gates['keep'];
    const { expiresAt = 0 } = gate() ?? {};
    expect(brief(rig.tell(still))).toEqual(['cancel-timer expiry:keep']);
    // Later than it was to expire; what is said in between counts.
    expect(rig.vote('keep', 'ana', { choice: 'commit' }, 3 * hour)).toEqual([]);
    expect(gate()?.votes).toHaveLength(1);
    rig.tell({ kind: 'timer', id: 'expiry:keep' });
    expect(rig.status('keep')).toBe('running');
    const stood = 3 * hour + 2_000;
    expect(rig.tell(resume)).toMatchObject([{ do: 'timer', id: 'expiry:keep', at: expiresAt + stood }]);
    expect(pendingOf(rig.plan, rig.state)).toMatchObject([{ key: 'keep', expiresAt: expiresAt + stood }]);
    rig.tell(still, minute);
    // Cancelled while it is paused, it is held, which is another thing: there clocks count.
    const held = rig.tell({ kind: 'cancel', by, reason: 'enough', now: false }, minute);
    expect(brief(held)).toEqual(['timer expiry:keep', 'page held', 'timer page:']);
    expect(gate()?.expiresAt).toBe(expiresAt + stood + minute);
    rig.fire('expiry:keep');
    expect(gate()).toBeUndefined();
    expect(rig.state.held?.reasons[1]).toContain('"keep" timed out: expired');
  });

  test('a live run: the time for a manual step stands still; a drill’s goes on', () => {
    const look = { id: 'look', uses: 'manual', with: { instructions: 'Look.' } } as const;
    const still = { ...pause, stopsClocks: true } as const;
    const live1 = new Rig({ mode: 'failover', steps: [look] }).start();
    expect(brief(live1.tell(still))).toEqual(['cancel-timer expiry:look']);
    expect(brief(live1.tell(resume, hour))).toEqual(['timer expiry:look']);
    const tested = new Rig({ steps: [look] }).start();
    expect(brief(tested.tell(still))).toEqual([]);
    expect(brief(tested.tell(resume, hour))).toEqual([]);
  });

  test('the time that people let pass is theirs, not the machine’s', () => {
    const rig = drill();
    rig.opened('db');
    rig.ok('up', {}, minute);
    const slow = drill([test1, { ...tcp, id: 'up' }] as never);
    slow.tell(pause);
    slow.opened('db');
    slow.tell(resume, 10 * minute);
    slow.ok('up', {}, minute);
    for (const rig2 of [rig, slow]) rig2.closed('db');
    expect(slow.result.rto).toMatchObject({ humanMs: 10 * minute });
    expect(slow.result.rto.ms).toBe((rig.result.rto.ms ?? 0) + 1_000);
  });
});

describe('extend', () => {
  const extend = (byMs: number) => ({ kind: 'extend', by, byMs, reason: 'slow array' }) as const;

  test('the run’s end, the hold of what is open and the guard’s deadlines move up', () => {
    const rig = new Rig({ format: 2, steps: [{ ...test1, holdMs: hour }, tcp] }).start('vpg-db');
    rig.opened('db');
    const end = rig.state.endsAt ?? 0;
    const hold = rig.state.openings['db']?.holdUntil ?? 0;
    const said = rig.tell(extend(30 * minute));
    expect(brief(said)).toEqual(['timer deadline', 'extend', 'timer hold:db', 'extend db']);
    expect(rig.state.endsAt).toBe(end + 30 * minute);
    const { closingMs } = rig.plan.limits;
    expect(said.filter(c => c.do === 'extend')).toEqual([
      { do: 'extend', deadline: end + 30 * minute + closingMs },
      { do: 'extend', key: 'db', deadline: Math.min(hold, end) + 30 * minute + closingMs },
    ]);
    expect(rig.lines().at(-1)).toMatch(/^ running: 30m more time by ana: slow array; closing begins at /);
    expect(brief(rig.fire('hold:db'))).toContain('cancel-call up');
    expect(rig.at).toBe(hold + 30 * minute);
  });

  test('no longer than limits.max-hold since it was opened', () => {
    const rig = new Rig({
      format: 2,
      steps: [{ ...test1, holdMs: 20 * hour } as never, tcp],
      limits: { timeoutMs: 22 * hour },
    } as never).start('vpg-db');
    rig.opened('db');
    rig.tell(extend(5 * hour));
    expect(rig.lines().at(-1)).toBe(
      ' running: extension by ana refused: "db" may stay open no longer than limits.max-hold (1d): at most 4h more can be given',
    );
    expect(brief(rig.tell(extend(4 * hour)))).toContain('extend db');
    rig.tell(extend(1));
    expect(rig.lines().at(-1)).toContain('no more time can be given');
  });

  test('not a live run, and not once it closes', () => {
    const rig = atKeep();
    rig.tell(extend(minute));
    expect(rig.lines().at(-1)).toBe(' running: extension by ana refused: a live change has no deadline');
    const over = drill();
    over.opened('db');
    over.ok('up');
    over.tell(extend(minute));
    expect(over.lines().at(-1)).toBe(' running: extension by ana refused: the run is closing already');
  });
});

describe('abort and cancel', () => {
  test('abort on its own stops the run as a person’s word', () => {
    const rig = drill();
    rig.opened('db');
    rig.tell({ kind: 'cancel', by, reason: 'wrong day', now: false, abort: true });
    expect(rig.lines()).toContain(' running: aborted by ana: wrong day');
    rig.fail('up', 'cancelled');
    rig.closed('db');
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', ended: 'by-person' });
    expect(rig.result.reasons[0]).toBe('aborted by ana: wrong day');
  });

  test('a second cancel while it closes is told; with now it skips the author’s finally, and never closing', () => {
    const rig = new Rig({ steps: [test1, tcp, tell] }).start('vpg-db');
    rig.opened('db');
    rig.tell({ kind: 'cancel', by, reason: 'one', now: false });
    expect(brief(rig.fail('up', 'cancelled'))).toContain('close db');
    rig.tell({ kind: 'cancel', by, reason: 'two', now: false });
    expect(rig.lines().at(-1)).toBe(' running: cancelled by ana: two: the run is closing already');
    rig.tell({ kind: 'cancel', by, reason: 'three', now: true });
    expect(rig.lines().at(-1)).toBe(
      ' running: cancelled by ana: three: the run is closing already, and its finally is skipped',
    );
    expect(brief(rig.closed('db'))).not.toContain('call tell');
    expect(rig.status('tell')).toBe('cancelled');
    expect(rig.result.reasons[0]).toBe('cancelled by ana: one');
  });
});

describe('roll-back at any time', () => {
  const rollBack = { kind: 'roll-back', by, reason: 'no use' } as const;

  test('nothing more starts, what has an effect is awaited, then it is rolled back', () => {
    const tag = { id: 'tag', uses: 'test/effect', needs: [], onFailure: 'ask' } as never;
    const rig = new Rig({ mode: 'failover', steps: [db, tag, up, keep] }).start('vpg-db', 'vpg-tag');
    rig.opened('db');
    expect(rig.status('tag')).toBe('running');
    expect(brief(rig.tell(rollBack))).toEqual([]);
    expect(brief(rig.ok('tag'))).toEqual(['roll-back db at roll-back-by-hand']);
    rig.liveEnded();
    expect(rig.result).toMatchObject({ ended: 'by-person' });
    expect(rig.result.reasons.join()).toContain('rolled back by ana');
  });

  test('an opening that is on its way up is awaited; going on takes the word back', () => {
    const rig = new Rig(failover).start('vpg-db', 'vpg-app');
    expect(brief(rig.tell(rollBack))).toEqual([]);
    expect(brief(rig.opened('db'))).toEqual(['roll-back db at roll-back-by-hand']);
    const other = new Rig(failover).start('vpg-db', 'vpg-app');
    other.tell(rollBack);
    other.decide('go-on');
    expect(brief(other.opened('db'))).toEqual(['call up']);
  });

  test('refused with nothing live open, in a drill, and while one is under way', () => {
    const rig = new Rig({ mode: 'failover', steps: [up, db] }).start('vpg-db');
    rig.tell(rollBack);
    expect(rig.lines().at(-1)).toBe(' running: roll-back of ana refused: the run has nothing live open');
    const dry = drill();
    dry.tell(rollBack);
    expect(dry.lines().at(-1)).toContain('this run changes nothing live');
    const twice = atKeep();
    twice.tell(rollBack);
    expect(twice.tell(rollBack)).toEqual([]);
    expect(twice.lines().at(-1)).toBe(' asking: roll-back of ana refused: roll-back by ana is under way');
  });
});

test('who may not start a run starts nothing of it, not its finally either', () => {
  const rig = new Rig({ steps: [test1, tcp, tell] });
  expect(brief(rig.tell({ kind: 'begin', refused: 'not started: ana may not' }))).toEqual(['end']);
  expect(rig.result).toMatchObject({ verdict: 'inconclusive', ended: 'stopped', startedAt: t0 + 1_000 });
  expect(rig.result.reasons[0]).toBe('not started: ana may not');
});

test('a word with an id counts once, whichever it is', () => {
  const rig = drill();
  rig.tell({ ...pause, word: 'w-1' });
  rig.tell({ ...resume, word: 'w-2' });
  expect(rig.tell({ ...pause, word: 'w-1' })).toEqual([]);
  expect(rig.state.paused).toBeUndefined();
});

test('the votes of an approval and what came of it are in the result', () => {
  const rig = new Rig({ mode: 'failover', steps: [{ ...keep, id: 'go' }, up] }).start();
  rig.vote('go', 'bo', { choice: 'roll-back', reason: 'no' });
  const votes = [{ by: 'bo', choice: 'roll-back', reason: 'no', at: rig.at }];
  rig.ok('up');
  expect(rig.result.approvals).toEqual([
    {
      key: 'go',
      openedAt: expect.any(Number) as number,
      endedAt: votes[0]?.at,
      votes,
      decision: expect.objectContaining({ choice: 'roll-back', by: ['bo'] }) as object,
    },
  ]);
});

test('whatever an operator does, every run ends; while it is paused nothing of its steps starts; nothing is lost by it', () => {
  let paused = 0;
  fc.assert(
    fc.property(sketches, fc.integer(), moods, (sketch, seed, mood) => {
      const plan = planOf(sketch);
      const story = live(plan, seed, { ...mood, people: 0.5, hand: 0.15 });
      expect(story.result).toBeDefined();
      const state = begin(plan, run);
      for (const event of story.events) {
        const commands = advance({ plan, run, evaluator: fake }, state, event);
        if (state.paused === undefined) continue;
        paused++;
        for (const command of commands)
          if (command.do === 'call' || command.do === 'open') {
            const phase = plan.steps.find(({ id }) => id === command.key.replaceAll(/\[[^\]]*\]/g, ''))?.phase;
            expect(['sign-in', 'closing', 'finally', undefined]).toContain(phase);
          }
      }
      expect(state).toEqual(story.state);
    }),
    { numRuns: 300 },
  );
  expect(paused).toBeGreaterThan(15);
}, 60_000);
