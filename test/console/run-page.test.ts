import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadAssets } from '../../console/pages/assets.ts';
import { actPage, runPage } from '../../console/pages/run-page.ts';
import { hashOf, sectionsOf } from '../../console/pages/run-sections.ts';
import type { Viewing } from '../../console/pages/viewing.ts';
import { type RunView, viewRun, type WatchedRun } from '../../control/run-view.ts';
import { bones, hostileTexts, poison } from './poison.ts';
import { elementsOf, textOf } from '../report/page.ts';
import { opening, step } from '../report/sample.ts';
import { approval, call, peers, start, watched } from '../control/watched.ts';

const frame = {
  csrf: 'csrf-token',
  assets: { style: '/assets/page.css', script: '/assets/live.js' },
  person: { name: 'Ana Ruiz', verified: true, session: true },
};
const at = start + 600_000;
const drills = {
  ...{ id: 'payments/weekly', timeZone: 'Europe/London' },
  times: [{ at: at + 86_400_000, local: '2026-11-22T02:20', offset: '+00:00', until: at + 90_000_000 }],
};
const viewing: Viewing = {
  ...{ at, zone: 'Europe/Berlin', csrf: 'csrf-token', may: () => undefined },
  schedules: [drills],
};
const view = (run: WatchedRun): RunView => viewRun(run, { peers }, at);

/** Everything that a page can show at once. */
const full = watched({
  mode: 'failover',
  silentSince: at - 40_000,
  journal: {
    reasons: ['the RTO was 40m'],
    told: ['waited 2m for locks'],
    steps: [step('db', 0, 900, { told: ['site-a is not connected since 2026-11-21 02:08 UTC'], error: 'no space' })],
    openings: [
      opening('payments-db', 180_000, 0, {
        action: 'zerto/failover',
        state: 'open',
        warnings: ['the source still runs'],
      }),
    ],
    decisions: [
      {
        ...{ at: at - 9_000, step: 'go', by: 'cem', word: 'approve', reason: 'go', counted: false },
        ...{ text: 'cem asked for this run', brokeGlass: false },
      },
    ],
    entries: [{ seq: 1, at, from: 'run', kind: 'call', step: 'db', text: 'guard/start' }],
  },
  calls: [
    call('db', 60_000, {
      activity: 'guard/wait',
      input: { call: { site: 'site-b' }, sent: { taskId: 'task-17' } },
      result: { said: 'No space left' },
    }),
  ],
  pending: [
    approval('keep', {
      choices: ['commit', 'roll-back', 'reject'],
      votes: [{ by: 'bo', choice: 'commit', at: at - 1_000 }],
    }),
    approval('dns', { kind: 'manual', message: 'Turn the name', choices: ['done', 'failed'], from: [] }),
  ],
  trying: [{ key: 'db', attempt: 3, error: 'Site "site-b" did not answer', givesUpAt: at + 60_000, guard: true }],
  clock: { begunAt: start, humanMs: 60_000, stage: 'main' },
});

