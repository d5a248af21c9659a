import { readFileSync } from 'node:fs';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { beforeAll, expect, it } from 'vitest';
import { type HistoryEvent, readEvent } from '../../control/history.ts';
import { plainCodec } from '../../control/payload-codec.ts';
import { foldJournal } from '../../control/journal.ts';
import { renderHtml } from '../../report/html.ts';
import { renderJson } from '../../report/json.ts';
import type { Journal } from '../../report/journal.ts';
import { renderText } from '../../report/text.ts';
import type { RunStart } from '../../workflows/messages.ts';
import { rowsOf, sectionOf, textOf } from '../report/page.ts';

/** Histories of Temporal as record-journals.ts recorded them. */
async function readRecorded(name: string): Promise<HistoryEvent[]> {
  const text = readFileSync(new URL(`./histories/${name}.json`, import.meta.url), 'utf8');
  const { events } = historyFromJSON(JSON.parse(text));
  const read = await Promise.all((events ?? []).map(event => readEvent(event, plainCodec)));
  return read.filter(event => event !== undefined);
}

const startOf = (run: readonly HistoryEvent[]): RunStart => {
  const begun = run.find(event => event.kind === 'started');
  return begun?.input as RunStart;
};

const one = (events: readonly HistoryEvent[]) => [{ id: 'guard/1', events }];

let failover: HistoryEvent[];
let guard: HistoryEvent[];
let committed: Journal;
let change: Journal;
beforeAll(async () => {
  [failover, guard] = await Promise.all([readRecorded('failover'), readRecorded('failover-guard')]);
  committed = foldJournal(startOf(failover), failover, one(guard), 'Example Bank');
  const edited = await readRecorded('change');
  change = foldJournal(startOf(edited), edited, one(await readRecorded('change-guard')), 'Example Bank');
});

it('says who decided what, for what reason, and what did not count', () => {
  expect(committed.decisions).toMatchObject([
    { step: 'go', by: 'cem', word: 'approve', reason: 'mine', counted: false, brokeGlass: false },
    { step: 'go', by: 'ana', word: 'approve', counted: true, text: 'ana voted approve (1 of 2): site A is dark' },
    { step: 'go', by: 'ana', reason: 'again', counted: false },
    { step: 'go', by: 'bo', word: 'approve', reason: '', counted: true, text: 'bo voted approve (2 of 2)' },
    { step: 'dns', by: 'bo', word: 'done', counted: false, text: 'bo may not report here: only dr-duty' },
    { step: 'dns', by: 'cem', word: 'done', reason: 'it points to B', counted: true },
    { step: 'keep', by: 'cem', word: 'commit', reason: 'nobody answers', counted: true, brokeGlass: true },
  ]);
  expect(committed.decisions[0]?.text).toMatch(/cem .*(may not vote here|has started the run)/);
  const times = committed.decisions.map(({ at }) => at);
  expect(times).toEqual([...times].sort());
  expect(times.every(at => at > committed.run.startedAt)).toBe(true);
});

it('makes the outputs of approvals and manual steps again', () => {
  const outputsOf = (key: string) => committed.steps.find(step => step.key === key)?.outputs;
  const at = expect.stringMatching(/^20\d\d-.*Z$/) as string;
  expect(outputsOf('go')).toEqual({
    choice: 'approve',
    by: ['ana', 'bo'],
    at,
    reason: 'site A is dark',
    broke_glass: false,
  });
  expect(outputsOf('dns')).toEqual({ outcome: 'done', by: 'cem', at, note: 'it points to B' });
  expect(outputsOf('keep')).toEqual({
    choice: 'commit',
    by: ['cem'],
    at,
    reason: 'nobody answers',
    broke_glass: true,
  });
});

