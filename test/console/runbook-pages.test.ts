import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { driftOf, runbooksPage } from '../../console/pages/runbooks-page.ts';
import { planPage, startPage } from '../../console/pages/start-page.ts';
import { runsPage } from '../../console/pages/runs-page.ts';
import { type Config, parseConfig } from '../../control/config/config.ts';
import type { ListedRun } from '../../control/run-list.ts';
import { readFromShelf, readShelf, type ShelvedRunbook } from '../../control/runbook-shelf.ts';
import { elementsOf, textOf } from '../report/page.ts';
import { start } from '../control/watched.ts';

const frame = { csrf: 'c', assets: { style: '/assets/page.css', script: '/assets/live.js' } };
const zone = { at: start };
const text = `
apiVersion: drillbook/v1
name: payments
description: Bring payments up at site B.
site: site-b
modes: [drill, failover]
inputs:
  checkpoint: { type: checkpoint, default: latest }
  size: { type: enum, values: [small, large], required: true, description: How much of it }
  fast: { type: boolean, default: false }
  hosts: { type: list, of: string, default: [a, b] }
triggers:
  - schedule: { name: quarterly, mode: drill, cron: "30 3 10 1,4,7,10 *", time-zone: Europe/London, inputs: { size: small }, blackouts: [close] }
steps:
  - { id: db, uses: zerto/recover, with: { vpg: payments-db, checkpoint: "\${{ inputs.checkpoint }}" } }
`;
const other = text
  .replace('name: payments', 'name: other')
  .replace(/inputs:[\s\S]*steps:/, 'steps:')
  .replace('${{ inputs.checkpoint }}', 'latest');

let project: string;
let config: Config;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'drillbook-shelf-'));
  mkdirSync(join(project, 'runbooks'));
  writeFileSync(join(project, 'runbooks', 'payments.yaml'), text);
  writeFileSync(join(project, 'runbooks', 'other.yaml'), other);
  writeFileSync(
    join(project, 'runbooks', 'wrong.yaml'),
    text.replace('name: payments', 'name: wrong').replace('zerto/recover', 'zerto/recovr'),
  );
  const sites = ['site-a', 'site-b'].map(
    name =>
      `  ${name}: { url: "https://10.0.0.1", zerto-name: ${name}, account: { kind: windows, username: u, password: p } }`,
  );
  const file = join(project, 'drillbook.yaml');
  const read = parseConfig(
    `apiVersion: drillbook-config/v1\ncalendars: { close: { time-zone: UTC, periods: [{ from: "2027-04-01", to: "2027-04-15" }] } }\nsecrets: { p: { env: P } }\nsites:\n${sites.join('\n')}\n`,
    file,
  );
  if (read.config === undefined) throw new Error(JSON.stringify(read.diagnostics));
  config = read.config;
});
afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