describe('the page of a run', () => {
  const page = runPage(frame, view(full), viewing);
  const text = textOf(page);

  test('tells everything that somebody must know at once', () => {
    for (const told of [
      'LIVE failover: production',
      'No news from the worker for 40s .',
      'Discards everything written at site-b since 02:13:00Z (payments-db).',
      'Waits for 2 different people of dr-managers',
      'bo : commit',
      'RTO 9m of 30m',
      'people 1m',
      'site-a → site-b · checkpoint 02:09:51Z 03:09 CET',
      'attempt 3 Site "site-b" did not answer',
      'gives up until 02:21:00Z 03:21 CET (in 1m)',
      'no deadline: only a person ends it',
      'No space left task task-17 · site-b · step db',
      'Note: the source still runs',
      'cem approve · go ✗ not counted',
      'Schedule weekly (Europe/London) next 2026-11-22T02:20:00Z 03:20 CET , or later, up to 2026-11-22T03:20:00Z',
    ])
      expect(text).toContain(told);
  });

  test('nests, has one h1, no heading that leaves a level out, one main, and no script or style of its own', () => {
    elementsOf(page);
    const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels.filter(level => level === 1)).toHaveLength(1);
    for (const [place, level] of levels.entries()) expect(level - (levels[place - 1] ?? 0)).toBeLessThanOrEqual(1);
    expect([...page.matchAll(/<main/g)]).toHaveLength(1);
    expect(page).not.toMatch(/<style|style="|<script(?! type="module" src=)|\son\w+=/);
    expect(page).toContain('<html lang="en"');
  });

  test('labels every field, and names what describes each button', () => {
    const ids = new Set([...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));
    expect(ids.size).toBe([...page.matchAll(/\sid="/g)].length);
    const labels = new Set([...page.matchAll(/<label[^>]*\sfor="([^"]+)"/g)].map(([, id]) => id));
    for (const [field] of page.matchAll(/<(?:input|select|textarea)(?![^>]*type="(?:hidden|checkbox)")[^>]*>/g))
      expect(labels).toContain(/\sid="([^"]+)"/.exec(field)?.[1]);
    for (const [, id] of page.matchAll(/aria-(?:describedby|labelledby)="([^" ]+)/g)) expect(ids).toContain(id);
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) if (id === 'main') expect(ids).toContain(id);
  });

  test('asks for the name of the runbook where a button destroys, and for no name where none does', () => {
    expect(page).toContain('to confirm: Commit, Roll back');
    const calm = runPage(
      frame,
      view(watched({ pending: [approval('x', { kind: 'question', choices: ['retry', 'skip'] })] })),
      viewing,
    );
    expect(calm).not.toContain('name="confirm"');
  });

  test('shows who votes the hash of the plan, and the last drill that passed', () => {
    const asked = view({ ...full, pending: [approval('go')] });
    const shown = (more: Partial<Viewing>) => textOf(runPage(frame, asked, { ...viewing, ...more }));
    expect(shown({ lastDrill: { at: start - 86_400_000 } })).toContain(
      'Plan c1d2e3f40516 · last passed drill 2026-11-20T02:10:00Z 03:10 CET',
    );
    expect(shown({ lastDrill: { at: start, verdict: 'passed_with_exceptions' } })).toContain('CET (with exceptions)');
    expect(shown({ lastDrill: {} })).toContain('Plan c1d2e3f40516 · no drill of payments is known to have passed');
    expect(shown({})).not.toContain('drill of payments');
  });

  test('of many VPGs shows those first that need somebody, and folds the rest', () => {
    const { vpgs } = view(full);
    const [open] = vpgs;
    if (open === undefined) throw new Error('no VPG');
    const calm = { ...open, state: { word: 'not touched', mark: '·', tone: 'idle' } } as const;
    const many = [...Array.from({ length: 30 }, (_, n) => ({ ...calm, name: `calm-${n}` })), open];
    const page = runPage(frame, { ...view(full), vpgs: many }, viewing);
    const shown = textOf(/<h2>VPGs<\/h2>[\s\S]*?<\/details>/.exec(page)?.[0] ?? '');
    expect(shown).toMatch(/^VPGs payments-db .* calm-4 .* 25 more calm-5 /);
    expect(shown.match(/calm-/g)).toHaveLength(30);
  });

  test('of a held run shows whom it waits for, the votes so far, and the glass', () => {
    const pending = approval('', {
      ...{ kind: 'held', message: 'held: nobody voted', choices: ['commit', 'roll-back'] },
      ...{ from: ['dr-managers', 'dr-duty'], breakGlass: ['dr-duty'], count: 2 },
      votes: [{ by: 'bo', choice: 'commit', at: at - 1_000, verified: true }],
    });
    const shown = textOf(runPage(frame, view({ ...full, pending: [pending] }), viewing));
    expect(shown).toContain('Waits for dr-managers, dr-duty; a commit needs 2 different people until 02:26:00Z');
    expect(shown).toContain('It has waited since 02:11:00Z');
    expect(shown).toContain('bo : commit 02:19:59Z 03:19 CET (signed) 2 needed to commit');
    expect(shown).toContain('To commit, my word alone counts, with a reason (for dr-duty)');
  });

  test('shows whoever may not decide why, and no button', () => {
    const may = () => 'vic may not vote: an admin adds a line to its roles.';
    const refused = runPage(frame, view(full), { ...viewing, may });
    expect(refused).toContain('an admin adds a line to its roles');
    expect(refused).not.toMatch(/<button name="choice"/);
    expect(refused).toContain('Discards everything written');
  });

  test('changes only in the parts that have changed', () => {
    const before = sectionsOf(view(full), viewing);
    const after = sectionsOf(view({ ...full, trying: [] }), viewing);
    const changed = after.filter((section, place) => hashOf(section) !== hashOf(before[place] ?? section));
    expect(changed.map(({ id }) => id)).toEqual(
      ['head', 'trying', 'sites'].filter(id => changed.some(c => c.id === id)),
    );
    expect(changed.map(({ id }) => id)).toContain('trying');
    expect(sectionsOf(view(full), viewing).map(hashOf)).toEqual(before.map(hashOf));
  });
});

