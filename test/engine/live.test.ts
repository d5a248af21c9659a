import { describe, expect, test } from 'vitest';
import { choicesFor } from '../../engine/engine.ts';
import type { Command } from '../../engine/types.ts';
import { atKeep, back, commit, db, failover, go, keep, plainCommit, tell, up } from './failover-sketch.ts';
import type { PlanSketch, Sketch } from './plan-builder.ts';
import { brief, Rig, run } from './rig.ts';

const app: Sketch = { ...db, id: 'app' };
const both: PlanSketch = { ...failover, steps: [db, app, up, keep, commit, back, tell] };

function endLive(commands: readonly Command[]) {
  const found = commands.find(c => c.do === 'end-live');
  if (found?.do !== 'end-live') throw new Error('nothing live is ended');
  return found;
}

describe('a live opening', () => {
  test('has no deadline and no closing step', () => {
    const rig = new Rig(failover).start('vpg-db');
    const open = rig.all.at(-1);
    expect(open).toMatchObject({ do: 'open', key: 'db' });
    expect(open).not.toHaveProperty('deadline');
    expect(rig.plan.steps.map(step => step.phase)).not.toContain('closing');
    expect(rig.state.openings.db).toMatchObject({ live: true, ids: { 'vpg-db': 'id-vpg-db' }, state: 'opening' });
  });
});

