import { describe, expect, test } from 'vitest';
import { brief, Rig } from './rig.ts';

describe('other sites', () => {
  test('sign in beside the run; a step there waits for it, the others do not', () => {
    const rig = new Rig({
      steps: [
        { id: 'a', needs: [] },
        { id: 'b', site: 'site-a', needs: [] },
      ],
    });
    expect(brief(rig.tell({ kind: 'begin' }))).toEqual(['timer deadline', 'call sign-in', 'call sign-in-site-a']);
    expect(brief(rig.signIn())).toEqual(['call a']);
    expect(rig.status('b')).toBe('pending');
    expect(brief(rig.ok('sign-in-site-a'))).toEqual(['call b']);
    expect(rig.all.at(-1)).toMatchObject({ call: { site: 'site-a' } });
    rig.ok('a');
    rig.ok('b');
    expect(rig.result.verdict).toBe('passed');
  });

  test.each(['failed', 'errored', 'timed_out'] as const)(
    'a sign-in there that %s fails the step that needs it',
    status => {
      const rig = new Rig({ steps: [{ id: 'a' }, { id: 'b', site: 'site-a', onFailure: 'continue' }, { id: 'c' }] });
      rig.tell({ kind: 'begin' });
      rig.signIn();
      expect(brief(rig.fail('sign-in-site-a', status))).toEqual([]);
      expect(brief(rig.ok('a'))).toEqual(['call c']);
      expect(rig.status('b')).toBe(status);
      expect(rig.error('b')).toBe('site-a could not be signed in to: sign-in-site-a said no');
      rig.ok('c');
      expect(rig.result.verdict).toBe('passed_with_exceptions');
    },
  );

  test('one that no step came to need is no exception, and is taken back at the end', () => {
    const rig = new Rig({ steps: [{ id: 'a', site: 'site-a', if: 'false' }, { id: 'b' }] });
    rig.tell({ kind: 'begin' });
    expect(brief(rig.signIn())).toEqual(['call b']);
    expect(brief(rig.ok('b'))).toEqual(['cancel-timer deadline', 'cancel-call sign-in-site-a']);
    rig.fail('sign-in-site-a', 'cancelled');
    expect(rig.result).toMatchObject({ verdict: 'passed', reasons: [] });
  });

  const locking = () => {
    const rig = new Rig({
      mode: 'change',
      steps: [
        { id: 'x', uses: 'test/change', with: { vpg: 'v' } },
        { id: 'y', uses: 'test/change', with: { vpg: 'v' }, site: 'site-a' },
      ],
    });
    rig.tell({ kind: 'begin' });
    return rig;
  };

  test('where a locking step stands, its sign-in is awaited and gives the identifiers', () => {
    const rig = locking();
    expect(brief(rig.signIn('v'))).toEqual([]);
    const [acquire] = rig.ok('sign-in-site-a', { vpgs: { v: 'other-v' } });
    expect(acquire).toMatchObject({ do: 'acquire', vpgs: { v: 'id-v', 'v (site-a)': 'other-v' } });
    expect(brief(rig.tell({ kind: 'granted' }))).toEqual(['call x']);
    expect(rig.ok('x')[0]).toMatchObject({ key: 'y', call: { vpgs: { v: 'other-v' } } });
  });

  test('a failure of such a sign-in stops nothing but its steps', () => {
    const rig = locking();
    rig.signIn('v');
    const [acquire] = rig.fail('sign-in-site-a', 'errored');
    expect(acquire).toMatchObject({ do: 'acquire', vpgs: { v: 'id-v' } });
    expect(brief(rig.tell({ kind: 'granted' }))).toEqual(['call x']);
    rig.ok('x');
    expect(rig.result).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['"y" could not be carried out: site-a could not be signed in to: sign-in-site-a said no'],
    });
  });

  test('a stop takes a sign-in back, and who waited for it', () => {
    const rig = new Rig({ steps: [{ id: 'b', site: 'site-a', needs: [] }] });
    rig.tell({ kind: 'begin' });
    rig.signIn();
    expect(brief(rig.tell({ kind: 'cancel', by: 'bo', reason: 'no', now: false }))).toEqual([
      'cancel-call sign-in-site-a',
    ]);
    rig.fail('sign-in-site-a', 'cancelled');
    expect(rig.status('b')).toBe('cancelled');
    expect(rig.result.verdict).toBe('inconclusive');
  });
});