test('defect: the colour of the RTO said one thing and the words beside it another', () => {
  const at40 = (ms: number) => runPage(frame, viewRun(going, { peers }, start + ms), viewing);
  const going = watched({ mode: 'failover', clock: { begunAt: start, humanMs: 0, stage: 'main' } });
  const [before, after] = [at40(10 * 60_000), at40(40 * 60_000)];
  // What the script changes with the clock, both in the same moment.
  expect(before).toContain('data-limit="1800000"');
  expect(before).toContain('<span class="judgement">· within</span>');
  expect(before).toContain('<p class="under note over" hidden>');
  expect(after).toContain('<div class="clock bad">');
  expect(after).toContain('<span class="judgement">· over</span>');
  expect(after).toContain('<p class="under note over">Over the objective by 10m.</p>');
  expect(textOf(after)).not.toMatch(/\d+ms/);
});

test('defect: an alert with a clock inside was said anew each second', () => {
  const page = runPage(frame, view({ ...full, silentSince: at - 41_000 }), viewing);
  const alerts = [...page.matchAll(/<(\w+)[^>]* role="(?:alert|status)"[^>]*>([\s\S]*?)<\/\1>/g)].map(([all]) => all);
  expect(alerts.some(alert => alert.includes('No news from the worker since'))).toBe(true);
  for (const alert of alerts) expect(alert).not.toMatch(/data-(since|until|counts)/);
  // Nor does it stand in a part that is made anew for other reasons.
  for (const { content } of sectionsOf(view(full), viewing)) expect(content.markup).not.toContain('role="alert"');
});

test('defect: Enter in a field pressed the first button of a decision', () => {
  const live = view(full);
  const forms = [runPage(frame, live, viewing), actPage(frame, live, viewing)].flatMap(page =>
    [...page.matchAll(/<form method="post" action="\/runs[\s\S]*?<\/form>/g)].map(([form]) => form),
  );
  expect(forms.length).toBeGreaterThan(4);
  for (const form of forms) expect(/<button[^>]*>/.exec(form)?.[0]).toBe('<button disabled hidden>');
});

test('defect: a refused decision lost what was typed', () => {
  const typed = { kind: 'approval', step: 'keep', reason: 'we "stay"', glass: false };
  const notice = { text: 'no' };
  const again = runPage(frame, view(full), { ...viewing, typed }, notice);
  expect(again).toContain('value="we &quot;stay&quot;"');
  expect(again.match(/we &quot;stay/g)).toHaveLength(1);
  // The name that confirms is typed anew.
  expect(again).not.toMatch(/name="confirm"[^>]* value=/);
  const over = runPage(frame, view({ ...full, pending: [] }), { ...viewing, typed }, notice);
  expect(over).toContain('<blockquote>we &quot;stay&quot;</blockquote>');
  const act = { act: 'cancel', reason: 'enough', by: '' };
  expect(actPage(frame, view(full), viewing, { wrong: 'no', typed: act }).match(/value="enough"/g)).toHaveLength(1);
});

test('a hand on a run asks for a reason each time, and for the name where production is touched', () => {
  const page = actPage(frame, view(full), viewing);
  elementsOf(page);
  const forms = [...page.matchAll(/<form method="post" action="\/runs[\s\S]*?<\/form>/g)].map(([form]) => form);
  expect(forms.map(form => /name="act" value="([^"]+)"/.exec(form)?.[1])).toEqual([
    ...['pause', 'cancel', 'cancel-now', 'roll-back'],
  ]);
  for (const form of forms) expect(form).toMatch(/name="reason"[^>]* required/);
  expect(forms.map(form => form.includes('name="confirm"'))).toEqual([false, true, true, true]);
});

/** What chooses a class or a branch is the program's own. */
const kept =
  /\.(tone|kind|mode|banner|counts|status|verdict|phase|action|effect|checkpointTime)$|^\.(sites|journal\.openings)\.state$|^\.graph\./;

describe('text from outside', () => {
  // The picture has tests of its own, and takes its time.
  const { graph, ...rest } = view(full);
  const plain: RunView = { ...rest, graph: { ...graph, nodes: [], edges: [] } };
  const render = (shown: RunView): string => runPage(frame, shown, viewing, { text: 'no' });

  test.each(hostileTexts)('stays text: %j', hostile => {
    const page = render(poison(plain, hostile, kept));
    expect(bones(page)).toBe(bones(render(poison(plain, 'text', kept))));
    expect(page).not.toMatch(/(?:href|src|action)="javascript:/);
    expect(page).not.toContain('\u202e');
  });

  test('whatever it is, the page has the same bones', () => {
    const expected = bones(render(poison(plain, 'text', kept)));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), text => {
        expect(bones(render(poison(plain, text, kept)))).toBe(expected);
      }),
      { numRuns: 12 },
    );
  });
});

