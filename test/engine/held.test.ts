import { describe, expect, test } from 'vitest';
import { choicesFor, heldChoices, pendingOf } from '../../engine/engine.ts';
import { atKeep, back, commit, db, failover, keep, minute, plainCommit, tell, up } from './failover-sketch.ts';
import type { Sketch } from './plan-builder.ts';
import { brief, Rig } from './rig.ts';

const cancel = { kind: 'cancel', by: 'bo', reason: 'wrong site', now: false } as const;

/** `db` is open, `up` runs. */
const recovered = (steps: readonly Sketch[] = failover.steps) => {
  const rig = new Rig({ mode: 'failover', steps }).start('vpg-db', 'vpg-app');
  rig.opened('db');
  return rig;
};

describe('a live run with something uncommitted is held', () => {
  test('by a cancel: nothing more starts, nothing is taken back, people are paged at once and every 5 minutes', () => {
    const rig = recovered();
    expect(brief(rig.tell(cancel))).toEqual(['page held', 'timer page:']);
    expect(rig.all.at(-2)).toEqual({
      do: 'page',
      about: 'held',
      key: '',
      text: 'held, with vpg-db (failover at site-b) uncommitted: cancelled by bo: wrong site',
      everyMs: 5 * minute,
    });
    expect(rig.lines().at(-1)).toBe(' asking: held: cancelled by bo: wrong site');
    expect(brief(rig.ok('up'))).toEqual([]);
    expect([rig.status('up'), rig.status('keep')]).toEqual(['succeeded', 'pending']);
    expect(brief(rig.fire('page:'))).toEqual(['page held', 'timer page:']);
    expect(rig.all.at(-1)).toMatchObject({ at: rig.at + 5 * minute });
  });

  test('by a failed step whose policy is abort', () => {
    const rig = recovered([db, { ...up, onFailure: 'abort' }, keep]);
    expect(brief(rig.fail('up'))).toEqual(['page held', 'timer page:']);
    expect(rig.state.held?.reasons).toEqual(['"up" failed: up said no']);
    expect(rig.status('keep')).toBe('pending');
  });

  test('by the answer abort', () => {
    const rig = recovered();
    rig.fail('up');
    expect(brief(rig.answer('up', 'abort'))).toEqual(['page held', 'timer page:']);
    expect(rig.state.held?.reasons).toEqual(['aborted at "up" by bo: looked at it']);
  });

  test('by an approval that is refused', () => {
    const rig = atKeep();
    expect(brief(rig.vote('keep', 'ana', { choice: 'reject', reason: 'not like this' }))).toEqual([
      'cancel-timer expiry:keep',
      'cancel-timer page:keep',
      'page held',
      'timer page:',
    ]);
    expect(rig.state.held?.reasons).toEqual(['"keep" failed: refused by ana: not like this']);
    expect(choicesFor(rig.plan, rig.state, 'keep')).toEqual([]);
  });

  test('by one that expires', () => {
    const rig = atKeep();
    rig.fire('expiry:keep');
    expect(rig.state.held?.reasons).toEqual(['"keep" timed out: expired: no decision within 2h']);
    expect(rig.status('commit')).toBe('pending');
  });

  test('at the end of its steps: then there is only commit and roll back', () => {
    const rig = recovered([db, up]);
    expect(brief(rig.ok('up'))).toEqual(['page held', 'timer page:']);
    expect(rig.state.held?.reasons).toEqual(['the steps have ended, and nobody has decided']);
    expect(heldChoices(rig.state)).toEqual(['commit', 'roll-back']);
    expect(rig.decide('go-on')).toEqual([]);
    expect(rig.lines().at(-1)).toBe(
      ' asking: go-on of dan refused: the steps have ended: there is nothing to go on with',
    );
  });

  test('not with nothing live open: then these stop it as a drill', () => {
    const rig = new Rig({ mode: 'failover', steps: [up, db] }).start('vpg-db');
    rig.tell(cancel);
    rig.fail('up', 'cancelled');
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', ended: 'by-person' });
  });
});

