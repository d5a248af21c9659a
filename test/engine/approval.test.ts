import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ballot, describeGate, type Gate, openGate, vote } from '../../engine/approval.ts';
import { pendingOf } from '../../engine/engine.ts';
import { db, go, minute, tell, up } from './failover-sketch.ts';
import type { Sketch } from './plan-builder.ts';
import { brief, Rig, run } from './rig.ts';

const at = Date.UTC(2026, 10, 21, 3, 0, 0);

function gateOf(given: Parameters<typeof openGate>[0] = {}, live = true): Gate {
  const gate = openGate(
    { message: 'Fail over?', from: ['dr-managers'], ...given },
    { requester: 'rob', openedAt: at, expiresAt: at + 15 * minute, live },
  );
  if (!gate.ok) throw new Error(gate.error);
  return gate.value;
}

const by = (person: string, more: Partial<Ballot> = {}): Ballot => ({
  at: at + minute,
  by: person,
  choice: 'approve',
  reason: '',
  ...more,
});

describe('a quorum', () => {
  test('is so many different people for the same choice', () => {
    const gate = gateOf({ count: 2, choices: ['commit', 'roll-back'] });
    expect(vote(gate, by('ana', { choice: 'commit', reason: 'all green' }))).toEqual({
      kind: 'counted',
      text: 'ana voted commit (1 of 2): all green',
    });
    expect(vote(gate, by('bo', { choice: 'roll-back' }))).toEqual({
      kind: 'counted',
      text: 'bo voted roll-back (1 of 2)',
    });
    expect(vote(gate, by('cem', { choice: 'commit', reason: 'yes', at: at + 2 * minute }))).toEqual({
      kind: 'decided',
      text: 'cem voted commit (2 of 2): yes',
      decision: {
        choice: 'commit',
        by: ['ana', 'cem'],
        at: '2026-11-21T03:02:00.000Z',
        reason: 'all green; yes',
        broke_glass: false,
      },
    });
  });

  test('one vote a person, which may change until it ends', () => {
    const gate = gateOf({ count: 2, choices: ['commit', 'roll-back'] });
    vote(gate, by('ana', { choice: 'commit' }));
    expect(vote(gate, by('ana', { choice: 'commit' }))).toEqual({
      kind: 'refused',
      why: 'ana has voted commit already',
    });
    expect(vote(gate, by('ana', { choice: 'roll-back' }))).toMatchObject({
      kind: 'counted',
      text: 'ana now votes roll-back (1 of 2)',
    });
    expect(vote(gate, by('bo', { choice: 'commit' })).kind).toBe('counted');
    expect(gate.votes.map(v => [v.by, v.choice])).toEqual([
      ['ana', 'roll-back'],
      ['bo', 'commit'],
    ]);
    expect(vote(gate, by('bo', { choice: 'roll-back' }))).toMatchObject({ decision: { by: ['ana', 'bo'] } });
  });

  test('by default one person and one choice', () => {
    expect(vote(gateOf(), by('ana'))).toMatchObject({ decision: { choice: 'approve', by: ['ana'], reason: '' } });
  });

  test('one reject ends it, whatever was voted before', () => {
    const gate = gateOf({ count: 3 });
    vote(gate, by('ana'));
    expect(vote(gate, by('bo', { choice: 'reject', reason: 'too early' }))).toEqual({
      kind: 'rejected',
      text: 'refused by bo: too early',
    });
  });
});