test('defect: a phone hid that a name is unverified, and the states of the steps', () => {
  const unverified = { ...frame, person: { ...frame.person, verified: false } };
  const page = runPage(unverified, view(full), viewing);
  expect(page).toContain('(unverified)');
  expect(page).toContain('<svg xmlns="http://www.w3.org/2000/svg" class="g whole"');
  const assets = loadAssets();
  const css = assets.read(assets.style.replace('/assets/', ''))?.body ?? '';
  expect(css).not.toMatch(/\.proof \{\s*display: none/);
  expect(css).toMatch(/\.picture \.whole \{\s*max-width: 100%/);
});

test('what the pages load is named by what is in it', () => {
  const assets = loadAssets();
  const { style, script } = assets;
  expect(style).toMatch(/^\/assets\/page\.[0-9a-f]{12}\.css$/);
  expect(assets.read(style.replace('/assets/', ''))?.body).toContain('.g-card');
  expect(assets.read(script.replace('/assets/', ''))?.type).toContain('javascript');
  expect(assets.read('../package.json')).toBeUndefined();
});

test('the colours of the style have a contrast of 4.5 or more, in light and dark', () => {
  const assets = loadAssets();
  const css = assets.read(assets.style.replace('/assets/', ''))?.body ?? '';
  const [light = '', dark = ''] = [...css.matchAll(/:root \{([^}]*)\}/g)].map(([, block]) => block ?? '');
  const colours = (block: string): Readonly<Record<string, string | undefined>> =>
    Object.fromEntries(
      [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = '', hex = '']) => [name, hex] as const),
    );
  for (const named of [colours(light), { ...colours(light), ...colours(dark) }]) {
    const grounds = ['paper', 'good-soft', 'warn-soft', 'bad-soft', 'info-soft', 'idle-soft'];
    for (const ground of grounds) expect(contrast(named['ink'], named[ground]), ground).toBeGreaterThanOrEqual(4.5);
    for (const tone of ['good', 'warn', 'bad', 'info', 'idle']) {
      expect(contrast(named[tone], named['paper']), tone).toBeGreaterThanOrEqual(4.5);
      expect(contrast(named[tone], named[`${tone}-soft`]), `${tone} on its own`).toBeGreaterThanOrEqual(4.5);
    }
    for (const quiet of ['quiet', 'link'])
      expect(contrast(named[quiet], named['paper']), quiet).toBeGreaterThanOrEqual(4.5);
    for (const ground of grounds)
      expect(contrast(named['quiet'], named[ground]), `quiet ${ground}`).toBeGreaterThanOrEqual(4.5);
    for (const mode of ['live', 'drill', 'change'])
      expect(contrast(named['on'], named[mode]), mode).toBeGreaterThanOrEqual(4.5);
    expect(contrast(named['field'], named['paper'])).toBeGreaterThanOrEqual(3);
  }
});

/** WCAG 2.2, relative luminance. */
function contrast(a: string | undefined, b: string | undefined): number {
  const [high = 0, low = 0] = [a, b].map(luminance).sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex = ''): number {
  const parts = [1, 3, 5].map(place => Number.parseInt(hex.slice(place, place + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = parts.map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