describe('while it is held', () => {
  test('a second cancel is told and changes nothing', () => {
    const rig = recovered();
    rig.tell(cancel);
    const before = JSON.stringify({ ...rig.state, progress: 0 });
    expect(rig.tell({ ...cancel, by: 'cem', now: true })).toEqual([]);
    expect(JSON.stringify({ ...rig.state, progress: 0 })).toBe(before);
    expect(rig.lines().at(-1)).toBe(
      ' asking: cancelled by cem: wrong site: the run is held already, and a person must commit, roll back or go on',
    );
  });

  test('what is in flight lands, and only then it can be committed or rolled back', () => {
    const rig = recovered([db, { ...db, id: 'app', needs: [] }]);
    rig.tell(cancel);
    expect(heldChoices(rig.state)).toEqual(['go-on']);
    expect(rig.decide('commit')).toEqual([]);
    expect(rig.lines().at(-1)).toBe(
      ' asking: commit of dan refused: something live is still on its way up, or being ended',
    );
    rig.opened('app');
    expect([rig.status('app'), heldChoices(rig.state)]).toEqual(['succeeded', ['commit', 'roll-back', 'go-on']]);
  });

  test('an opening that never came about leaves nothing to hold for: it stops as a drill does', () => {
    const rig = new Rig({ mode: 'failover', steps: [db, up, tell] }).start('vpg-db');
    rig.tell(cancel);
    const commands = rig.tell({ kind: 'not-opened', key: 'db', status: 'failed', error: 'no checkpoint' });
    expect(brief(commands).slice(-3)).toEqual(['cancel-timer overtime', 'release', 'call tell']);
    expect(rig.state.timers).toEqual({});
    rig.ok('tell');
    expect(rig.result).toMatchObject({ verdict: 'failed', ended: 'by-person' });
  });

  test('a step’s own commit under way comes to its end, and what is left decides', () => {
    const rig = atKeep();
    rig.vote('keep', 'ana', { choice: 'commit' });
    rig.tell(cancel);
    expect(heldChoices(rig.state)).toEqual(['go-on']);
    rig.liveEnded();
    rig.ok('tell');
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', reasons: ['cancelled by bo: wrong site'] });
    expect(rig.status('commit')).toBe('succeeded');
  });

  test('a question waits behind it, a vote counts, and what fails is one more reason', () => {
    const rig = recovered([
      db,
      { ...up, needs: ['db'] },
      { id: 'x', needs: ['db'] },
      { id: 'y', needs: ['db'], onFailure: 'abort' },
      keep,
    ]);
    rig.tell(cancel);
    expect(brief(rig.fail('up'))).toEqual(['timer page:up']);
    expect([rig.status('up'), choicesFor(rig.plan, rig.state, 'up')]).toEqual(['asking', []]);
    expect(brief(rig.fire('page:up'))).toEqual(['timer page:up']);
    rig.fail('y');
    expect(rig.state.held?.reasons).toEqual(['cancelled by bo: wrong site', '"y" failed: y said no']);
    expect(rig.status('x')).toBe('running');

    const voting = atKeep();
    voting.tell(cancel);
    voting.vote('keep', 'ana', { choice: 'commit' });
    expect([voting.status('keep'), voting.status('commit')]).toEqual(['succeeded', 'pending']);
    expect(brief(voting.decide('go-on')).at(-1)).toBe('commit db at commit');
  });

  test('a decision needs a reason, and the run to be held', () => {
    const rig = recovered();
    rig.decide('commit');
    expect(rig.lines().at(-1)).toBe(' running: commit of dan refused: the run is not held');
    rig.tell(cancel);
    rig.decide('commit', 'dan', ' ');
    expect(rig.lines().at(-1)).toBe(' asking: commit of dan refused: a decision needs a name and a reason');
    rig.decide('commit');
    rig.decide('roll-back', 'eve', 'no');
    expect(rig.lines().at(-1)).toBe(' asking: roll-back of eve refused: commit by dan is under way');
    expect(rig.all.filter(c => c.do === 'end-live')).toHaveLength(1);
  });

  test('those who wait see it first', () => {
    const rig = recovered();
    rig.tell(cancel);
    expect(pendingOf(rig.plan, rig.state)).toEqual([
      {
        key: '',
        kind: 'held',
        since: rig.at,
        message: 'held, with vpg-db (failover at site-b) uncommitted: cancelled by bo: wrong site',
        from: ['dr-managers'],
        choices: ['commit', 'roll-back', 'go-on'],
        count: 1,
        votes: [],
        // The run was held, and nothing said what it has open.
        open: [{ vpg: 'vpg-db', site: 'site-b', what: 'failover', live: true, since: rig.at - 2_000 }],
      },
    ]);
  });
});

