import { describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import type { Plan } from '../../compiler/plan.ts';
import type { Progress } from '../../engine/types.ts';
import { viewRun } from '../../control/run-view.ts';
import { opening } from '../report/sample.ts';
import { approval, type Made, peers, start, watched } from './watched.ts';

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

const head = (name: string, modes = '[failover]') =>
  `apiVersion: drillbook/v1\nname: ${name}\nsite: site-b\nmodes: ${modes}\n`;
const ask = (id: string, choices = '[approve]') =>
  `  - { id: ${id}, uses: approval, with: { message: Go?, from: [dr-managers], choices: ${choices} }, timeout: 15m }`;
const failover = (id: string, vpg: string) => `  - { id: ${id}, uses: zerto/failover, with: { vpg: ${vpg} } }`;
const call = (id: string, file: string, more = '') =>
  `  - { id: ${id}, ${more}uses: runbook, with: { file: ${file} } }`;
const shutdown = 'The source VMs are shut down where their site is connected; else they may go on taking writes.';
const keeps = 'where it is: after this there is no roll-back, only a failback. Nothing protects it afterwards.';

/** A failover of `tidy.yaml`, and the files that it calls. */
function livePlan(steps: readonly string[], files: Readonly<Record<string, string>> = {}, modes = '[failover]'): Plan {
  const load = (file: string) => ({ file, text: files[file] ?? '' });
  const text = `${head('tidy', modes)}steps:\n${steps.join('\n')}\n`;
  const planned = compile({ file: 'tidy.yaml', text }, { load }).plan('failover', {});
  if (!('plan' in planned)) throw new Error(planned.diagnostics.map(d => `${d.code} ${d.message}`).join('\n'));
  return planned.plan;
}

const fileOf = (name: string, steps: readonly string[], more = '', modes = '[failover]') =>
  `${head(name, modes)}${more}steps:\n${steps.join('\n')}\n`;

/** What each choice says, in order; `!` before it: it asks for the name. */
function said(plan: Plan, pending: Parameters<typeof approval>[1] & { readonly key: string }, made: Made = {}) {
  const run = watched({ mode: 'failover', plan, ...made, pending: [approval(pending.key, pending)] });
  const choices = viewRun(run, { peers }, start).decisions[0]?.choices ?? [];
  return choices.map(({ means, destroys }) => `${destroys ? '!' : ''}${means}`);
}

const liveOpen = opening('crm', 180_000, 0, { action: 'zerto/failover', state: 'open' });
const discards = '!Discards everything written at site-b since 02:13:00Z (crm).';

describe('what an approval leads to in sub-runbooks', () => {
  test('defect: a failover in a sub-runbook was approved without a word of production and without the name', () => {
    const files = { 'one.yaml': fileOf('one', [failover('db', 'crm')]) };
    const plan = livePlan([ask('go'), call('dr', 'one.yaml')], files);
    expect(said(plan, { key: 'go', choices: ['approve'] })).toEqual([
      `!Fails over crm to site-b: production. ${shutdown}`,
    ]);
  });

  test('defect: of a failover and its commit in a sub-runbook of a sub-runbook neither was named', () => {
    const files = {
      'one.yaml': fileOf('one', [
        failover('db', 'crm'),
        ask('keep', '[commit, roll-back]'),
        "  - { id: c, if: steps.keep.outputs.choice == 'commit', uses: zerto/commit, with: { reverse-protect: false } }",
        "  - { id: r, if: steps.keep.outputs.choice == 'roll-back', uses: zerto/roll-back }",
      ]),
      'two.yaml': fileOf('two', [call('inner', 'one.yaml')]),
    };
    const plan = livePlan([ask('go'), call('outer', 'two.yaml'), failover('late', 'erp')], files);
    const asked = said(plan, { key: 'go', choices: ['approve'] });
    expect(asked).toEqual([`!Fails over crm to site-b: production. ${shutdown}`]);
    const journal = { openings: [liveOpen] };
    expect(said(plan, { key: 'outer/inner/keep', choices: ['commit', 'roll-back'] }, { journal })).toEqual([
      `!Keeps crm ${keeps} Fails over erp to site-b: production. ${shutdown}`,
      `${discards} Fails over erp to site-b: production. ${shutdown}`,
    ]);
  });

  test('a for-each of sub-runbooks names the VPG of each item', () => {
    const inputs = 'inputs: { vpg: { type: string, required: true } }\n';
    const files = { 'one.yaml': fileOf('one', [failover('db', '"${{ inputs.vpg }}"')], inputs) };
    const each =
      '  - { id: dr, for-each: [crm, erp], uses: runbook, with: { file: one.yaml, inputs: { vpg: "${{ each.value }}" } } }';
    expect(said(livePlan([ask('go'), each], files), { key: 'go', choices: ['approve'] })).toEqual([
      `!Fails over crm, erp to site-b: production. ${shutdown}`,
    ]);
  });

  test('what comes behind the sub-runbook of an approval is told, with its outputs', () => {
    const outputs = 'outputs: { way: "${{ steps.go.outputs.choice }}" }\n';
    const files = { 'ask.yaml': fileOf('ask', [ask('go', '[all, none]')], outputs) };
    const late = "  - { id: db, if: steps.vote.outputs.way == 'all', uses: zerto/failover, with: { vpg: crm } }";
    expect(
      said(livePlan([call('vote', 'ask.yaml'), late], files), { key: 'vote/go', choices: ['all', 'none'] }),
    ).toEqual([`!Fails over crm to site-b: production. ${shutdown}`, 'The run goes on.']);
  });
});

describe('defect: an `if` was understood in one spelling only', () => {
  const journal = { openings: [liveOpen] };
  const plan = (ifs: readonly [string, string]) =>
    livePlan([
      ask('go'),
      failover('db', 'crm'),
      ask('keep', '[stay, return]'),
      `  - { id: c, if: ${JSON.stringify(ifs[0])}, uses: zerto/commit, with: { reverse-protect: false } }`,
      `  - { id: r, if: ${JSON.stringify(ifs[1])}, uses: zerto/roll-back }`,
    ]);
  const choice = 'steps.keep.outputs.choice';
  test.each([
    [`${choice} == "stay"`, `${choice} == "return"`],
    [`${choice}=='stay'`, `${choice}=='return'`],
    [`'stay' == ${choice}`, `'return' == ${choice} && steps.keep.status == 'succeeded'`],
  ])('%s', (stay, back) => {
    expect(said(plan([stay, back]), { key: 'keep', choices: ['stay', 'return'] }, { journal })).toEqual([
      `!Keeps crm ${keeps}`,
      discards,
    ]);
  });

  test.each([`${choice} in ['all']`, `${choice} != 'none'`, `!(${choice} == 'none')`])('of a failover: %s', wanted => {
    const db = `  - { id: db, if: ${JSON.stringify(wanted)}, uses: zerto/failover, with: { vpg: crm } }`;
    const asked = said(livePlan([ask('keep', '[all, none]'), db]), { key: 'keep', choices: ['all', 'none'] });
    expect(asked).toEqual([`!Fails over crm to site-b: production. ${shutdown}`, 'The run goes on.']);
  });

  test('of the call of a sub-runbook, and of what it is given', () => {
    const inputs = 'inputs: { way: { type: string, required: true } }\n';
    const db = "  - { id: db, if: inputs.way == 'all', uses: zerto/failover, with: { vpg: crm } }";
    const files = { 'one.yaml': fileOf('one', [db], inputs) };
    const given =
      '  - { id: dr, uses: runbook, with: { file: one.yaml, inputs: { way: "${{ steps.keep.outputs.choice }}" } } }';
    const key = { key: 'keep', choices: ['all', 'none'] };
    const both = [`!Fails over crm to site-b: production. ${shutdown}`, 'The run goes on.'];
    expect(said(livePlan([ask('keep', '[all, none]'), given], files), key)).toEqual(both);
    const plain = { 'one.yaml': fileOf('one', [failover('db', 'crm')]) };
    const called = call('dr', 'one.yaml', `if: ${choice} == 'all', `);
    expect(said(livePlan([ask('keep', '[all, none]'), called], plain), key)).toEqual(both);
  });

  test('where it is not known, each choice says so and asks for the name', () => {
    const db = `  - { id: db, if: "${choice} == 'all' || steps.keep.outputs.by.size() > 1", uses: zerto/failover, with: { vpg: crm } }`;
    const may = `Fails over crm to site-b: production. ${shutdown}`;
    expect(said(livePlan([ask('keep', '[all, none]'), db]), { key: 'keep', choices: ['none'] })).toEqual([
      `!What it leads to is not known here; it may be this: ${may}`,
    ]);
    expect(said(livePlan([ask('keep'), failover('db', 'crm')]), { key: 'strange', choices: ['approve'] })).toEqual([
      '!What it leads to is not known here.',
    ]);
  });
});

test('what a sub-runbook is given, and is not known yet, leaves nothing out', () => {
  const inputs = 'inputs: { note: { type: string } }\n';
  const db = '  - { id: db, if: "has(inputs.note) && inputs.note != \'\'", uses: zerto/failover, with: { vpg: crm } }';
  const files = { 'one.yaml': fileOf('one', [db], inputs) };
  const given = 'uses: runbook, with: { file: one.yaml, inputs: { note: "${{ steps.go.outputs.reason }}" } } }';
  expect(said(livePlan([ask('go'), `  - { id: dr, ${given}`], files), { key: 'go', choices: ['approve'] })).toEqual([
    `!What it leads to is not known here; it may be this: Fails over crm to site-b: production. ${shutdown}`,
  ]);
});

test('what needs a step that failed may start all the same, where somebody has overcome that', () => {
  const up = '  - { id: up, uses: check/tcp, with: { host: 10.0.0.1, port: 1 } }';
  const db = '  - { id: db, needs: [up], uses: zerto/failover, with: { vpg: crm } }';
  const plan = livePlan([up, ask('go'), db]);
  const place = plan.steps.findIndex(step => step.id === 'up');
  for (const status of ['failed', 'succeeded'] as const) {
    const progress = [{ seq: 1, at: start, key: 'up', place, status }];
    const [asked = ''] = said(plan, { key: 'go', choices: ['approve'] }, { progress });
    expect(asked).toMatch(/^!.*Fails over crm to site-b: production\./);
  }
});

test('a VPG that a sub-runbook of a change deletes is named, and asks for the name', () => {
  const one = fileOf('one', ['  - { id: x, uses: zerto/delete-vpg, with: { vpg: old } }'], '', '[change]');
  const load = (file: string) => ({ file, text: one });
  const text = fileOf('tidy', [ask('go'), call('dr', 'one.yaml')], '', '[change]');
  const planned = compile({ file: 'tidy.yaml', text }, { load }).plan('change', {});
  if (!('plan' in planned)) throw new Error(planned.diagnostics.map(d => `${d.code} ${d.message}`).join('\n'));
  expect(said(planned.plan, { key: 'go', choices: ['approve'] })).toEqual([
    '!Deletes old: its VMs are protected no longer, and its checkpoints are lost.',
  ]);
});

describe('what comes behind an answer that is no vote', () => {
  const dead = (id: string, more = '') =>
    `  - { id: ${id}, ${more}uses: check/tcp, with: { host: 10.0.0.1, port: 1 } }`;
  const question = { kind: 'question', choices: ['retry', 'skip', 'abort'] } as const;
  const fails = `Fails over crm to site-b: production. ${shutdown}`;
  const retried = 'Looks at the site first, adopts what it finds, and tries the step again.';
  const skipped = 'Goes on without this step. The verdict says so.';
  const line = (plan: Plan, key: string, status: Progress['status']): Progress => {
    const id = key.replaceAll(/\[[^[\]]*\]/g, '');
    return { seq: 1, at: start, key, place: plan.steps.findIndex(step => step.id === id), status };
  };

  test('defect: a manual step before a failover was told to be done without the name', () => {
    const hand = '  - { id: hand, uses: manual, with: { instructions: look, assignee: cem } }';
    const db = "  - { id: db, if: steps.hand.outputs.outcome == 'done', uses: zerto/failover, with: { vpg: crm } }";
    const key = { key: 'hand', kind: 'manual', choices: ['done', 'failed', 'not-applicable'] } as const;
    expect(said(livePlan([ask('go'), hand, db]), key)).toEqual([
      `!It has been done: the run goes on. ${fails}`,
      'It could not be done: the step fails.',
      'There is nothing to be done: the run goes on.',
    ]);
  });

  test('defect: a failover behind a failed step was skipped to, or tried for, without the name', () => {
    const plan = livePlan([ask('go'), dead('up'), failover('db', 'crm')]);
    expect(said(plan, { key: 'up', ...question })).toEqual([
      `!${retried} ${fails}`,
      `!${skipped} ${fails}`,
      '!Nothing more starts, and the run ends.',
    ]);
    const calm = livePlan([ask('go'), dead('up'), ask('keep'), failover('db', 'crm')]);
    expect(said(calm, { key: 'up', ...question }).slice(0, 2)).toEqual([retried, skipped]);
  });

  test('defect: a failover was tried again without the name', () => {
    const plan = livePlan([ask('go'), failover('db', 'crm'), dead('up')]);
    expect(said(plan, { key: 'db', ...question }).slice(0, 2)).toEqual([`!${retried} ${fails}`, skipped]);
  });

  test('of a for-each those items that ask are tried again, and those that have not begun go on', () => {
    const each =
      '  - { id: db, for-each: [crm, erp, hr], max-parallel: 1, uses: zerto/failover, with: { vpg: "${{ each.value }}" } }';
    const plan = livePlan([ask('go'), each]);
    const progress = [line(plan, 'db[crm]', 'succeeded'), line(plan, 'db[erp]', 'asking')];
    const over = (names: string) => `Fails over ${names} to site-b: production. ${shutdown}`;
    expect(said(plan, { key: 'db', ...question }, { progress }).slice(0, 2)).toEqual([
      `!${retried} ${over('erp, hr')}`,
      `!${skipped} ${over('hr')}`,
    ]);
  });

  test('an item of a for-each of sub-runbooks: what comes in it, and in those after it', () => {
    const inputs = 'inputs: { vpg: { type: string, required: true } }\n';
    const files = { 'one.yaml': fileOf('one', [dead('up'), failover('db', '"${{ inputs.vpg }}"')], inputs) };
    const each =
      '  - { id: dr, for-each: [crm, erp, hr], uses: runbook, with: { file: one.yaml, inputs: { vpg: "${{ each.value }}" } } }';
    const plan = livePlan([ask('go'), each], files);
    const progress = [
      line(plan, 'dr[crm]', 'succeeded'),
      line(plan, 'dr[erp]/up', 'asking'),
      line(plan, 'dr[erp]', 'running'),
    ];
    expect(said(plan, { key: 'dr[erp]/up', ...question }, { progress })[1]).toBe(
      `!${skipped} Fails over erp, hr to site-b: production. ${shutdown}`,
    );
  });

  test('to abort a part that its caller bears goes on with the rest', () => {
    const files = { 'one.yaml': fileOf('one', [dead('up')]) };
    const plan = livePlan([ask('go'), call('dr', 'one.yaml', 'on-failure: continue, '), failover('db', 'crm')], files);
    expect(said(plan, { key: 'dr/up', ...question })[2]).toBe(
      `!Nothing more starts in dr, and its tests are closed. Then dr has failed. ${fails}`,
    );
  });

  test('a held run that goes on: what has not begun is told, up to the approval that is asked anew', () => {
    const held = { key: '', kind: 'held', choices: ['go-on'] } as const;
    const steps = [ask('go'), failover('db', 'erp'), dead('up'), failover('late', 'crm')];
    const plan = livePlan(steps);
    const progress = [line(plan, 'go', 'succeeded'), line(plan, 'db', 'succeeded'), line(plan, 'up', 'failed')];
    const goesOn = 'Goes on where it stopped; what is open stays open.';
    expect(said(plan, held, { progress })).toEqual([`!${goesOn} ${fails}`]);
    const asked = livePlan([...steps.slice(0, 2), ask('keep'), failover('late', 'crm')]);
    const refused = [line(asked, 'go', 'succeeded'), line(asked, 'db', 'succeeded'), line(asked, 'keep', 'running')];
    expect(said(asked, held, { progress: refused })).toEqual([goesOn]);
  });
});

test('defect: an approval whose own choices are called abort or skip said what those answers to a question do', () => {
  const steps = [
    ask('way', '[skip, done]'),
    "  - { id: db, if: steps.way.outputs.choice == 'done', uses: zerto/failover, with: { vpg: crm } }",
  ];
  expect(said(livePlan(steps), { key: 'way', choices: ['skip', 'done'] })).toEqual([
    'The run goes on.',
    `!Fails over crm to site-b: production. ${shutdown}`,
  ]);
});

test('defect: to reject after a commit said that nothing has been failed over', () => {
  const journal = { openings: [{ ...liveOpen, state: 'committed' as const }] };
  expect(said(livePlan([ask('go')]), { key: 'go', choices: ['reject'] }, { journal })).toEqual([
    'One is enough. The run ends; nothing is open live.',
  ]);
});