describe('a vote does not count', () => {
  const cases: readonly [string, Parameters<typeof openGate>[0], Ballot, string][] = [
    ['unknown choice', {}, by('ana', { choice: 'maybe' }), '"maybe" is no choice here: choose approve, reject'],
    [
      'of the requester, in a live mode',
      {},
      by('rob', { choice: 'reject' }),
      'rob has started the run, and another must decide',
    ],
    [
      'as it expires',
      {},
      by('ana', { at: at + 15 * minute }),
      'it came too late: the approval expired at 2026-11-21T03:15:00.000Z',
    ],
    [
      'that the worker refused',
      {},
      by('ana', { refused: 'ana is in none of dr-managers' }),
      'ana is in none of dr-managers',
    ],
    ['without a name', {}, by(' '), 'it has nobody’s name on it'],
    [
      'breaking a glass that is not there',
      {},
      by('cem', { breakGlass: true, reason: 'x' }),
      'nobody may break the glass here',
    ],
    [
      'breaking the glass without a reason',
      { 'break-glass': ['dr-duty'] },
      by('cem', { breakGlass: true, reason: ' ' }),
      'who breaks the glass must give a reason',
    ],
  ];
  test.each(cases)('%s', (_, given, ballot, why) => {
    const gate = gateOf({ count: 2, ...given });
    vote(gate, by('bo'));
    const before = JSON.stringify(gate);
    expect(vote(gate, ballot)).toEqual({ kind: 'refused', why });
    expect(JSON.stringify(gate)).toBe(before);
  });

  test('defect: whoever made PagerDuty deliver approved alone what it began: he has asked for the run too', () => {
    const about = { requester: 'pagerduty', behind: 'ana', openedAt: 0, expiresAt: 1_000, live: true };
    const opened = openGate({ message: 'Go?', from: ['dr-managers'] }, about);
    if (!opened.ok) throw new Error(opened.error);
    expect(vote(opened.value, { ...by('ana'), at: 1 })).toEqual({
      kind: 'refused',
      why: 'ana has started the run, and another must decide',
    });
    expect(vote(opened.value, { ...by('bo'), at: 1 }).kind).toBe('decided');
  });

  test('the requester may where the mode is not live, or the author says so', () => {
    expect(vote(gateOf({}, false), by('rob')).kind).toBe('decided');
    expect(vote(gateOf({ 'not-requester': false }), by('rob')).kind).toBe('decided');
    expect(vote(gateOf({ 'not-requester': true }, false), by('rob')).kind).toBe('refused');
  });
});

describe('breaking the glass', () => {
  test.each(['cem', 'rob'])('%s decides alone, with a reason', person => {
    const gate = gateOf({ count: 3, 'break-glass': ['dr-duty'] });
    expect(vote(gate, by(person, { breakGlass: true, reason: 'nobody answers' }))).toEqual({
      kind: 'decided',
      text: `approve: ${person} broke the glass: nobody answers`,
      decision: {
        choice: 'approve',
        by: [person],
        at: '2026-11-21T03:01:00.000Z',
        reason: 'nobody answers',
        broke_glass: true,
      },
    });
  });

  test('also where his own vote was one of too few', () => {
    const gate = gateOf({ count: 3, 'break-glass': ['dr-duty'] });
    vote(gate, by('cem'));
    expect(vote(gate, by('cem', { breakGlass: true, reason: 'nobody else' }))).toMatchObject({
      decision: { by: ['cem'], broke_glass: true },
    });
  });
});

test.each([
  [{ message: 3 }, '"with.message" is no text'],
  [{ from: [] }, '"with.from" names nobody'],
  [{ from: 'ana' }, '"with.from" names nobody'],
  [{ count: 1.5 }, '"with.count" is no whole number from 1'],
  [{ choices: [] }, '"with.choices" is no list of choices'],
  [{ 'break-glass': 'dr-duty' }, '"with.break-glass" is no list of names'],
  [{ 'not-requester': 'yes' }, '"with.not-requester" is neither true nor false'],
  [{ remind: 0 }, '"with.remind" is no time'],
])('%j gives no gate', (given, error) => {
  const about = { requester: 'rob', openedAt: at, expiresAt: at + 1, live: true };
  expect(openGate({ message: 'm', from: ['a'], ...given }, about)).toEqual({ ok: false, error });
});

test('people are told what there is to decide and how far it is', () => {
  const gate = gateOf({ count: 2, choices: ['commit', 'roll-back'] });
  vote(gate, by('ana', { choice: 'commit' }));
  expect(describeGate(gate)).toBe(
    'Fail over? (2 of dr-managers must choose: commit, roll-back, reject; so far ana: commit)',
  );
});