describe('a commit out of it needs as many people as the approval', () => {
  test('and those who wait see who may do it alone', () => {
    const rig = held();
    expect(pendingOf(rig.plan, rig.state)).toMatchObject([
      { kind: 'held', from: ['dr-managers', 'dr-duty'], count: 2, breakGlass: ['dr-duty'] },
    ]);
  });

  const decision = { kind: 'decide', choice: 'commit', reason: 'all is green', needs: 2 } as const;
  const two: Sketch = { ...keep, with: { ...keep.with, count: 2, 'break-glass': ['dr-duty'] } };
  const held = (): Rig => {
    const rig = recovered([db, up, two]);
    rig.ok('up');
    rig.vote('keep', 'bo', { choice: 'reject' });
    return rig;
  };

  test('one of two who rejected does not commit alone; with the other he does, and both are named', () => {
    const rig = held();
    expect(rig.tell({ ...decision, by: 'bo' })).toEqual([]);
    expect(rig.lines().at(-1)).toBe(' asking: bo wants to commit (1 of 2): all is green');
    expect(rig.tell({ ...decision, by: 'bo' })).toEqual([]);
    expect(rig.lines().at(-1)).toBe(' asking: commit of bo refused: bo has said so already');
    const [shown] = pendingOf(rig.plan, rig.state);
    expect(shown).toMatchObject({ kind: 'held', count: 2, votes: [{ by: 'bo', choice: 'commit' }] });
    expect(shown?.message).toContain('; 1 of 2 to commit: bo');
    expect(rig.tell({ ...decision, by: 'ana', reason: 'seen' })).toMatchObject([
      { do: 'end-live', how: 'commit', call: { word: { by: ['bo', 'ana'], reason: 'all is green; seen' } } },
    ]);
    rig.liveEnded();
    expect(rig.result.reasons.join()).toContain('committed by bo, ana, while the run was held');
  });

  test('who breaks the glass does not wait for the others, and the report says so', () => {
    const rig = held();
    rig.tell({ ...decision, by: 'bo' });
    expect(brief(rig.tell({ ...decision, by: 'cem', breakGlass: true }))).toEqual(['commit db at commit-by-hand']);
    rig.liveEnded();
    expect(rig.result.reasons.join()).toContain('committed by cem alone, who broke the glass, while the run was held');
  });

  test('a roll-back needs one; a commit that came to nothing needs all of them anew', () => {
    const rig = held();
    rig.tell({ ...decision, by: 'bo' });
    rig.tell({ ...decision, by: 'ana' });
    rig.liveEnded({ status: 'failed', error: 'the site is busy' }, []);
    expect(rig.tell({ ...decision, by: 'ana' })).toEqual([]);
    expect(rig.lines().at(-1)).toContain('(1 of 2)');
    expect(brief(rig.decide('roll-back', 'bo'))).toEqual(['roll-back db at roll-back-by-hand']);
  });
});