describe('a commit', () => {
  test('ends all that is open live, at the word of the approval whose choice allowed it', () => {
    const rig = atKeep(both);
    const commands = rig.vote('keep', 'ana', { choice: 'commit', reason: 'all green' });
    expect(endLive(commands)).toMatchObject({
      how: 'commit',
      key: 'commit',
      openings: ['db', 'app'],
      call: {
        action: 'zerto/commit',
        step: 'commit',
        vpgs: { 'vpg-db': 'id-vpg-db', 'vpg-app': 'id-vpg-app' },
        with: { 'reverse-protect': 'if-possible' },
        word: { by: ['ana'], reason: 'all green' },
      },
    });
    rig.liveEnded();
    expect(rig.status('back')).toBe('skipped');
    rig.ok('tell');
    expect(rig.result).toMatchObject({ verdict: 'passed', ended: 'to-the-end', reasons: [] });
    expect(rig.state.openings.db).toMatchObject({ state: 'closed', ended: { how: 'commit', key: 'commit' } });
  });

  test('without an approval it is the requester’s word', () => {
    const rig = new Rig({ mode: 'failover', steps: [db, plainCommit] }).start('vpg-db');
    expect(endLive(rig.opened('db')).call.word).toEqual({ by: ['ann'], reason: 'quarterly drill' });
  });

  test('its `if` names the approval; without one that does, it is the nearest above', () => {
    const last = { ...keep, id: 'last' };
    const rig = atKeep({ mode: 'failover', steps: [db, keep, last, commit] });
    rig.vote('keep', 'ana', { choice: 'commit', reason: 'named' });
    expect(endLive(rig.vote('last', 'bo', { choice: 'roll-back' })).call.word).toEqual({
      by: ['ana'],
      reason: 'named',
    });

    const near = atKeep({ mode: 'failover', steps: [db, keep, last, plainCommit] });
    near.vote('keep', 'ana', { choice: 'commit' });
    expect(endLive(near.vote('last', 'bo', { choice: 'roll-back', reason: 'near' })).call.word).toEqual({
      by: ['bo'],
      reason: 'near',
    });
  });

  test('what is read back is done for good, and a retry sends only the rest', () => {
    const rig = atKeep(both);
    rig.vote('keep', 'ana', { choice: 'commit' });
    rig.liveEnded({ status: 'failed', error: 'app said no' }, ['db']);
    expect(rig.status('commit')).toBe('asking');
    expect(choicesFor(rig.plan, rig.state, 'commit')).toEqual(['retry', 'abort']);
    expect(endLive(rig.answer('commit', 'retry')).openings).toEqual(['app']);
    rig.liveEnded();
    rig.ok('tell');
    expect(rig.result.verdict).toBe('passed');
  });

  test('a success that leaves something open is none', () => {
    const rig = atKeep(both);
    rig.vote('keep', 'ana', { choice: 'commit' });
    rig.liveEnded({ status: 'succeeded', outputs: {} }, ['db']);
    expect([rig.status('commit'), rig.error('commit')]).toEqual(['asking', 'it was not read back for vpg-app']);
  });

  test.each<[string, string[], string, string]>([
    [
      'a list that leaves one out is errored',
      ['vpg-db'],
      'errored',
      '"with.vpgs" of "commit" leaves out vpg-app, which this run has open: name all, or leave "vpgs" out',
    ],
    [
      'one that is not open is failed',
      ['vpg-db', 'vpg-app', 'vpg-x'],
      'failed',
      'this run has nothing live open of vpg-x',
    ],
  ])('%s', (_, vpgs, status, error) => {
    const named = { ...commit, onFailure: 'continue' as const, with: { ...commit.with, vpgs } };
    const rig = atKeep({ ...both, steps: [db, app, keep, named] });
    rig.vote('keep', 'ana', { choice: 'commit' });
    expect([rig.status('commit'), rig.error('commit')]).toEqual([status, error]);
    expect(brief(rig.all).filter(c => c.startsWith('commit'))).toEqual([]);
  });

  test('a list that names all is taken, and its retry skips those done', () => {
    const named = { ...commit, with: { ...commit.with, vpgs: ['vpg-db', 'vpg-app'] } };
    const rig = atKeep({ ...both, steps: [db, app, keep, named] });
    rig.vote('keep', 'ana', { choice: 'commit' });
    rig.liveEnded({ status: 'errored', error: 'no answer' }, ['app']);
    expect(endLive(rig.answer('commit', 'retry')).openings).toEqual(['db']);
  });

  test('a required check above that is not green forbids it', () => {
    const soft: Sketch = { id: 'soft', onFailure: 'continue' };
    const rig = atKeep({ mode: 'failover', steps: [soft, db, { ...up, needs: ['soft'] }, keep, commit] });
    rig.fail('soft');
    rig.opened('db');
    rig.vote('keep', 'ana', { choice: 'commit' });
    expect(rig.error('commit')).toBe(
      'not committed: not every required check above is green: "up" cancelled, not started: "soft" failed',
    );
    expect(rig.all.some(c => c.do === 'end-live')).toBe(false);
  });

  test('so does one in a sub-runbook above', () => {
    const soft: Sketch = { id: 'soft', onFailure: 'continue' };
    const dr: Sketch = { id: 'dr', calls: { steps: [soft, db, { ...up, needs: ['soft'] }] } };
    const rig = new Rig({ mode: 'failover', steps: [dr, plainCommit] }).start('vpg-db');
    rig.fail('dr/soft');
    rig.opened('dr/db');
    expect(rig.status('dr')).toBe('succeeded');
    expect(rig.error('commit')).toContain('"dr/up" cancelled, not started: "dr/soft" failed');
  });

  test('a check that a person has skipped, with a reason, does not', () => {
    const rig = new Rig(failover).start('vpg-db');
    rig.opened('db');
    rig.fail('up');
    rig.answer('up', 'skip', 'bo', 'the probe is broken');
    endLive(rig.vote('keep', 'ana', { choice: 'commit' }));
    rig.liveEnded();
    rig.ok('tell');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      reasons: ['"up" was skipped by bo: the probe is broken'],
    });
  });

  test('with nothing live open there is nothing to do', () => {
    const rig = new Rig({ mode: 'failover', steps: [{ ...db, if: 'false' }, plainCommit] }).start('vpg-db');
    expect([rig.status('commit'), rig.error('commit')]).toEqual(['skipped', 'nothing live is open']);
  });

  test('it reaches what other sub-runbooks of the run have open', () => {
    const rig = new Rig({
      mode: 'failover',
      steps: [
        { id: 'dr', calls: { steps: [db] } },
        { ...commit, if: 'true' },
      ],
    }).start('vpg-db');
    rig.opened('dr/db');
    expect(brief(rig.all).at(-1)).toBe('commit dr/db at commit');
  });

  test('but not what is still on its way up there', () => {
    const steps = [
      { id: 'one', needs: [], calls: { steps: [db, { ...commit, if: 'true' }] } },
      { id: 'two', needs: [], calls: { steps: [app] } },
    ];
    const rig = new Rig({ mode: 'failover', steps }).start('vpg-db', 'vpg-app');
    rig.opened('one/db');
    expect(rig.error('one/commit')).toBe('"two/app" is still opening: wait for it with "needs"');
    rig.opened('two/app');
    expect(brief(rig.answer('one/commit', 'retry')).at(-1)).toBe('commit one/db two/app at one/commit');
  });
});

