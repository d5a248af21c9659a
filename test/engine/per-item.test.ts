import { describe, expect, test } from 'vitest';
import { brief, Rig } from './rig.ts';

const minute = 60_000;

const items = [
  { name: 'db', time: '30m', word: 'abort', tries: 3 },
  { name: 'app', time: '5m', word: 'continue', tries: 1 },
  { name: 'web', time: '10m', word: 'ask', tries: 2 },
];

const word = { onFailure: { cel: 'each.value.word' } } as const;

function started(perItem: object, more: object = {}): Rig {
  const sketch = { id: 'f', forEach: { items, maxParallel: 3 }, perItem, ...more };
  return Rig.started({ steps: [sketch, { id: 'z' }] });
}

const calls = (rig: Rig) => rig.all.flatMap(command => (command.do === 'call' ? [command] : []));

describe('what an item of a for-each has of its own (rule 15)', () => {
  test('its time-out is that of the call, and counts from its own start', () => {
    const rig = started({ timeout: { cel: 'duration(each.value.time)' } }, { timeoutMs: 20 * minute });
    const sent = calls(rig).filter(call => call.key.startsWith('f'));
    expect(sent.map(call => call.timeoutMs)).toEqual([30, 5, 10].map(n => n * minute));
    expect(sent.map(call => call.call.deadline - rig.at)).toEqual([30, 5, 10].map(n => n * minute));
  });

  test('it tries again as often as its own retry says', () => {
    const until = { map: { everyMs: { lit: 15_000 }, backoff: { lit: 1 }, attempts: { cel: 'each.value.tries' } } };
    const sent = calls(started({ until })).filter(call => call.key.startsWith('f'));
    expect(sent.map(call => call.call.until)).toEqual(
      [3, 1, 2].map(attempts => ({ everyMs: 15_000, backoff: 1, attempts })),
    );
  });

  test('continue: its failure is an exception, the others go on', () => {
    const rig = started(word);
    expect(brief(rig.fail('f[1]'))).toEqual([]);
    rig.ok('f[0]');
    expect(brief(rig.ok('f[2]'))).toEqual(['call z']);
    expect(rig.status('f')).toBe('failed');
    rig.ok('z');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      reasons: ['"f" failed: [1]: f[1] said no'],
    });
    expect(rig.result.steps.filter(step => step.excused === true).map(step => step.key)).toEqual(['f[1]']);
  });

  test('abort: its failure stops the run', () => {
    const rig = started(word, { onFailure: 'ask' });
    expect(brief(rig.fail('f[0]'))).toEqual(['cancel-call f[1]', 'cancel-call f[2]']);
    rig.fail('f[1]', 'cancelled');
    rig.fail('f[2]', 'cancelled');
    expect(rig.result.verdict).toBe('failed');
  });

  test('ask: a person is asked; what is excused beside it does not count', () => {
    const rig = started(word);
    expect(brief(rig.fail('f[2]'))).toEqual(['timer ask:f[2]:1']);
    rig.fail('f[1]');
    rig.ok('f[0]');
    expect(brief(rig.answer('f[2]', 'skip'))).toEqual(['cancel-timer ask:f[2]:1', 'call z']);
    rig.ok('z');
    expect(rig.result).toMatchObject({
      verdict: 'passed_with_exceptions',
      reasons: ['"f[2]" was skipped by bo: looked at it', '"f" failed: [1]: f[1] said no'],
    });
  });

  test('an excused check does not end the RTO', () => {
    const rig = Rig.started(
      {
        objectives: { rtoMs: 60 * minute },
        steps: [
          { id: 'db', uses: 'zerto/failover-test' },
          { id: 'f', uses: 'check/tcp', forEach: { items, maxParallel: 3 }, perItem: word },
        ],
      },
      'vpg-db',
    );
    rig.opened('db', { checkpoint_time: '2026-11-21T01:59:00Z' });
    rig.ok('f[0]');
    rig.ok('f[2]', {}, 9_000);
    rig.called('f[1]', { status: 'failed', error: 'no' }, 40_000);
    rig.closed('db');
    expect(rig.result.verdict).toBe('passed_with_exceptions');
    expect(rig.result.rto).toMatchObject({ ms: 11_000, met: true });
  });

  test.each([
    [{ timeout: { cel: 'duration("0s")' } }, 'timeout', 'a time of more than zero, ten years at most is wanted'],
    [{ timeout: { cel: 'each.value.name' } }, 'timeout', 'a time of more than zero, ten years at most is wanted'],
    [{ onFailure: { lit: 'stop' } }, 'on-failure', 'abort, continue or ask is wanted'],
    [{ until: { lit: { everyMs: 1, backoff: 1 } } }, 'retry', /is wanted$/],
    [{ until: { lit: { everyMs: 1, backoff: 1, attempts: 0 } } }, 'retry', /is wanted$/],
    [{ timeout: { cel: 'each.value.nothing' } }, 'timeout', /nothing/],
  ])('%j: what cannot be makes the item errored, and nothing of it starts', (perItem, key, why) => {
    const rig = started({ onFailure: { lit: 'continue' }, ...perItem });
    expect(rig.status('f[0]')).toBe('errored');
    expect(rig.error('f[0]')).toContain(`"${key}" of "f[0]": `);
    expect(rig.error('f[0]')).toMatch(why);
    expect(calls(rig).map(call => call.key)).not.toContain('f[0]');
  });

  test('its own on-failure counts although its time-out cannot be had', () => {
    const rig = started({ ...word, timeout: { cel: 'each.value.nothing' } }, { forEach: { items: items.slice(1, 2) } });
    expect(rig.status('f[0]')).toBe('errored');
    rig.ok('z');
    expect(rig.result.verdict).toBe('passed_with_exceptions');
  });

  test('an item that its "if" leaves out needs none of it', () => {
    const rig = started({ timeout: { cel: 'each.value.nothing' } }, { if: 'false' });
    expect(rig.status('f')).toBe('skipped');
    rig.ok('z');
    expect(rig.result.verdict).toBe('passed');
  });

  test('a state that was written down and read goes on with it', () => {
    const rig = started(word);
    expect(JSON.parse(JSON.stringify(rig.entry('f[1]')))).toMatchObject({ own: { onFailure: 'continue' } });
  });
});