describe('out of it: commit', () => {
  test('as the runbook’s own step would, at that person’s word; then the rest is cancelled, closing and finally come', () => {
    const rig = atKeep();
    rig.fire('expiry:keep');
    expect(rig.decide('commit', 'dan', 'all is green')).toEqual([
      {
        do: 'end-live',
        how: 'commit',
        key: 'commit-by-hand',
        openings: ['db'],
        summary: 'commit by dan',
        call: {
          action: 'zerto/commit',
          run: { id: 'run-1', name: 'payments', mode: 'failover', requester: 'ann', configSha256: '11' },
          step: 'commit-by-hand',
          site: 'site-b',
          vpgs: { 'vpg-db': 'id-vpg-db' },
          with: { 'reverse-protect': 'if-possible' },
          word: { by: ['dan'], reason: 'all is green' },
          deadline: rig.at + 60 * minute,
        },
      },
    ]);
    expect(brief(rig.liveEnded())).toEqual(['cancel-timer page:', 'cancel-timer overtime', 'release', 'call tell']);
    rig.ok('tell');
    expect(['keep', 'commit', 'back'].map(key => rig.status(key))).toEqual(['timed_out', 'cancelled', 'cancelled']);
    // All that was to be proved had been; the vote is what a person has overridden.
    expect(rig.result).toMatchObject({ verdict: 'passed_with_exceptions', ended: 'by-person' });
    expect(rig.result.reasons).toEqual([
      'committed by dan, while the run was held ("keep" timed out: expired: no decision within 2h): all is green',
    ]);
  });

  test('before the last required check it proves nothing', () => {
    const rig = recovered([db, up, { ...up, id: 'web' }]);
    rig.ok('up');
    rig.tell(cancel);
    rig.ok('web');
    rig.decide('commit');
    rig.liveEnded();
    expect(rig.result.verdict).toBe('passed_with_exceptions');

    const early = recovered([db, { id: 'other' }, up]);
    early.tell(cancel);
    early.ok('other');
    early.decide('commit');
    early.liveEnded();
    expect(early.result).toMatchObject({ verdict: 'inconclusive', ended: 'by-person' });
    expect(early.result.reasons[0]).toBe('cancelled by bo: wrong site; committed by dan: decided');
  });

  test('a failed step stays failed', () => {
    const rig = recovered([db, { ...up, onFailure: 'abort' }, plainCommit]);
    rig.fail('up');
    rig.decide('commit', 'dan', 'the check is wrong');
    rig.liveEnded();
    expect(rig.result).toMatchObject({ verdict: 'failed' });
    expect(rig.result.reasons[0]).toBe('"up" failed: up said no');
  });

  test('but a commit that a person has made is no failed commit any more', () => {
    const rig = recovered([db, { ...plainCommit, onFailure: 'abort' }]);
    rig.liveEnded({ status: 'failed', error: 'Zerto said no' }, []);
    expect(rig.state.held?.reasons).toEqual(['"commit" failed: Zerto said no']);
    rig.decide('commit', 'dan', 'mended');
    rig.liveEnded();
    expect(rig.result).toMatchObject({ verdict: 'passed_with_exceptions' });

    const failed = recovered([db, { ...plainCommit, onFailure: 'abort' }]);
    failed.liveEnded({ status: 'failed', error: 'Zerto said no' }, []);
    failed.decide('roll-back');
    failed.liveEnded();
    expect(failed.result.verdict).toBe('failed');
  });

  test('where no step says how, it changes the least', () => {
    const rig = recovered([db]);
    expect(rig.decide('commit')[0]).toMatchObject({ call: { with: { 'reverse-protect': false }, site: 'site-b' } });
  });

  test('at the end of the steps it is an exception', () => {
    const rig = recovered([db, up]);
    rig.ok('up');
    rig.decide('commit');
    rig.liveEnded();
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      ended: 'to-the-end',
      reasons: ['committed by dan, while the run was held (the steps have ended, and nobody has decided): decided'],
    });
  });

  test('one that fails leaves the run held, with what is left', () => {
    const rig = recovered([db, { ...db, id: 'app' }]);
    rig.opened('app');
    rig.decide('commit');
    expect(brief(rig.liveEnded({ status: 'failed', error: 'app said no' }, ['db']))).toEqual([
      'page held',
      'timer page:',
    ]);
    expect(rig.state.held?.reasons.at(-1)).toBe('commit by dan failed: app said no');
    expect(brief(rig.decide('roll-back'))).toEqual(['roll-back app at roll-back-by-hand']);
    expect(brief(rig.liveEnded()).at(-1)).toBe('end');
  });

  test('in `--now` no finally runs', () => {
    const rig = recovered();
    rig.tell({ ...cancel, now: true });
    rig.decide('commit');
    rig.ok('up');
    expect(brief(rig.liveEnded()).at(-1)).toBe('end');
    expect(rig.error('tell')).toBe('not started: cancelled by bo: wrong site');
  });
});

describe('out of it: roll back', () => {
  test('gives up what is open; the run is inconclusive, its reads are taken back', () => {
    const rig = recovered();
    rig.tell(cancel);
    rig.decide('roll-back');
    expect(brief(rig.liveEnded())).toEqual(['cancel-timer page:', 'cancel-call up']);
    rig.fail('up', 'cancelled');
    rig.ok('tell');
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', ended: 'by-person' });
    expect(rig.result.reasons).toEqual([
      'cancelled by bo: wrong site',
      'rolled back by dan, while the run was held (cancelled by bo: wrong site): decided',
    ]);
  });
});