test('whatever is voted: no more than one vote a person, and a decision only by a quorum or by broken glass', () => {
  const ballots = fc.array(
    fc.record({
      by: fc.constantFrom('ana', 'bo', 'cem', 'rob'),
      choice: fc.constantFrom('commit', 'roll-back', 'reject', 'no'),
      reason: fc.constantFrom('', 'because'),
      at: fc.constantFrom(at, at + minute, at + 20 * minute),
      glass: fc.boolean(),
      refused: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(ballots, fc.integer({ min: 1, max: 3 }), (all, count) => {
      const gate = gateOf({ count, choices: ['commit', 'roll-back'], 'break-glass': ['duty'] });
      for (const { glass, refused, ...ballot } of all) {
        const told = vote(gate, {
          ...ballot,
          ...(glass ? { breakGlass: true } : {}),
          ...(refused ? { refused: 'not entitled' } : {}),
        });
        expect(new Set(gate.votes.map(v => v.by)).size).toBe(gate.votes.length);
        const same = gate.votes.filter(v => v.choice === ballot.choice);
        switch (told.kind) {
          case 'refused':
            continue;
          case 'counted':
            expect(same.length).toBeLessThan(count);
            continue;
          case 'rejected':
            expect(ballot.choice).toBe('reject');
            return;
          case 'decided':
            expect(ballot.at).toBeLessThan(gate.expiresAt);
            expect(refused).toBe(false);
            if (told.decision.broke_glass) expect([glass, ballot.reason]).toEqual([true, 'because']);
            else {
              expect(told.decision.by).toEqual(same.map(v => v.by));
              expect(same).toHaveLength(count);
              expect(told.decision.by).not.toContain('rob');
            }
            return;
        }
      }
    }),
  );
});

describe('in a run', () => {
  const open = () => new Rig({ mode: 'failover', steps: [go, db, tell] }).start('vpg-db');

  test('people are asked, told at once, and again at each reminder', () => {
    const rig = open();
    expect(brief(rig.all.slice(-3))).toEqual(['timer expiry:go', 'page waiting go', 'timer page:go']);
    expect(rig.all.at(-2)).toEqual({
      do: 'page',
      about: 'waiting',
      key: 'go',
      text: 'Fail payments over? (2 of dr-managers must choose: approve, reject)',
      everyMs: 300_000,
    });
    rig.vote('go', 'ana');
    expect(rig.fire('page:go')[0]).toMatchObject({
      do: 'page',
      text: expect.stringContaining('so far ana: approve') as string,
    });
    const since = rig.at;
    expect(rig.all.at(-1)).toMatchObject({ id: 'page:go', at: since + 5 * minute });
    expect(rig.status('db')).toBe('pending');
  });

  test('a quorum lets the wall open, with its outputs', () => {
    const rig = open();
    expect(rig.vote('go', 'ana', { reason: 'site lost' })).toEqual([]);
    expect(brief(rig.vote('go', 'bo'))).toEqual(['cancel-timer expiry:go', 'cancel-timer page:go', 'open db']);
    expect(rig.root.values.go).toEqual({
      status: 'succeeded',
      outputs: {
        choice: 'approve',
        by: ['ana', 'bo'],
        at: new Date(rig.at).toISOString(),
        reason: 'site lost',
        broke_glass: false,
      },
    });
    expect(rig.state.gates).toEqual({});
  });

  test('every vote and every refusal leaves a line, and a refusal changes nothing', () => {
    const rig = open();
    const { seq } = rig;
    rig.vote('go', 'ana', { id: 'v1' });
    rig.vote('go', 'ana', { id: 'v1' });
    rig.vote('go', 'ana', { id: 'v2' });
    rig.vote('go', 'ann');
    rig.vote('go', 'bo', { choice: 'maybe' });
    rig.vote('go', 'cem', { refused: 'cem is in none of dr-managers' });
    rig.vote('go', 'cem', { breakGlass: true });
    rig.vote('db', 'bo');
    rig.vote('nowhere', 'bo');
    expect(rig.lines(seq)).toEqual([
      'go running: ana voted approve (1 of 2)',
      'go running: vote of ana for approve refused: ana has voted approve already',
      'go running: vote of ann for approve refused: ann has started the run, and another must decide',
      'go running: vote of bo for maybe refused: "maybe" is no choice here: choose approve, reject',
      'go running: vote of cem for approve refused: cem is in none of dr-managers',
      'go running: vote of cem for approve refused: who breaks the glass must give a reason',
      'db pending: vote of bo for approve refused: there is no approval "db"',
      ' running: vote of bo for approve at "nowhere" refused: there is no approval "nowhere"',
    ]);
    expect(rig.state.gates.go?.votes.map(v => v.by)).toEqual(['ana']);
  });

  test('an id counts once, also for the same approval asked anew or another', () => {
    const rig = new Rig({
      mode: 'failover',
      steps: [
        { ...go, with: { ...go.with, count: 1 } },
        { ...go, id: 'again' },
      ],
    }).start();
    rig.vote('go', 'ana', { id: 'v1' });
    expect(rig.status('again')).toBe('running');
    rig.vote('again', 'ana', { id: 'v1' });
    expect(rig.state.gates.again?.votes).toEqual([]);
  });

  test('one that comes too early or too late is refused', () => {
    const rig = new Rig({
      mode: 'failover',
      steps: [
        { ...go, with: { ...go.with, count: 1 } },
        { ...go, id: 'next' },
      ],
    }).start();
    const { seq } = rig;
    rig.vote('next', 'ana');
    rig.vote('go', 'ana');
    rig.vote('go', 'bo');
    const lines = rig.lines(seq);
    expect(lines[0]).toBe('next pending: vote of ana for approve refused: the approval is not open yet');
    expect(lines.at(-1)).toBe('go succeeded: vote of bo for approve refused: it came too late: the approval has ended');
  });

  test('in the moment in which it expires no vote counts, whichever comes first', () => {
    const rig = open();
    rig.vote('go', 'ana');
    expect(rig.vote('go', 'bo', {}, 15 * minute - 1_000)).toEqual([]);
    expect(rig.lines().at(-1)).toContain('it came too late: the approval expired at');
    rig.fire('expiry:go');
    expect(rig.status('go')).toBe('timed_out');
  });

  test('a reject ends it: with nothing live open the run stops, inconclusive', () => {
    const rig = open();
    expect(brief(rig.vote('go', 'bo', { choice: 'reject', reason: 'a false alarm' }))).toEqual([
      'cancel-timer expiry:go',
      'cancel-timer page:go',
      'cancel-timer overtime',
      'release',
      'call tell',
    ]);
    rig.ok('tell');
    expect(rig.result).toMatchObject({
      verdict: 'inconclusive',
      recoveryVerdict: 'inconclusive',
      ended: 'stopped',
      reasons: ['"go" failed: refused by bo: a false alarm'],
    });
    expect(rig.status('db')).toBe('cancelled');
  });

  test('so does its expiry, and it is never a question', () => {
    const rig = open();
    rig.vote('go', 'ana');
    rig.fire('expiry:go');
    rig.ok('tell');
    expect(rig.result).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['"go" timed out: expired: no decision within 15m (ana: approve)'],
    });
  });

  test('broken glass is an exception in both verdicts', () => {
    const rig = new Rig({ mode: 'failover', steps: [go, up] }).start();
    rig.vote('go', 'cem', { breakGlass: true, reason: 'nobody answers' });
    rig.ok('up');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      recoveryVerdict: 'passed_with_exceptions',
      reasons: ['"go" was decided by cem alone, who broke the glass: nobody answers'],
    });
  });

  test('a drill’s end expires an approval that is open', () => {
    const rig = new Rig({ limits: { timeoutMs: 10 * minute }, steps: [{ ...go, timeoutMs: 60 * minute }] }).start();
    expect(rig.state.gates.go?.expiresAt).toBe(rig.state.endsAt);
    rig.fire('deadline');
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', reasons: ['limits.timeout (10m) passed'] });
    expect(rig.error('go')).toBe('limits.timeout (10m) passed');
    expect(rig.state.gates).toEqual({});
  });

  test('what cannot be rendered is errored, and the run stops', () => {
    const rig = new Rig({ steps: [{ ...go, with: { ...go.with, message: { cel: 'inputs.nothing' } } }] }).start();
    expect(rig.status('go')).toBe('errored');
    expect(rig.result.verdict).toBe('inconclusive');
  });

  test('in a sub-runbook, a refusal ends the whole run whatever the caller’s policy is', () => {
    const rig = new Rig({
      steps: [{ id: 'dr', calls: { steps: [{ ...go, timeoutMs: 5 * minute }] }, onFailure: 'continue' }, { id: 'z' }],
    }).start();
    expect(rig.vote('dr/go', 'bo', { choice: 'reject' }).at(-1)).toMatchObject({ do: 'end' });
    expect(rig.status('z')).toBe('cancelled');
    expect(rig.result).toMatchObject({ verdict: 'inconclusive', ended: 'stopped' });
  });

  test('those who wait are listed with what they need to know', () => {
    const rig = open();
    rig.vote('go', 'ana', { reason: 'yes' });
    const at = rig.state.gates.go?.votes[0]?.at;
    expect(pendingOf(rig.plan, rig.state)).toEqual([
      {
        key: 'go',
        notFrom: ['ann'],
        kind: 'approval',
        since: rig.state.gates.go?.openedAt,
        message: 'Fail payments over?',
        from: ['dr-managers'],
        count: 2,
        breakGlass: ['dr-duty'],
        choices: ['approve', 'reject'],
        votes: [{ by: 'ana', choice: 'approve', at }],
        expiresAt: (rig.state.gates.go?.openedAt ?? 0) + 15 * minute,
      },
    ]);
  });
});