describe('a roll-back', () => {
  test('gives up what is open at the word of the approval; at best passed with exceptions', () => {
    const rig = atKeep();
    expect(endLive(rig.vote('keep', 'ana', { choice: 'roll-back', reason: 'wrong data' }))).toMatchObject({
      how: 'roll-back',
      openings: ['db'],
      call: { action: 'zerto/roll-back', word: { by: ['ana'], reason: 'wrong data' } },
    });
    rig.liveEnded();
    rig.ok('tell');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      ended: 'to-the-end',
      reasons: ['vpg-db was given up by "back" at the word of ana: wrong data'],
    });
  });

  test('may name some, and leaves the others', () => {
    const rig = atKeep({ ...both, steps: [db, app, keep, { ...back, with: { vpgs: ['vpg-app'] } }] });
    expect(endLive(rig.vote('keep', 'ana', { choice: 'roll-back' })).openings).toEqual(['app']);
    rig.liveEnded();
    expect(rig.state.held).toBeDefined();
    expect(rig.state.openings.db?.state).toBe('open');
  });
});

describe('the answer roll-back to a question', () => {
  const asking = (sketch: PlanSketch = failover) => {
    const rig = new Rig(sketch).start('vpg-db', 'vpg-app');
    rig.opened('db');
    rig.fail('up');
    return rig;
  };

  test('is offered while something live is open, and nothing is on its way', () => {
    const rig = asking();
    expect(choicesFor(rig.plan, rig.state, 'up')).toEqual(['retry', 'skip', 'roll-back', 'abort']);
    const busy = asking({ ...failover, steps: [db, { ...app, needs: [] }, { ...up, needs: ['db'] }] });
    expect(choicesFor(busy.plan, busy.state, 'up')).toEqual(['retry', 'skip', 'abort']);
    busy.opened('app');
    expect(choicesFor(busy.plan, busy.state, 'up')).toContain('roll-back');
  });

  test('not with nothing live open, and not after a commit', () => {
    const before = new Rig({ mode: 'failover', steps: [up] }).start();
    before.fail('up');
    expect(choicesFor(before.plan, before.state, 'up')).toEqual(['retry', 'skip', 'abort']);

    const after = atKeep({ mode: 'failover', steps: [db, keep, commit, app, up] });
    after.vote('keep', 'ana', { choice: 'commit' });
    after.liveEnded();
    after.opened('app');
    after.fail('up');
    expect(choicesFor(after.plan, after.state, 'up')).toEqual(['retry', 'skip', 'abort']);
  });

  test('gives up all, then the run ends', () => {
    const rig = asking();
    const sent = endLive(rig.answer('up', 'roll-back', 'bo', 'the data is wrong'));
    expect(sent).toMatchObject({
      how: 'roll-back',
      key: 'roll-back-by-hand',
      openings: ['db'],
      call: {
        action: 'zerto/roll-back',
        vpgs: { 'vpg-db': 'id-vpg-db' },
        word: { by: ['bo'], reason: 'the data is wrong' },
      },
    });
    expect(rig.all.some(c => c.do === 'page' && c.about === 'held')).toBe(false);
    rig.liveEnded();
    rig.ok('tell');
    expect(rig.result).toMatchObject({ verdict: 'failed', ended: 'by-person' });
    expect(rig.result.reasons.slice(0, 2)).toEqual([
      '"up" failed: up said no',
      'rolled back at "up" by bo: the data is wrong',
    ]);
  });

  test('where it fails, the run is held', () => {
    const rig = asking();
    rig.answer('up', 'roll-back');
    expect(brief(rig.liveEnded({ status: 'failed', error: 'Zerto said no' }, []))).toEqual([
      'page held',
      'timer page:',
    ]);
    expect(rig.state.held?.reasons.at(-1)).toBe('roll-back by bo failed: Zerto said no');
    rig.decide('go-on');
    expect(choicesFor(rig.plan, rig.state, 'up')).toContain('roll-back');
  });
});