describe('out of it: go on', () => {
  test('a cancel is forgotten, and all that was frozen goes on', () => {
    const items: Sketch = { id: 'each', forEach: { items: ['a', 'b', 'c'], maxParallel: 2 }, needs: ['db'] };
    const rig = recovered([db, items, { ...up, needs: ['db'] }, keep, commit, back, tell]);
    expect(rig.status('each[b]')).toBe('running');
    rig.tell(cancel);
    rig.ok('each[a]');
    rig.ok('up');
    expect([rig.status('each[c]'), rig.status('keep')]).toEqual(['pending', 'pending']);
    expect(brief(rig.decide('go-on'))).toEqual(['cancel-timer page:', 'call each[c]']);
    rig.ok('each[b]');
    expect(brief(rig.ok('each[c]'))).toEqual(['timer expiry:keep', 'page waiting keep', 'timer page:keep']);
    rig.vote('keep', 'ana', { choice: 'commit' });
    rig.liveEnded();
    rig.ok('tell');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      ended: 'to-the-end',
      reasons: ['dan went on in spite of cancelled by bo: wrong site: decided'],
    });
  });

  test('a refused approval is asked anew: nothing passes it', () => {
    const rig = atKeep();
    rig.vote('keep', 'ana', { choice: 'reject' });
    expect(brief(rig.decide('go-on', 'dan', 'ask again'))).toEqual([
      'cancel-timer page:',
      'timer expiry:keep',
      'page waiting keep',
      'timer page:keep',
    ]);
    expect([rig.status('keep'), rig.state.gates.keep?.votes]).toEqual(['running', []]);
    rig.vote('keep', 'ana', { choice: 'commit' });
    rig.liveEnded();
    rig.ok('tell');
    expect(rig.result.verdict).toBe('passed_with_exceptions');
  });

  test('a failed step counts as overcome, also for what needs it and for a commit', () => {
    const rig = recovered([db, { ...up, onFailure: 'abort' }, { id: 'n', needs: ['up'] }, plainCommit]);
    rig.fail('up');
    expect(brief(rig.decide('go-on', 'dan', 'the probe is broken'))).toEqual(['cancel-timer page:', 'call n']);
    expect(brief(rig.ok('n'))).toEqual(['commit db at commit']);
    rig.liveEnded();
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      reasons: ['dan went on in spite of "up" failed: up said no: the probe is broken'],
    });
    expect(rig.status('up')).toBe('failed');
    expect(rig.result.rto).toEqual({ note: 'not measured: a person went on without the required check "up"' });
  });

  test('so do the failed items of a for-each, and the step with them', () => {
    const items: Sketch = { id: 'each', uses: 'check/tcp', forEach: { items: ['a', 'b'] }, onFailure: 'abort' };
    const rig = recovered([db, items, plainCommit]);
    rig.fail('each[a]');
    expect(brief(rig.decide('go-on'))).toEqual(['cancel-timer page:', 'call each[b]']);
    rig.fail('each[b]');
    expect(rig.status('each')).toBe('failed');
    expect(brief(rig.decide('go-on'))).toEqual(['cancel-timer page:', 'commit db at commit']);
    rig.liveEnded();
    expect(rig.result.verdict).toBe('passed_with_exceptions');
  });

  test('an aborted question asks again', () => {
    const rig = recovered();
    rig.fail('up');
    rig.answer('up', 'abort');
    expect(brief(rig.decide('go-on'))).toEqual(['cancel-timer page:', 'page waiting up', 'timer page:up']);
    expect(choicesFor(rig.plan, rig.state, 'up')).toEqual(['retry', 'skip', 'roll-back', 'abort']);
  });

  test('the last step overcome, it is held at the end of the steps', () => {
    const rig = recovered([db, { ...up, onFailure: 'abort' }]);
    rig.fail('up');
    expect(brief(rig.decide('go-on'))).toEqual(['cancel-timer page:', 'page held', 'timer page:']);
    expect(heldChoices(rig.state)).toEqual(['commit', 'roll-back']);
  });

  test('what waited for room in flight goes on too', () => {
    const items = Array.from({ length: 250 }, (_, i) => `i${i}`);
    const each: Sketch = { id: 'each', forEach: { items, maxParallel: 250 }, needs: ['db'] };
    const rig = recovered([db, each]);
    const sent = () => rig.all.filter(c => c.do === 'call' && c.key.startsWith('each[')).length;
    expect(sent()).toBe(200);
    rig.tell(cancel);
    rig.ok('each[i0]');
    expect(sent()).toBe(200);
    rig.decide('go-on');
    expect(sent()).toBe(201);
    for (const item of items.slice(1)) rig.ok(`each[${item}]`);
    expect(sent()).toBe(250);
    expect(rig.status('each')).toBe('succeeded');
  });
});