test('one that needs what failed is not left out: the run does not pass it', () => {
  const soft: Sketch = { id: 'soft', onFailure: 'continue' };
  const steps = [soft, { ...go, needs: ['soft'] }, { id: 'z', needs: [] }];
  const rig = new Rig({ mode: 'failover', steps }).start();
  rig.fail('soft');
  expect([rig.status('go'), rig.error('go'), rig.status('z')]).toEqual([
    'errored',
    'not asked: "soft" failed',
    'cancelled',
  ]);
  expect(rig.result.verdict).toBe('inconclusive');

  const held = new Rig({ mode: 'failover', steps: [db, ...steps] }).start('vpg-db');
  held.opened('db');
  held.fail('soft');
  expect(held.state.held?.reasons).toEqual(['"go" could not be carried out: not asked: "soft" failed']);
  held.decide('go-on');
  expect([held.status('go'), held.status('z')]).toEqual(['running', 'pending']);
});

test('a look asks nobody', () => {
  const ask: Sketch = { id: 'ask', phase: 'preflight', uses: 'manual', with: { instructions: 'Look.' } };
  const rig = new Rig({ steps: [ask, go] }, undefined, { ...run, dry: true }).start();
  expect([rig.status('ask'), rig.status('go')]).toEqual(['skipped', 'skipped']);
});

