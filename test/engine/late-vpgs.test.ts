import { describe, expect, test } from 'vitest';
import type { Sketch } from './plan-builder.ts';
import { brief, Rig } from './rig.ts';

const find: Sketch = { id: 'find', uses: 'zerto/find-vpgs', acquires: true };
const each: Sketch = {
  id: 'each',
  uses: 'zerto/failover-test',
  forEach: { items: { cel: 'steps.find.outputs.vpgs' }, maxParallel: 9 },
  with: { vpg: { cel: 'each.value' } },
};
const found = { vpgs: ['v', 'w'], count: 2, identifiers: { v: 'id-v', w: 'id-w' } };

describe('VPGs that a step finds', () => {
  test('are locked before it has ended; only what is new is asked for', () => {
    const rig = new Rig({
      limits: { onLocked: 'wait', lockWaitMs: 60_000 },
      steps: [{ id: 'own', uses: 'zerto/failover-test', with: { vpg: 'v' }, needs: [] }, { ...find, needs: [] }, each],
    });
    rig.tell({ kind: 'begin' });
    expect(rig.signIn('v')[0]).toMatchObject({ do: 'acquire', vpgs: { v: 'id-v' }, onLocked: 'wait' });
    expect(brief(rig.tell({ kind: 'granted' }))).toEqual(['open own', 'call find']);
    rig.tell({ kind: 'not-opened', key: 'own', status: 'failed', error: 'x' });
    expect(rig.state.frames[0]?.stage).toBe('draining');
  });

  test('and then changed', () => {
    const rig = Rig.started({ steps: [find, each] });
    expect(brief(rig.all).slice(2)).toEqual(['call find']);
    expect(rig.ok('find', found)).toEqual([{ do: 'acquire', vpgs: { v: 'id-v', w: 'id-w' }, onLocked: 'fail' }]);
    expect(rig.status('find')).toBe('running');
    const opened = rig.tell({ kind: 'granted' });
    expect(brief(opened)).toEqual(['open each[v]', 'open each[w]']);
    expect(opened[0]).toMatchObject({ call: { vpgs: { v: 'id-v' } } });
    expect(rig.root.values['find']).toEqual({ status: 'succeeded', outputs: found });
    rig.opened('each[v]');
    rig.opened('each[w]');
    rig.closed('each[v]');
    rig.closed('each[w]');
    expect(rig.result.verdict).toBe('passed');
  });

  test('that somebody else holds make the run inconclusive', () => {
    const rig = Rig.started({ steps: [find, each] });
    rig.ok('find', found);
    rig.tell({ kind: 'not-granted', error: 'v is held by run-0' });
    expect(rig.result).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['"find" could not be carried out: v is held by run-0'],
    });
  });

  test('that were not asked for are not touched', () => {
    const rig = Rig.started({
      steps: [
        { ...find, id: 'f' },
        { id: 'a', uses: 'zerto/failover-test', with: { vpg: { cel: 'steps.f.outputs.other' } } },
      ],
    });
    rig.ok('f', { ...found, other: 'x' });
    rig.tell({ kind: 'granted' });
    expect(rig.error('a')).toBe('the VPG "x" was not looked up when the run signed in');
  });

  test('none is no question', () => {
    const rig = Rig.started({ steps: [find, each] });
    rig.ok('find', { vpgs: [], count: 0, identifiers: {} });
    expect(rig.result.verdict).toBe('passed');
  });

  test('two that find at once are asked for one after the other', () => {
    const rig = Rig.started({
      steps: [{ ...find, id: 'f', needs: [] }, { ...find, id: 'g', needs: [] }, { id: 'z' }],
    });
    expect(rig.ok('f', { identifiers: { v: 'id-v' } })).toMatchObject([{ do: 'acquire', vpgs: { v: 'id-v' } }]);
    expect(rig.ok('g', { identifiers: { w: 'id-w' } })).toEqual([]);
    expect(rig.tell({ kind: 'granted' })).toMatchObject([{ do: 'acquire', vpgs: { w: 'id-w' } }]);
    expect([rig.status('f'), rig.status('g')]).toEqual(['succeeded', 'running']);
    expect(brief(rig.tell({ kind: 'granted' }))).toEqual(['call z']);
  });

  test('a stop while the locks are waited for ends the step; a grant that comes late changes nothing', () => {
    const rig = Rig.started({ steps: [find, each, { id: 'f', phase: 'finally', uses: 'notify' }] });
    rig.ok('find', found);
    expect(brief(rig.tell({ kind: 'cancel', by: 'bo', reason: 'no', now: false }))).toEqual([
      'cancel-timer deadline',
      'release',
      'call f',
    ]);
    expect(rig.status('find')).toBe('cancelled');
    expect(rig.tell({ kind: 'granted' })).toEqual([]);
    rig.ok('f');
    expect(rig.result.verdict).toBe('inconclusive');
  });

  test('through a sub-runbook’s inputs, once for each item', () => {
    const rig = Rig.started({
      steps: [
        find,
        {
          id: 'each',
          forEach: { items: { cel: 'steps.find.outputs.vpgs' }, maxParallel: 9 },
          calls: {
            inputs: { vpg: { cel: 'each.value' } },
            steps: [{ id: 'db', uses: 'zerto/failover-test', with: { vpg: { cel: 'inputs.vpg' } } }],
          },
        },
      ],
    });
    rig.ok('find', found);
    expect(brief(rig.tell({ kind: 'granted' }))).toEqual([
      'timer frame:each[v]:1',
      'timer frame:each[w]:2',
      'open each[v]/db',
      'open each[w]/db',
    ]);
  });
});

