import { describe, expect, it } from 'vitest';
import type { ActionCall } from '../../actions/call.ts';
import type { HistoryEvent } from '../../control/history.ts';
import { askedOf, isAsked } from '../../control/vouch.ts';

const run = { workflowId: 'run-1', runId: 'r1' };
const call = (action: string, step: string, more: Partial<ActionCall> = {}): ActionCall => ({
  ...{ action, step, site: 'b', vpgs: { db: 'id' }, with: { vpg: 'db' }, deadline: 5 },
  run: { id: 'run-1', name: 'one', mode: 'failover', requester: 'cem' },
  ...more,
});
const opened = call('zerto/failover', 'db');
const live = { opened, baseline: { tasks: [], reports: [] } };
const word = { by: ['ana'], reason: 'all green' };
const commit = call('zerto/commit', 'commit', { word });
const opens = { kind: 'open', key: 'db', summary: '', call: opened };
const ends = { kind: 'end-live', how: 'commit', key: 'commit', openings: ['db'], summary: '', call: commit };
const signal = (message: object, from?: typeof run): HistoryEvent => ({
  ...{ id: 1, at: 0, kind: 'signalled', signal: 'to-guard', input: ['token', [message]] },
  ...(from === undefined ? {} : { from }),
});
const asked = (...events: HistoryEvent[]) => askedOf(events, ({ runId }) => runId === 'r1', []);

describe('what a guard sends beyond a test', () => {
  it('is what its run asked for, whatever else knows the token', () => {
    expect(isAsked(asked(signal(opens, run)), { call: opened })).toBe(true);
    expect(isAsked(asked(signal(opens)), { call: opened })).toBe(false);
    expect(isAsked(asked(signal(opens, { ...run, runId: 'other' })), { call: opened })).toBe(false);
    expect(isAsked(asked(signal(opens, run)), { call: { ...opened, with: { vpg: 'app' } } })).toBe(false);
    expect(
      isAsked(
        askedOf([], () => false, [opened]),
        { call: opened },
      ),
    ).toBe(true);
  });

  it('is ended in the way, by the people and for the change that its run said', () => {
    const known = asked(signal(ends, run));
    const each = { ...commit, with: { vpg: 'db' } };
    expect(isAsked(known, { call: each, live })).toBe(true);
    expect(isAsked(known, { call: { ...each, word: { by: ['bo'], reason: 'x' } }, live })).toBe(false);
    expect(isAsked(known, { call: { ...each, action: 'zerto/roll-back' }, live })).toBe(false);
    expect(isAsked(known, { call: each, live: { ...live, opened: call('zerto/failover', 'app') } })).toBe(false);
    expect(isAsked(asked(signal(ends)), { call: each, live })).toBe(false);
  });

  it('or what a person said to it, once a worker has let that count', () => {
    const question = { to: 'leases commit', step: 'b/db', reason: 'all green', by: 'ana' };
    const said = (result: object): HistoryEvent[] => [
      { id: 3, at: 0, kind: 'scheduled', activity: 'people/entitle', activityId: 'entitle-1', input: question },
      { id: 5, at: 0, kind: 'succeeded', of: 3, result },
    ];
    const effect = { call: { ...commit, with: { vpg: 'db' } }, live };
    expect(isAsked(asked(...said({ by: 'ana' })), effect)).toBe(true);
    expect(isAsked(asked(...said({ by: 'ana', refused: 'no' })), effect)).toBe(false);
    expect(isAsked(asked(...said({ by: 'bo' })), effect)).toBe(false);
    expect(isAsked(asked(...said({ by: 'ana' })), { ...effect, call: { ...effect.call, with: { vpg: 'app' } } })).toBe(
      false,
    );
    expect(
      isAsked(asked(...said({ by: 'ana' })), { ...effect, call: { ...effect.call, action: 'zerto/roll-back' } }),
    ).toBe(false);
    // Of two whose word it is, each must have said so.
    const word = { by: ['ana', 'bo'], reason: 'all green; all green' };
    const two = { ...effect, call: { ...effect.call, word } };
    expect(isAsked(asked(...said({ by: 'ana' })), two)).toBe(false);
    const both = [...said({ by: 'ana' }), ...said({ by: 'bo' }).map(event => ({ ...event, id: event.id + 10 }))];
    const apart = both.map(event => (event.kind === 'succeeded' && event.id > 10 ? { ...event, of: 13 } : event));
    expect(isAsked(asked(...apart), two)).toBe(true);
  });
});