test('people may be asked before the steps begin, too', () => {
  const rig = new Rig({ steps: [{ ...go, phase: 'preflight' }, up] }).start();
  expect(pendingOf(rig.plan, rig.state).map(p => p.key)).toEqual(['go']);
  rig.vote('go', 'bo', { choice: 'reject' });
  expect(rig.result).toMatchObject({ verdict: 'inconclusive', reasons: ['"go" failed: refused by bo'] });
});

test('a vote that came does not come again, however many other words were said since', () => {
  const two: Sketch = { ...go, with: { ...go.with, choices: ['commit', 'roll-back'], count: 3 } };
  const rig = Rig.started({ mode: 'failover', steps: [two, db] }, 'vpg-db');
  const word = { id: 'w', choice: 'commit', verified: true } as const;
  rig.vote('go', 'ana', word, 0);
  rig.vote('go', 'ana', { choice: 'roll-back' }, 0);
  for (let n = 0; n < 600; n++) rig.vote('go', `m${n}`, { id: `x${n}`, refused: 'nothing proves it' }, 0);
  rig.vote('go', 'ana', word, 5 * minute);
  expect(rig.state.gates['go']?.votes).toMatchObject([{ by: 'ana', choice: 'roll-back' }]);
  // A signature is good for no longer than that.
  rig.vote('go', 'bo', { choice: 'commit' }, 16 * minute);
  expect(rig.state.words).toHaveLength(1);
});
