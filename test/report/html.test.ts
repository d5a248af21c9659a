import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../report/html.ts';
import { elementsOf, rowsOf, sectionOf, textOf } from './page.ts';
import {
  failedDrill,
  liveFailover,
  longRun,
  opening,
  passedDrill,
  runningDrill,
  step,
  wideRun,
  zertoReport,
} from './sample.ts';

const journals = {
  passed: passedDrill(),
  failed: failedDrill(),
  running: runningDrill(),
  long: longRun(200),
  wide: wideRun(100),
  live: liveFailover(),
  empty: {
    ...passedDrill(),
    inputs: {},
    steps: [],
    isolation: [],
    openings: [],
    zertoReports: [],
    entries: [],
    rto: {},
    rpo: {},
  },
};

describe.each(Object.entries(journals))('the page of a run: %s', (_, journal) => {
  const page = renderHtml(journal);

  it('nests, with one h1 and no level skipped', () => {
    const names = elementsOf(page);
    const levels = names.filter(name => /^h\d$/.test(name)).map(name => Number(name.slice(1)));
    expect(levels.filter(level => level === 1)).toHaveLength(1);
    expect(levels[0]).toBe(1);
    for (const [place, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[place - 1] ?? 0) + 1);
  });

  it('needs nothing else and can run nothing', () => {
    expect(elementsOf(page)).not.toContain('script');
    expect(page).not.toMatch(/<(link|img|iframe|object|embed|base|form|input|video|audio|use|image)\b/i);
    expect(page).not.toMatch(/\s(src|srcset|style|on\w+|xlink:href|action)=/i);
    expect(page).not.toMatch(/@import|url\(/);
    for (const [, href] of page.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^#[a-z0-9-]+$/);
    expect(page).toContain(`content="default-src 'none';`);
  });

  it('has ids that are there once, and links that lead to them', () => {
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/(?:href="#|aria-labelledby=")([^"]*)"/g)) expect(ids).toContain(id);
  });

  it('gives every table a caption and every heading cell a scope', () => {
    const tables = page.match(/<table>[\s\S]*?<\/table>/g) ?? [];
    for (const table of tables) expect(table).toMatch(/^<table>\s*<caption>[\s\S]*?<thead>/);
    for (const [, attributes] of page.matchAll(/<th\b([^>]*)>/g))
      expect(attributes).toMatch(/scope="(col|row|rowgroup)"/);
    for (const table of tables) {
      const width = rowsOf(table)[0]?.length;
      for (const row of rowsOf(table)) if (row.length > 1) expect(row).toHaveLength(width ?? 0);
    }
  });

  it('holds no value that JavaScript made up', () => {
    expect(textOf(page)).not.toMatch(/\b(undefined|NaN|Infinity|\[object)\b/);
    expect(page).not.toMatch(/="[^"]*(NaN|undefined|Infinity)[^"]*"/);
  });
});

describe('the header', () => {
  it('says who, when, what and which bytes', () => {
    const page = renderHtml(passedDrill());
    const text = textOf(page);
    for (const said of [
      'Example Bank',
      'payments drill',
      'Requested by kay.lindqvist@example.com',
      'Started 2026-11-21T02:10:00Z',
      'Ended 2026-11-21T02:16:03Z',
      'Took 6m3s',
      'Trigger cli',
      'Reason Quarterly drill',
      'Runbook payments.yaml',
      `Its SHA-256 ${passedDrill().runbook.sha256}`,
      `Plan, SHA-256 ${passedDrill().runbook.planHash}`,
      `drillbook.yaml, SHA-256 of what is pinned ${passedDrill().runbook.configSha256}`,
    ]) {
      expect(text).toContain(said);
    }
    expect(page).toContain('<title>payments, drill: passed, 2026-11-21T02:10:00Z</title>');
  });

  it('stamps a name that nothing vouches for, and no other', () => {
    expect(textOf(renderHtml(failedDrill()))).toContain('Unverified name. Nothing vouches for “kay”');
    expect(renderHtml(passedDrill())).not.toContain('class="stamp"');
  });

  it.each([
    ['passed', 'good', '✓ passed'],
    ['passed_with_exceptions', 'warn', '! passed with exceptions'],
    ['failed', 'bad', '✗ failed'],
    ['inconclusive', 'warn', '? inconclusive'],
    ['running', 'info', '… running'],
    ['lost', 'bad', '✗ lost'],
    ['constructor', 'idle', '· constructor'],
  ])('shows the verdict %s by colour, mark and word', (verdict, tone, words) => {
    const page = renderHtml({ ...passedDrill(), verdict, recoveryVerdict: '', reasons: ['Because of this.'] });
    expect(page).toContain(`<div class="verdict ${tone}">`);
    const badge = /<strong class="badge (\w+)">([\s\S]*?)<\/strong>/.exec(page);
    expect(badge?.[1]).toBe(tone);
    expect(textOf(badge?.[2] ?? '')).toBe(words);
    expect(textOf(page)).toContain('Because of this.');
  });

  it('says where the recovery verdict was another, and what is still open after the end', () => {
    const openings = [opening('payments-db', 6_000, 1_000, { state: 'stuck' })];
    const text = textOf(renderHtml({ ...passedDrill(), verdict: 'failed', openings }));
    expect(text).toContain('Recovery verdict, frozen before closing: passed.');
    expect(text).toContain('Still open: payments-db at site-b (zerto/failover-test).');
    expect(textOf(renderHtml(runningDrill()))).not.toContain('Still open');
  });
});

describe('the outputs of the runbook', () => {
  it('stand in a table where there are some', () => {
    const page = renderHtml({ ...passedDrill(), outputs: { chosen: '<b>167554</b>' } });
    expect(textOf(sectionOf(page, 'outputs'))).toContain('chosen <b>167554</b>');
    expect(page).toContain('<a href="#outputs">');
  });

  it('are no section where there are none, and a sentence where they could not be had', () => {
    expect(renderHtml(passedDrill())).not.toContain('id="outputs"');
    const page = renderHtml({ ...passedDrill(), outputsError: 'no such key' });
    expect(textOf(sectionOf(page, 'outputs'))).toContain('no such key');
  });
});

describe('the objectives', () => {
  it('stand beside what was measured, with a bar', () => {
    const section = sectionOf(renderHtml(passedDrill()), 'objectives');
    expect(textOf(section)).toBe(
      'Objectives RTO time to recover 5m12s met objective 30m RPO data lost 15s met objective 5m',
    );
    expect(section).toContain('aria-label="RTO 5m12s, objective 30m, met"');
    expect(section).toContain('class="fill good" x="0" y="3" width="51.3"');
  });

  it('that were missed fill the bar past their mark', () => {
    const rto = { ms: 3_600_000, objectiveMs: 1_800_000, met: false };
    const section = sectionOf(renderHtml({ ...passedDrill(), rto }), 'objectives');
    expect(textOf(section)).toContain('1h missed objective 30m');
    expect(section).toContain('class="fill bad" x="0" y="3" width="296"');
    expect(section).toContain('class="mark" x="148"');
  });

  it('say how long people were waited for, beside the time of the machines', () => {
    const drill = passedDrill();
    const rto = { ...drill.rto, humanMs: 40 * 60_000 };
    const page = renderHtml({ ...drill, run: { ...drill.run, humanMs: 45 * 60_000 }, rto });
    expect(textOf(sectionOf(page, 'objectives'))).toContain('without 40m in which people alone were waited for');
    expect(textOf(page)).toContain('Waited for people 45m');
    expect(renderHtml(drill)).not.toContain('Waited for people');
  });

  it('that nothing measured have no bar, but the reason', () => {
    const section = sectionOf(renderHtml({ ...failedDrill(), rpo: {} }), 'objectives');
    expect(section).not.toContain('<svg');
    expect(textOf(section)).toContain('– not judged objective 30m not measured: the last required check never held');
    expect(textOf(section)).toContain('– not judged no objective not measured');
  });
});

describe('the steps', () => {
  it('stand by phase with time, tries and what was seen', () => {
    const rows = rowsOf(sectionOf(renderHtml(passedDrill()), 'steps'));
    expect(rows.filter(row => row.length === 1).map(row => row[0])).toEqual([
      'Sign-in',
      'Preflight',
      'Steps',
      'Closing',
      'Finally',
    ]);
    const db = rows.find(row => row[0]?.startsWith('Recover the database'));
    expect(db?.slice(1, 7)).toEqual([
      'zerto/failover-test',
      'isolated',
      '✓ succeeded',
      '02:10:06Z',
      '44s',
      '2 attempts',
    ]);
    const check = rows.find(row => row[0]?.startsWith('db_up'));
    expect(check?.slice(1, 7)).toEqual(['check/tcp', 'read', '✓ succeeded', '02:10:50Z', '2m18s', '10 tries']);
    expect(check?.[7]).toContain('connected to 10.99.1.10:5432');
    expect(rows.find(row => row[0]?.startsWith('ready'))?.[7]).toContain('the journal still fills');
  });

  it('that failed bear their sentence; those that never started have no time', () => {
    const section = sectionOf(renderHtml(failedDrill()), 'steps');
    const rows = rowsOf(section);
    expect(section).toContain('<p class="error">10.99.1.10:5432 did not answer within 5m');
    expect(rows.find(row => row[0] === 'web_up')?.slice(3)).toEqual([
      '– cancelled',
      '–',
      '–',
      '–',
      'never started: db_up failed',
    ]);
    expect(rows.find(row => row[0]?.startsWith('tell'))?.[3]).toBe('! errored not required');
  });

  it('of the closing phase bear no "not required"; one that need not hold does', () => {
    const marks = rowsOf(sectionOf(renderHtml(passedDrill()), 'steps')).filter(row => row[3]?.includes('not required'));
    expect(marks.map(([name]) => name)).toEqual(['tell tells dr-drills']);
  });

  it('that still run say how long so far', () => {
    const rows = rowsOf(sectionOf(renderHtml(runningDrill()), 'steps'));
    expect(rows.find(row => row[0] === 'db_up')?.slice(3, 7)).toEqual([
      '… running',
      '02:10:50Z',
      '1m2s so far',
      '4 tries',
    ]);
  });

  it('keep a phase and a status that this version does not know', () => {
    const odd = step('odd', 0, 1, { status: 'dreaming_of', phase: 'afterwards' as 'main' });
    const text = textOf(sectionOf(renderHtml({ ...passedDrill(), steps: [odd] }), 'steps'));
    expect(text).toContain('afterwards');
    expect(text).toContain('dreaming of');
  });

  it('of another day bear the date', () => {
    const rows = rowsOf(sectionOf(renderHtml({ ...passedDrill(), steps: [step('late', 86_400_000, 1)] }), 'steps'));
    expect(rows.at(-1)?.[4]).toBe('2026-11-22T02:10:00Z');
  });
});

describe('the evidence', () => {
  const page = renderHtml(passedDrill());

  it('has the first and the last observation of each check', () => {
    const rows = rowsOf(sectionOf(page, 'checks'));
    expect(rows[1]).toEqual([
      'db_up',
      'check/tcp',
      '✓ succeeded',
      '10',
      '✗ did not hold connection refused by 10.99.1.10:5432 try 1, 02:10:50.450Z, 12ms',
      '✓ held connected to 10.99.1.10:5432 try 10, 02:13:08.200Z, 9ms',
    ]);
    expect(rows).toHaveLength(3);
  });

  it('has every NIC and script of every VPG with its network and why', () => {
    const section = sectionOf(page, 'isolation');
    expect(textOf(section)).toContain(
      "payments-db ✓ 3 of 3 isolated read from the VPG's settings at 02:10:06Z for step db",
    );
    const why = 'stands in test-networks of site-b and is no failover network of this VPG';
    expect(rowsOf(section)).toContainEqual(['payments-app-01', 'Network adapter 2', 'B-Bubble-131', '✓ yes', why]);
    expect(rowsOf(section)).toContainEqual([
      '(the VPG)',
      'pre-recovery script',
      'not set',
      '✓ yes',
      'no script is set',
    ]);
  });

  it('shows what is not isolated, and a test without a proof', () => {
    const [proof] = passedDrill().isolation;
    const facts = [
      { vm: 'db-01', item: 'Network adapter 1', value: '', isolated: false, why: 'no test network is set' },
    ];
    const isolation = proof === undefined ? [] : [{ ...proof, facts }];
    const bad = sectionOf(renderHtml({ ...passedDrill(), isolation }), 'isolation');
    expect(textOf(bad)).toContain('✗ 0 of 1 isolated');
    expect(textOf(bad)).toContain('Network adapter 1 not set ✗ no no test network is set');
    const none = sectionOf(renderHtml({ ...passedDrill(), isolation: [] }), 'isolation');
    expect(textOf(none)).toContain('this journal holds no proof of its isolation');
  });

  it('has what was opened, from which checkpoint, and its end', () => {
    const rows = rowsOf(sectionOf(page, 'openings'));
    expect(rows[1]).toEqual([
      'payments-db',
      'site-b',
      'zerto/failover-test',
      'db',
      '167554 2026-11-21T02:09:51.000Z 15s old when opened',
      '02:10:06Z',
      '02:15:36Z',
      '5m30s',
      '✓ closed',
    ]);
  });

  it("has Zerto's report, its steps, and how it fits ours", () => {
    const section = sectionOf(page, 'zerto');
    const text = textOf(section);
    expect(text).toContain('✓ agrees payments-db (db): Zerto reports a FailoverTest from');
    expect(rowsOf(section)).toContainEqual(['Status', 'Success']);
    expect(rowsOf(section)).toContainEqual(['Notes', 'payments: passed']);
    expect(rowsOf(section)).toContainEqual(['Fail-over test VPG', 'Success', '02:10:06Z', '02:10:47Z', '41s']);
    const zertoReports = [zertoReport('payments-db', 6_300, 329_000, { Status: 'Fail' })];
    const differs = sectionOf(renderHtml({ ...passedDrill(), zertoReports }), 'zerto');
    expect(textOf(differs)).toContain(
      "✗ differs payments-db (db): the recovery verdict is passed, Zerto's report says Fail.",
    );
    expect(textOf(differs)).toContain('! no report payments-app');
  });

  it('has every entry, closed until asked for', () => {
    const section = sectionOf(page, 'entries');
    expect(section).toMatch(/<details><summary>All 24 entries<\/summary>/);
    expect(section).not.toContain('<details open');
    expect(rowsOf(section)).toHaveLength(25);
    expect(rowsOf(section)[1]).toEqual(['1', '02:10:00.000Z', 'run', 'started', 'sign-in', '']);
  });
});

it('grows by the step, not faster', () => {
  const size = (length: number) => renderHtml(longRun(length)).length;
  const [small, middle, large] = [size(250), size(500), size(1_000)];
  expect((large - middle) / (middle - small)).toBeCloseTo(2, 1);
  expect(large / 1_000).toBeLessThan(2_000);
});

it('gives the same page for the same journal', () => {
  expect(renderHtml(failedDrill())).toBe(renderHtml(failedDrill()));
});