test('what waits for room among the open tests waits on while the run is held', () => {
  const a: Sketch = { id: 'a', uses: 'zerto/failover-test', needs: ['db'] };
  const stopA: Sketch = { id: 'stop', uses: 'zerto/stop-failover-test', with: { vpg: 'vpg-a' }, needs: ['a'] };
  const rig = new Rig({
    mode: 'failover',
    limits: { maxOpen: 1 },
    steps: [db, a, { ...a, id: 'b' }, stopA, plainCommit],
  }).start('vpg-db', 'vpg-a', 'vpg-b');
  rig.opened('db');
  rig.opened('a');
  rig.tell(cancel);
  expect(brief(rig.closed('a'))).toEqual(['cancel-timer stop:stop']);
  expect(brief(rig.decide('go-on'))).toEqual(['cancel-timer page:', 'open b']);
});

describe('sub-runbooks of a held run', () => {
  const drill: Sketch = {
    id: 'dr',
    needs: ['db'],
    timeoutMs: 60 * minute,
    calls: { mode: 'drill', steps: [{ id: 'x', onFailure: 'ask' }, { id: 'y' }] },
  };

  test('do not end by their time-outs, and have the time again when it goes on', () => {
    const rig = recovered([db, drill, plainCommit]);
    const began = rig.at;
    rig.tell(cancel, 10 * minute);
    expect(brief(rig.fire('frame:dr:1'))).toEqual([]);
    expect(rig.status('dr')).toBe('running');
    expect(rig.at).toBe(began + 60 * minute);
    const commands = rig.tell({ kind: 'decide', choice: 'go-on', by: 'dan', reason: 'on' }, 10 * minute);
    expect(commands.find(c => c.do === 'timer' && c.id === 'frame:dr:1')).toMatchObject({ at: rig.at + 50 * minute });
  });

  test('nor by a question that nobody answers', () => {
    const rig = recovered([db, drill, plainCommit]);
    rig.fail('dr/x');
    rig.tell(cancel);
    expect(brief(rig.fire('ask:dr/x:1'))).toEqual([]);
    expect(brief(rig.decide('go-on'))).toContain('timer ask:dr/x:1');
    rig.fire('ask:dr/x:1');
    expect(rig.status('dr/x')).toBe('failed');
    expect(rig.state.held).toBeDefined();
  });

  test('an abort in one stops that alone; its call’s policy holds the run', () => {
    const call: Sketch = { id: 'dr', calls: { steps: [db, { ...up, onFailure: 'abort' }, keep] } };
    const rig = new Rig({ mode: 'failover', steps: [call, { id: 'z' }] }).start('vpg-db');
    rig.opened('dr/db');
    rig.fail('dr/up');
    expect([rig.status('dr/keep'), rig.status('dr')]).toEqual(['cancelled', 'failed']);
    expect(rig.state.held?.reasons).toEqual(['"dr" failed: "dr/up" failed: dr/up said no']);
    expect(brief(rig.decide('go-on')).at(-1)).toBe('call z');
  });

  test('an approval in one holds the run where it stands', () => {
    const call: Sketch = { id: 'dr', onFailure: 'continue', calls: { steps: [db, keep, plainCommit] } };
    const rig = new Rig({ mode: 'failover', steps: [call] }).start('vpg-db');
    rig.opened('dr/db');
    rig.vote('dr/keep', 'ana', { choice: 'reject' });
    expect(rig.state.held?.reasons).toEqual(['"dr/keep" failed: refused by ana']);
    expect([rig.status('dr'), rig.status('dr/commit')]).toEqual(['running', 'pending']);
    rig.decide('go-on');
    expect(brief(rig.vote('dr/keep', 'ana', { choice: 'commit' })).at(-1)).toBe('commit dr/db at dr/commit');
  });
});

describe('limits.timeout of a live mode', () => {
  test('pages, every 5 minutes, and goes on', () => {
    const rig = new Rig({ ...failover, limits: { timeoutMs: 120 * minute } }).start('vpg-db');
    expect(rig.fire('overtime')).toMatchObject([
      {
        do: 'page',
        about: 'overtime',
        key: '',
        text: 'the run takes longer than limits.timeout (2h): 2h so far',
      },
      { do: 'timer', id: 'overtime', at: rig.at + 5 * minute },
    ]);
    expect(rig.status('db')).toBe('running');
    rig.opened('db');
    rig.tell(cancel);
    expect(brief(rig.fire('overtime'))).toEqual(['timer overtime']);
  });
});
