import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { Plan } from '../../compiler/plan.ts';
import { viewRun } from '../../control/run-view.ts';
import { approval, peers, start, watched } from './watched.ts';

function planOf(steps: string): Plan {
  const text = `apiVersion: drillbook/v1
name: tidy
site: site-b
modes: [change]
steps:
  - { id: go, uses: approval, with: { message: Go?, from: [dr-managers] }, timeout: 15m }
${steps}`;
  const planned = compile({ file: 'tidy.yaml', text }).plan('change', {});
  if (!('plan' in planned)) throw new Error(planned.diagnostics.map(d => `${d.code} ${d.message}`).join('\n'));
  return planned.plan;
}

const approve = (steps: string) => {
  const run = watched({ mode: 'change', plan: planOf(steps), pending: [approval('go')] });
  return viewRun(run, { peers }, start).decisions[0]?.choices[0];
};

describe('what an approval of a change gives up', () => {
  test.each([
    [
      'zerto/delete-vpg, with: { vpg: old }',
      'Deletes old: its VMs are protected no longer, and its checkpoints are lost.',
    ],
    [
      'zerto/delete-vpg, with: { vpg: old, keep-volumes: false }',
      'Deletes old: its VMs are protected no longer, and its checkpoints and its disks at the recovery site are lost.',
    ],
    [
      'zerto/edit-vpg, with: { vpg: crm, remove-vms: [crm-1] }',
      'Changes the settings of crm: checkpoints that it has now can be lost, and crm-1 is protected no longer.',
    ],
    ['zerto/force-sync, with: { vpg: crm }', 'Synchronises all of crm again: until that ends it cannot be recovered.'],
  ])('%s says so, and asks for the name', (uses, means) => {
    expect(approve(`  - { id: x, uses: ${uses} }`)).toMatchObject({ means, destroys: true });
  });

  test('what can be undone is named, and asks for no name', () => {
    const kept = '  - { id: priority, uses: zerto/edit-vpg, with: { vpg: crm, set: { priority: high } } }';
    expect(approve(kept)).toMatchObject({ means: 'Goes on: priority.', destroys: false });
    const lost = '  - { id: sync, uses: zerto/force-sync, with: { vpg: crm } }';
    expect(approve(`${kept}\n${lost}`)).toMatchObject({
      means: 'Synchronises all of crm again: until that ends it cannot be recovered. Goes on: priority.',
      destroys: true,
    });
  });
});

test('a surprise that waits is no worker that is missing', () => {
  const run = watched({ progress: [] });
  const terms = { blackouts: [], cron: '30 3 * * 6', timeZone: 'Europe/London', jitterMs: 0, overlap: 'skip' } as const;
  const schedule = { id: 'payments/weekly', ...terms, withinMs: 2 * 3_600_000, catchUpMs: 600_000 };
  const { now } = viewRun({ ...run, start: { ...run.start, schedule } }, { peers }, start + 60_000);
  expect(now).toMatchObject({
    sentence: 'A surprise of the schedule payments/weekly: it begins at some time before 04:10:00Z.',
    tone: 'idle',
    since: start,
  });
});