it('says at whose word a live change was committed, and that nothing protects it', () => {
  expect(committed.openings).toMatchObject([
    {
      step: 'db',
      vpg: 'payments-db',
      state: 'committed',
      ending: { step: 'commit', by: ['cem'], reason: 'nobody answers', reverseProtected: false },
    },
  ]);
  expect(committed.openings[0]?.ending).not.toHaveProperty('found');
  expect(committed.openings[0]?.warnings.join('\n')).toMatch(
    /are not shut down, they may be up[^]*committed without reverse protection/,
  );
  const told = (key: string) => committed.steps.find(step => step.key === key);
  expect(told('db')).toMatchObject({ live: true, told: [expect.stringContaining('not shut down')] });
  expect(told('commit')).toMatchObject({ live: true, outputs: { vpgs: ['payments-db'], reverse_protected: [] } });
  expect(told('go')).not.toHaveProperty('live');
});

it('puts them where nobody can overlook them', () => {
  const page = renderHtml(committed);
  const header = page.slice(0, page.indexOf('<nav'));
  expect(header).toMatch(/class="residue"><strong>Warning:<\/strong>[^<]*are not shut down/);
  expect(sectionOf(page, 'steps')).toMatch(/class="error"><strong>Warning:<\/strong>[^<]*are not shut down/);
  expect(textOf(sectionOf(page, 'openings'))).toContain('at the word of cem at commit : nobody answers');
  expect(textOf(sectionOf(page, 'openings'))).toContain('! not protected back');
  const decisions = sectionOf(page, 'decisions');
  expect(textOf(decisions)).toContain('Unverified names.');
  expect(rowsOf(decisions)).toHaveLength(8);
  expect(rowsOf(decisions)[7]?.slice(1, 6)).toEqual([
    'keep',
    'cem',
    'commit ! broke the glass',
    'nobody answers',
    '✓ yes',
  ]);
  const text = renderText(committed);
  expect(text).toMatch(/\n {2}Warning: db: .*not shut down/);
  expect(text).toMatch(/ bo \(unverified name\): done at dns: not mine \[did not count: bo may not report here/);
});

it('finds a change that was committed by somebody else, with what the look told', () => {
  const already = { outputs: { reverse_protected: true }, told: ['it was committed at the ZVM, not by this step'] };
  const base = guard.find(
    event => event.kind === 'scheduled' && event.activity === 'guard/baseline' && 'live' in (event.input as object),
  );
  const done = guard.find(event => event.kind === 'succeeded' && event.of === base?.id);
  expect(done).toBeDefined();
  const cut = guard
    .filter(event => event.id <= (done?.id ?? 0))
    .map(event => (event === done ? { ...event, result: { tasks: [], reports: [], already } } : event));
  const journal = foldJournal(startOf(failover), failover, one(cut), '');
  expect(journal.openings[0]).toMatchObject({
    state: 'committed',
    ending: { by: ['cem'], found: true, reverseProtected: true },
  });
  expect(journal.steps.find(({ key }) => key === 'commit')?.told).toEqual(already.told);
  expect(textOf(sectionOf(renderHtml(journal), 'openings'))).toContain('it stood so at the ZVM already');
});

it('says of a word that nobody has answered that it does not count yet', () => {
  const [last] = failover.filter(event => event.kind === 'updated').slice(-1);
  const cut = failover.filter(event => event.id <= (last?.id ?? 0));
  expect(foldJournal(startOf(failover), cut, [], '').decisions.at(-1)).toMatchObject({
    step: 'keep',
    counted: false,
    text: 'the run had not answered when this was read',
  });
});

it('keeps a cancel, and a word that was refused, with the reason', () => {
  const at = failover.at(-1)?.at ?? 0;
  const events: HistoryEvent[] = [
    { id: 9_001, at, kind: 'updated', update: 'cancel', input: [{ by: 'ana', reason: 'enough', now: true }] },
    { id: 9_002, at, kind: 'answered', of: 9_001, result: undefined },
    {
      id: 9_003,
      at,
      kind: 'updated',
      update: 'answer',
      input: [{ key: 'db', choice: 'retry', by: 'dee', reason: 'again' }],
    },
    { id: 9_004, at, kind: 'answered', of: 9_003, result: undefined, refusal: 'dee may not decide' },
  ];
  const { decisions } = foldJournal(startOf(failover), [...failover, ...events], one(guard), '');
  expect(decisions.slice(-2)).toEqual([
    { at, step: '', by: 'ana', word: 'cancel now', reason: 'enough', brokeGlass: false, counted: true, text: '' },
    {
      at,
      step: 'db',
      by: 'dee',
      word: 'retry',
      reason: 'again',
      brokeGlass: false,
      counted: false,
      text: 'dee may not decide',
    },
  ]);
});

it('has what was read for the report: whole in JSON, in part on the page, a number in text', () => {
  expect(change.observations).toMatchObject([
    { step: 'before', what: 'settings of crm', seen: { settings: { Basic: { Name: 'crm' } } } },
    { step: 'before', what: 'settings of payments-db' },
    { step: 'edit', what: 'settings difference', seen: expect.arrayContaining([]) as unknown[] },
    { step: 'usage', what: 'resources report' },
  ]);
  expect((JSON.parse(renderJson(change)) as Journal).observations).toEqual(change.observations);
  const section = sectionOf(renderHtml(change), 'observations');
  expect(textOf(section)).toContain('settings of crm (before)');
  expect(rowsOf(section)).toContainEqual(['networks.test', 'B-Bubble-120', 'B-Bubble-130']);
  expect(section).not.toContain('<details open');
  expect(renderText(change)).toContain('\nRead for the report: 4 (the JSON report has them)\n');
});

it('what a run and its guard call for themselves is recorded, and is no step', () => {
  const journals = [committed, change];
  const own = committed.entries.filter(({ about }) => about !== undefined);
  expect(own.every(({ step }) => step === '')).toBe(true);
  const texts = own.map(({ from, kind, about, text }) => `${from} ${kind} ${about ?? ''} ${text}`);
  expect(texts).toContain('run call entitle:1 people/entitle');
  expect(texts).toContain('run done entitle:1 ');
  expect(texts.filter(text => /^guard call lock-\d+ guard\/lock$/.test(text))).toHaveLength(1);
  for (const journal of journals) {
    const keys = new Set(journal.steps.map(({ key }) => key));
    const named = journal.entries.filter(({ step }) => step !== '').map(({ step }) => step.replace(/#\d+$/, ''));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(step => !keys.has(step))).toEqual([]);
    expect(journal.steps.filter(({ key }) => /^(?:entitle|guard|page):|^lock-/.test(key))).toEqual([]);
    expect(textOf(sectionOf(renderHtml(journal), 'timeline'))).not.toMatch(/entitle:|guard:watch|lock-1/);
  }
  const row = rowsOf(sectionOf(renderHtml(committed), 'entries')).find(cells =>
    cells.at(-1)?.startsWith('entitle:1: '),
  );
  expect(row?.slice(2)).toEqual(['run', 'call', '', 'entitle:1: people/entitle']);
});

it('the item of a for-each may have a colon in its key', () => {
  const start = startOf(failover);
  const begun = failover.slice(0, 1);
  const scheduled = (id: number, activityId: string): HistoryEvent => ({
    ...{ kind: 'scheduled', id, at: 5, activity: 'check/tcp', activityId, input: {} },
  });
  const run = [...begun, scheduled(90, 'ports[host:22]'), scheduled(91, 'ports[host:22]#2'), scheduled(92, 'page:1')];
  const { entries } = foldJournal(start, run, [], '');
  expect(entries.flatMap(({ kind, step, about }) => (kind === 'call' ? [[step, about]] : []))).toEqual([
    ['ports[host:22]', undefined],
    ['ports[host:22]#2', undefined],
    ['', 'page:1'],
  ]);
});

it('a step that is named as a guard names its calls is not mixed up with them', () => {
  const start = startOf(failover);
  const named = start.plan.steps.map(step => (step.id === 'go' ? { ...step, id: 'lock-1' } : step));
  const { steps } = foldJournal(
    { ...start, plan: { ...start.plan, steps: named } },
    failover.slice(0, 1),
    one(guard),
    '',
  );
  expect(steps.find(({ key }) => key === 'lock-1')).toMatchObject({ status: 'pending', activityAttempts: 0 });
});