test('a VPG that each item of a late list changes is locked at the start', () => {
  const rig = new Rig({
    steps: [
      find,
      {
        id: 'each',
        forEach: { items: { cel: 'steps.find.outputs.vpgs' }, maxParallel: 9 },
        calls: { inputs: {}, steps: [{ id: 'db', uses: 'zerto/failover-test', with: { vpg: 'crm' } }] },
      },
    ],
  });
  rig.tell({ kind: 'begin' });
  expect(rig.signIn('crm')[0]).toMatchObject({ do: 'acquire', vpgs: { crm: 'id-crm' } });
});

describe('a VPG that a step makes', () => {
  const make: Sketch = { id: 'make', uses: 'zerto/create-vpg', with: { vpg: 'crm' }, acquires: true };
  const edit: Sketch = { id: 'edit', uses: 'test/change', with: { vpg: 'crm' } };

  test('is locked by its site and name from the start, and by its identifier when it is known', () => {
    const rig = new Rig({ mode: 'change', steps: [make, edit] });
    rig.tell({ kind: 'begin' });
    expect(rig.signIn()).toMatchObject([{ do: 'acquire', vpgs: { crm: 'site-b/crm' } }]);
    expect(brief(rig.tell({ kind: 'granted' }))).toEqual(['call make']);
    expect(rig.ok('make', { id: 'id-crm', vpg: 'crm', identifiers: { crm: 'id-crm' } })).toMatchObject([
      { do: 'acquire', vpgs: { crm: 'id-crm' } },
    ]);
    expect(rig.tell({ kind: 'granted' })).toMatchObject([
      { do: 'call', key: 'edit', call: { vpgs: { crm: 'id-crm' } } },
    ]);
    rig.ok('edit');
    expect(rig.result.verdict).toBe('passed');
  });

  test('whose name is known late is locked as it is made', () => {
    const rig = Rig.started({
      mode: 'change',
      steps: [
        { id: 'name' },
        { ...make, with: { vpg: { cel: 'steps.name.outputs.x' } } },
        { ...edit, with: { vpg: { cel: 'steps.make.outputs.vpg' } } },
      ],
    });
    expect(rig.ok('name', { x: 'crm' })).toMatchObject([{ do: 'acquire', vpgs: { crm: 'site-b/crm' } }]);
    expect(brief(rig.tell({ kind: 'granted' }))).toEqual(['call make']);
    rig.ok('make', { vpg: 'crm', identifiers: { crm: 'id-crm' } });
    expect(brief(rig.tell({ kind: 'granted' }))).toEqual(['call edit']);
  });
});