test('questions of a live mode are paged at once and every 5 minutes, one a for-each', () => {
  const each: Sketch = {
    id: 'each',
    uses: 'check/tcp',
    forEach: { items: ['a', 'b'], maxParallel: 2 },
    onFailure: 'ask',
  };
  const rig = new Rig({ mode: 'failover', steps: [each, go] }).start();
  expect(brief(rig.fail('each[a]'))).toEqual(['page waiting each', 'timer page:each']);
  expect(brief(rig.fail('each[b]'))).toEqual([]);
  expect(rig.fire('page:each')[0]).toMatchObject({ text: '"each[a]" each[a] said no; "each[b]" each[b] said no' });
  rig.answer('each[a]', 'skip');
  expect(rig.state.timers).toHaveProperty('page:each');
  expect(brief(rig.answer('each', 'skip'))).toContain('cancel-timer page:each');
  expect(rig.status('each')).toBe('skipped');
});

test('a wall inside a sub-runbook cannot be skipped with it', () => {
  const rig = new Rig({
    mode: 'failover',
    steps: [{ id: 'dr', onFailure: 'ask', calls: { steps: [{ id: 'x', onFailure: 'abort' }, go] } }],
  }).start();
  rig.fail('dr/x');
  expect(choicesFor(rig.plan, rig.state, 'dr')).toEqual(['retry', 'abort']);
});

test('an answer in a live mode needs a reason', () => {
  const rig = new Rig({ mode: 'failover', steps: [up] }).start();
  rig.fail('up');
  expect(rig.answer('up', 'retry', 'bo', ' ')).toEqual([]);
  expect(rig.lines().at(-1)).toBe('up asking: retry of bo refused: in a live mode an answer needs a reason');
});

test('nobody sits at a scheduled drill: its question aborts at once', () => {
  const rig = new Rig({ steps: [up, tell] }, undefined, { ...run, trigger: 'schedule' }).start();
  rig.fail('up');
  rig.ok('tell');
  expect(rig.result).toMatchObject({ verdict: 'failed', ended: 'stopped', reasons: ['"up" failed: up said no'] });
});

test('an author’s own stop does not wait for a lost guard for ever where no clock ends the run', () => {
  const a: Sketch = { id: 'a', uses: 'zerto/failover-test' };
  const stop: Sketch = { id: 'stop', uses: 'zerto/stop-failover-test', with: { vpg: 'vpg-a' }, onFailure: 'continue' };
  const rig = new Rig({ mode: 'failover', steps: [a, stop, up] }).start('vpg-a');
  rig.opened('a');
  expect(brief(rig.fire('stop:stop'))).toEqual(['call up']);
  expect(rig.error('stop')).toBe('the guard of this run did not answer in time');
});