const shelf = () => readShelf(project, config, start);
const one = async (name: string): Promise<ShelvedRunbook> => {
  const found = await readFromShelf(project, name, config, start);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
const ran = (more: Partial<ListedRun>): ListedRun => ({
  ...{ run: 'r', runbook: 'other', mode: 'drill', site: 'site-b', requester: 'ana', verdict: 'passed' },
  ...{ startedAt: start - 9_000, endedAt: start - 1_000, ...more },
});

test('the shelf has every runbook: modes, inputs, coming times, mistakes', async () => {
  const found = await shelf();
  expect(found.map(({ name, modes, mistakes }) => [name, modes, mistakes?.count])).toEqual([
    ['other', ['drill', 'failover'], undefined],
    ['payments', ['drill', 'failover'], undefined],
    ['wrong', ['drill', 'failover'], 1],
  ]);
  const [schedule] = found[1]?.schedules ?? [];
  expect(schedule?.id).toBe('payments/quarterly');
  expect(schedule?.times.map(({ at, blackout }) => [new Date(at).toISOString(), blackout?.calendar])).toEqual([
    ['2027-01-10T03:30:00.000Z', undefined],
    ['2027-04-10T02:30:00.000Z', 'close'],
    ['2027-07-10T02:30:00.000Z', undefined],
    ['2027-10-10T02:30:00.000Z', undefined],
  ]);
  expect(await readFromShelf(project, 'none', config, start)).toBeUndefined();
});

test('drift: whether what would run now is what was drilled last', async () => {
  const other = await one('other');
  const said = (more: Partial<ListedRun>): string => textOf(driftOf(other, { latest: [], passed: ran(more) }).markup);
  expect(textOf(driftOf(other, { latest: [ran({ verdict: 'failed' })] }).markup)).toBe('No drill has passed.');
  expect(textOf(driftOf(other, { latest: [], among: 1_000 }).markup)).toBe(
    'No drill has passed among the last 1000 runs.',
  );
  expect(said({ plan: other.plans.drill ?? '' })).toContain('Unchanged since its last passed drill');
  expect(said({ plan: other.plans.drill ?? '', verdict: 'passed_with_exceptions' })).toContain(
    'Unchanged since its last drill that passed, with exceptions',
  );
  expect(said({ plan: 'another', deeds: 'others' })).toContain('Changed since its last passed drill');
  expect(said({ plan: 'another' })).toContain('whether what it does has, is not known');
  const payments = driftOf(await one('payments'), { latest: [], passed: ran({ plan: 'x' }) });
  expect(textOf(payments.markup)).toContain('not known');
});

test('a comment in a runbook, or another description, is no drift: what was drilled is what would run now', async () => {
  const before = await one('other');
  const drilled = { latest: [], passed: ran({ plan: before.plans.drill ?? '', deeds: before.deeds.drill ?? '' }) };
  const file = join(project, 'runbooks', 'other.yaml');
  const said = async (text: string): Promise<string> => {
    writeFileSync(file, text);
    return textOf(driftOf(await one('other'), drilled).markup);
  };
  try {
    expect(await said(`# A comment.\n${other}`)).toContain('It does the same as in its last passed drill');
    expect(await said(other.replace('Bring payments up', 'Bring it up'))).toContain('It does the same');
    expect(await said(other.replaceAll('payments-db', 'payments-app'))).toContain('! Changed since its last passed');
  } finally {
    writeFileSync(file, other);
  }
});

test('the page of runbooks tells drills, times, mistakes, and who may not start', async () => {
  const drills = new Map([['other', { latest: [ran({ verdict: 'failed' })] }]]);
  const mayLift = (runbook: string) => runbook === 'other';
  const mayStart = (runbook: string, mode: string) =>
    mode === 'failover' ? `vic may not start ${runbook}` : undefined;
  const runbooks = await shelf();
  const page = runbooksPage(frame, {
    runbooks,
    drills,
    schedules: [],
    zone,
    needsPublished: true,
    mayStart,
    mayLift,
    mayHand: () => false,
  });
  expect(page).toContain('href="/runbooks/other/lift?mode=failover">Lift that for one failover …</a>');
  expect(page).not.toContain('/runbooks/payments/lift');
  elementsOf(page);
  const said = textOf(page);
  for (const told of [
    'It does not compile: ',
    'not applied: nothing starts it next 2027-01-10T03:30:00Z',
    'left out 2027-04-10T02:30:00Z 03:30 BST (Europe/London) ! not started: blackout close, until 2027-04-16 00:00Z',
    'failover: vic may not start other',
    '✗ failed',
    'Never drilled',
    'Not published: no live mode starts',
  ])
    expect(said).toContain(told);
  expect(page).toContain('href="/runbooks/payments/start?mode=drill"');
  expect(page).not.toContain('start?mode=failover');
});

test('of what was applied the page tells times and pauses as Temporal has them, and what the file has no more', async () => {
  const runbooks = await shelf();
  const [time] = runbooks[1]?.schedules[0]?.times ?? [];
  if (time === undefined) throw new Error('no time');
  const applied = [
    { id: 'payments/quarterly', timeZone: 'Europe/London', paused: 'paused by ana: audit week', times: [time] },
    { id: 'payments/old', timeZone: 'UTC', times: [], unreadable: 'the calendar "uk" cannot be read: uk.ics (ENOENT)' },
  ];
  const said = (schedules: typeof applied | undefined, mayHand = () => false): string =>
    textOf(
      runbooksPage(frame, {
        runbooks: runbooks.slice(0, 2),
        drills: new Map(),
        schedules,
        zone,
        needsPublished: false,
        mayLift: () => false,
        mayHand,
        mayStart: () => undefined,
      }),
    );
  expect(said(applied)).toContain('quarterly (Europe/London) ! paused: paused by ana: audit week');
  expect(said(applied)).toContain('old (UTC) ! no longer in the file: the next apply removes it No time comes.');
  expect(said(applied)).toContain('No drill begins: the calendar "uk" cannot be read');
  expect(said(applied)).not.toContain('not applied');
  expect(said(undefined)).toContain('what Temporal has of it cannot be read');
  const handed = said(applied, () => true);
  for (const told of ['audit week Resume it, or run it now …', 'removes it Pause it, or run it now …'])
    expect(handed).toContain(told);
});

test('the form has a field for each input, and asks in a live mode for a reason', async () => {
  const runbook = await one('payments');
  const page = startPage(frame, { runbook, mode: 'failover', filled: { 'in.size': 'large', 'loss-at': 'x' } });
  elementsOf(page);
  expect(page).toMatch(/<input id="in-checkpoint" name="in\.checkpoint"[^>]*value="latest"/);
  expect(page).not.toContain('name="lift"');
  const filled = { 'in.size': 'large' };
  expect(startPage(frame, { runbook, mode: 'failover', filled, liftable: true })).toContain('name="lift"');
  expect(page).toMatch(/<option selected value="large">/);
  expect(page).toMatch(/<select id="in-size" name="in\.size" aria-describedby="in-size-hint">/);
  expect(page).toMatch(/name="in\.hosts"[^>]*value="a,b"/);
  expect(page).toMatch(/<option selected value="false">/);
  expect(page).toMatch(/name="reason"[^>]* required/);
  expect(page).not.toContain('name="confirm"');
  expect(startPage(frame, { runbook, mode: 'drill', filled: {} })).not.toMatch(/name="reason"[^>]* required/);
});

test('the plan comes before the button, and a live one asks for the name', async () => {
  const runbook = await one('other');
  const look = {
    fits: false,
    findings: [{ step: 'ready', sentence: 'payments-db recovers to site-a' }],
    told: ['the journal fills'],
    steps: [
      { key: 'db', phase: 'main', uses: 'zerto/failover', effect: 'reversible', what: 'fails over', timeoutMs: 60_000 },
    ],
  } as const;
  const planned = {
    runbook,
    filled: { 'in.a': '1' },
    look,
    site: 'site-b',
    hash: 'abcdef0123456789',
    once: 'o',
    warnings: ['nobody is paged'],
  };
  const page = planPage(frame, { ...planned, mode: 'failover' });
  elementsOf(page);
  // In that order on the page, too: the findings, the steps, what is to be known, the button.
  const places = ['no longer fits', 'fails over', 'nobody is paged', '<button class="danger"'].map(part =>
    page.indexOf(part),
  );
  expect(places.every(place => place > 0)).toBe(true);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  for (const told of [
    '✗ Something no longer fits.',
    'payments-db recovers to site-a',
    'the journal fills',
    'nobody is paged',
    'Start LIVE failover',
  ])
    expect(textOf(page)).toContain(told);
  expect(page).toMatch(/<label for="confirm">/);
  expect(page).toContain('<input type="hidden" name="in.a" value="1">');
  expect(planPage(frame, { ...planned, mode: 'drill' })).not.toContain('name="confirm"');
});

test('the list of runs has what waits for people beside what goes on', () => {
  const going: ListedRun = { ...ran({ run: 'r/1', mode: 'failover', verdict: 'running' }) };
  const { endedAt: _, ...open } = going;
  const waits = [
    {
      run: 'r/1',
      pending: [{ key: 'go', kind: 'approval', since: start, message: '', from: ['ana'], choices: [], votes: [] }],
    },
  ] as const;
  const page = runsPage(frame, { runs: [open, ran({})], waits, zone });
  elementsOf(page);
  expect(page).toContain('href="/runs/r%2F1"');
  expect(textOf(page)).toContain('LIVE other failover at site-b');
  expect(textOf(page)).toContain('Waits for ana: approval go');
  expect(textOf(page)).toContain('✓ passed');
});
