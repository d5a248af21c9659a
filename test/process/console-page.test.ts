import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outside } from '../../cli/outside.ts';
import { type Console, startConsole } from '../../console/console.ts';
import { ensureTimekeeper } from '../../control/janitor-schedule.ts';
import { shippedScenario } from '../../simulator/scenario-file/shipped.ts';
import { changeVpg } from '../../simulator/scenario.ts';
import { timekeeperId } from '../../workflows/names.ts';
import { drillbook as commandLine } from '../cli/command-line.ts';
import { type Harness, startHarness, until } from '../temporal/harness.ts';
import { quick, untilAsked } from '../temporal/live.ts';
import { launchBrowser, type Person, sitDown } from './console-browser.ts';

/** A script that would leave a trace, in each text that a person or a ZVM can supply. */
const canary = (where: string): string =>
  `<img src=x onerror="window.pwned='${where}'"><script>window.pwned='${where}'</script>`;
const vpg = `crm ${canary('vpg')}`;
const q = JSON.stringify;

const tokens = { ana: 'token-of-ana', bo: 'token-of-bo', cem: 'token-of-cem' } as const;

const oneDrill = `
apiVersion: drillbook/v1
name: hostile
description: ${q(canary('description'))}
owner: ${q(canary('owner'))}
site: site-b
objectives: { rto: 30m }
modes: [drill]
inputs:
  note: { type: string, default: ${q(canary('default'))}, description: ${q(canary('input'))} }
steps:
  - { id: told, name: ${q(canary('step'))}, uses: manual, with: { instructions: "\${{ inputs.note }}", assignee: bo }, timeout: 10m }
  - { id: db, uses: zerto/failover-test, with: { vpg: ${q(vpg)} }, timeout: 2m, on-failure: continue }
  - { id: again, uses: zerto/failover-test, with: { vpg: ${q(vpg)} }, timeout: 2m }
`;

const oneFailover = `
apiVersion: drillbook/v1
name: one
description: Fail one VPG over.
site: site-b
objectives: { rto: 30m, rpo: 5m }
modes: { failover: { via: lan-b } }
steps:
  - { id: go, uses: approval, with: { message: ${q(`${canary('message')} \${{ run.reason }}`)}, from: [ana, bo, cem] }, timeout: 30m }
  - { id: db, uses: zerto/failover, with: { vpg: payments-db }, timeout: 2m }
  - id: keep
    uses: approval
    with: { message: Keep it?, from: [ana, bo, cem], choices: [commit, roll-back] }
    timeout: 30m
  - { id: commit, if: steps.keep.outputs.choice == 'commit', uses: zerto/commit, with: { reverse-protect: true } }
  - { id: back, if: steps.keep.outputs.choice == 'roll-back', uses: zerto/roll-back }
`;

let harness: Harness;
let served: Console;
let browser: Browser;
let people: Record<keyof typeof tokens, Person>;
const log: string[] = [];

beforeAll(async () => {
  const scenario = changeVpg(quick(shippedScenario('payments')), 'crm', spec => ({ ...spec, name: vpg }));
  const listed = Object.entries(tokens).map(
    ([person, token]) =>
      `    - { person: ${person}, sha256: "sha256:${createHash('sha256').update(token).digest('hex')}", expires: "2099-12-31" }`,
  );
  harness = await startHarness({
    scenario,
    configure: text =>
      `${text
        .replace(
          /identity:\n {2}unverified: allow\n/,
          `identity:\n  unverified: allow\n  tokens:\n${listed.join('\n')}\n`,
        )
        .replace('Ana Ruiz', `'Ana ${canary('person').replaceAll("'", "''")}'`)
        .replace(/^policy:\n/m, '$&  time-zone: Europe/Berlin\n')}\norganisation: ${q(canary('organisation'))}\n`,
  });
  mkdirSync(join(harness.dir, 'runbooks'));
  writeFileSync(join(harness.dir, 'runbooks', 'hostile.yaml'), oneDrill);
  writeFileSync(join(harness.dir, 'runbooks', 'one.yaml'), oneFailover);
  served = await serve(0);
  browser = await launchBrowser();
  people = {
    ana: await sitDown(browser, served.url, tokens.ana),
    bo: await sitDown(browser, served.url, tokens.bo),
    cem: await sitDown(browser, served.url, tokens.cem),
  };
}, 240_000);

afterAll(async () => {
  await browser.close();
  await served.close();
  await harness.close();
});

const serve = (port: number): Promise<Console> =>
  startConsole({ configPath: harness.configPath, port, log: line => void log.push(line) });

/** Waits for the page itself: it is not loaded anew. */
const shows = (page: Page, text: string | RegExp, within = 60_000): Promise<void> =>
  page.getByText(text).first().waitFor({ timeout: within });

/** Not by a script: the policy of the page admits none. */
const linked = (page: Page): Promise<void> =>
  page.locator('body[data-linked=yes]').waitFor({ state: 'attached', timeout: 30_000 });

const runOf = (page: Page): string => decodeURIComponent(/\/runs\/([^/?#]+)/.exec(page.url())?.[1] ?? '');

/** What axe would look at first, in the page as the browser has it. */
async function expectSound(page: Page): Promise<void> {
  // As text: these types are a browser's.
  const found = await page.evaluate<string[]>(`(() => {
    const problems = [];
    const all = selector => [...document.querySelectorAll(selector)];
    const levels = all('h1,h2,h3,h4').map(heading => Number(heading.tagName.slice(1)));
    if (levels.filter(level => level === 1).length !== 1) problems.push('h1: ' + levels);
    levels.forEach((level, place) => {
      if (level - (levels[place - 1] ?? 0) > 1) problems.push('headings: ' + levels);
    });
    for (const landmark of ['main', 'header']) if (all(landmark).length < 1) problems.push('no ' + landmark);
    for (const field of all('input:not([type=hidden]),select,textarea'))
      if ((field.labels?.length ?? 0) === 0) problems.push('no label: ' + field.name);
    for (const control of all('button,a[href]'))
      if (control.textContent.trim() === '') problems.push('no name: ' + control.outerHTML);
    const ids = all('[id]').map(({ id }) => id);
    if (new Set(ids).size !== ids.length) problems.push('ids twice');
    if (document.documentElement.scrollWidth > innerWidth) problems.push('wide: ' + document.documentElement.scrollWidth);
    if (document.documentElement.lang === '' || document.title === '') problems.push('no language or title');
    return problems;
  })()`);
  expect(found, page.url()).toEqual([]);
}

/** What somebody must know at once is on a phone's screen before anything is scrolled. @param more what fits with a short message */
async function expectAboveFold(page: Page, more: readonly string[] = []): Promise<void> {
  await page.evaluate('scrollTo(0, 0)');
  const { height } = page.viewportSize() ?? { height: 0 };
  const always = ['.banner', '.now .sentence', '.now .since', '.now .next', '.strip', '.facts-line', '.decision h2'];
  for (const part of [...always, '.means', ...more]) {
    // At once: an update may take away what was found a moment ago.
    const script = `document.querySelector(${q(part)})?.getBoundingClientRect().bottom ?? ${height + 1}`;
    expect(await page.evaluate<number>(script), part).toBeLessThanOrEqual(height);
  }
}

async function expectUnharmed(...some: readonly Person[]): Promise<void> {
  for (const { page, troubles } of some) {
    expect(await page.evaluate('window.pwned')).toBeUndefined();
    expect(troubles).toEqual([]);
  }
}

test('a drill is started from its form, after its plan, and watched to its end; no text runs', async () => {
  const { ana, bo } = people;
  harness.simulator.faults.add({
    method: 'POST',
    path: /^vpgs\/.*\/failovertest$/,
    then: { kind: 'fail-task', reason: canary('task') },
  });
  await ana.page.getByRole('link', { name: 'Runbooks' }).click();
  await shows(ana.page, 'Never drilled');
  await expectSound(ana.page);
  await ana.page.getByRole('link', { name: 'Start drill …' }).click();
  await expectSound(ana.page);
  await ana.page.getByLabel('Reason').fill(canary('reason'));
  await ana.page.getByRole('button', { name: 'Show the plan' }).click();
  await shows(ana.page, '✓ All of it fits.');
  await shows(ana.page, 'closes db');
  expect(harness.simulator.testsRunning()).toEqual([]);
  await expectSound(ana.page);
  await ana.page.getByRole('button', { name: 'Start drill' }).click();

  await ana.page.getByRole('heading', { name: /By hand/ }).waitFor({ timeout: 60_000 });
  const run = runOf(ana.page);
  await expectSound(ana.page);
  await shows(ana.page, /DRILL/);
  // Somebody else answers: whoever looks on sees it without loading anything.
  await bo.page.goto(ana.page.url());
  await bo.page.getByLabel(/What was done/).fill(canary('note'));
  await bo.page.getByRole('button', { name: 'Done' }).click();
  await bo.page.getByText(canary('task')).first().waitFor({ timeout: 60_000 });
  await ana.page.getByText(/Ended \d\d:\d\d/).waitFor({ timeout: 90_000 });
  await ana.page.getByText(canary('note')).first().waitFor();
  const { verdict } = await harness.result(run);
  await shows(ana.page, verdict.replaceAll('_', ' '));
  expect(await ana.page.title()).toContain('hostile');
  await expectSound(ana.page);
  for (const path of [`/runs/${run}/report`, `/runs/${run}/graph`, `/runs/${run}/act`, '/audit', '/', '/runbooks']) {
    await ana.page.goto(served.url + path);
    await expectUnharmed(ana);
    // A report stands by itself, and has tests of its own.
    if (!path.endsWith('/report')) await expectSound(ana.page);
  }
  await shows(ana.page, canary('description'));
  await expectUnharmed(ana, bo);
});

test('a failover is approved by another person and refused to its requester; the name is asked for', async () => {
  const { ana, cem } = people;
  await cem.page.goto(`${served.url}/runbooks/one/start?mode=failover`);
  await cem.page.getByLabel('Reason').fill(canary('loss'));
  await cem.page.getByRole('button', { name: 'Show the plan' }).click();
  await shows(cem.page, '✓ All of it fits.');
  // Somebody saves the file meanwhile: what was not shown is not started, and is shown now.
  writeFileSync(join(harness.dir, 'runbooks', 'one.yaml'), oneFailover.replace('timeout: 30m', 'timeout: 31m'));
  await cem.page.getByLabel(/Type one to confirm/).fill('one');
  await cem.page.getByRole('button', { name: 'Start LIVE failover' }).click();
  await shows(cem.page, /changed since this plan was shown/);
  await shows(cem.page, '31m');
  await cem.page.getByLabel(/Type one to confirm/).fill('two');
  await cem.page.getByRole('button', { name: 'Start LIVE failover' }).click();
  await shows(cem.page, /Nothing was started/);
  await cem.page.getByLabel(/Type one to confirm/).fill('one');
  await cem.page.getByRole('button', { name: 'Start LIVE failover' }).click();
  await cem.page.getByRole('heading', { name: /Approval: go/ }).waitFor({ timeout: 60_000 });
  const run = runOf(cem.page);
  await expectSound(cem.page);
  await expectAboveFold(cem.page);

  await cem.page.getByLabel('Reason', { exact: true }).fill('let us go');
  await cem.page.getByLabel(/Type one to confirm/).fill('one');
  await cem.page.getByRole('button', { name: 'Approve' }).click();
  await shows(cem.page, 'It does not count:');
  await shows(cem.page, 'cem has started the run, and another must decide');

  await ana.page.goto(`${served.url}/runs/${run}`);
  await ana.page.getByLabel('Reason', { exact: true }).fill('agreed');
  await ana.page.getByRole('button', { name: 'Approve' }).click();
  await shows(ana.page, /was not confirmed/);
  // Refused: what was typed stands there again, and a tab that is opened again with this address finds the run.
  expect(await ana.page.getByLabel('Reason', { exact: true }).inputValue()).toBe('agreed');
  expect(new URL(ana.page.url()).pathname).toBe(`/runs/${run}/decide`);
  await ana.page.goto(ana.page.url());
  expect(new URL(ana.page.url()).pathname).toBe(`/runs/${run}`);
  // By the keyboard alone; Enter in a field decides nothing.
  await ana.page.getByLabel('Reason', { exact: true }).focus();
  await ana.page.keyboard.type('agreed');
  await ana.page.keyboard.press('Enter');
  await ana.page.keyboard.press('Tab');
  await ana.page.keyboard.type('one');
  await ana.page.keyboard.press('Enter');
  await sleep(300);
  expect(new URL(ana.page.url()).pathname).toBe(`/runs/${run}`);
  await ana.page.keyboard.press('Tab');
  expect(await ana.page.evaluate('document.activeElement.textContent')).toBe('Approve');
  await ana.page.keyboard.press('Enter');

  await untilAsked(harness, run, 'keep', 60_000);
  await cem.page.getByRole('heading', { name: /Approval: keep/ }).waitFor({ timeout: 30_000 });
  await shows(cem.page, /Discards everything written at site-b since \d\d:\d\d:\d\dZ \(payments-db\)\./);
  await shows(cem.page, 'no deadline: only a person ends it');
  // Without the notice that his vote did not count.
  await cem.page.goto(`${served.url}/runs/${run}`);
  await cem.page.getByRole('heading', { name: /Approval: keep/ }).waitFor();
  await expectAboveFold(cem.page, ['.buttons']);
  await expectSound(cem.page);
  await expectUnharmed(ana, cem);
});

test('without scripts a person decides and sees the end, and starts a drill', async () => {
  const bo = await sitDown(browser, served.url, tokens.bo, { javaScriptEnabled: false });
  await bo.page.getByRole('link', { name: 'one' }).click();
  const run = runOf(bo.page);
  await bo.page.getByLabel('Reason', { exact: true }).fill(canary('vote'));
  await bo.page.getByLabel(/Type one to confirm/).fill('one');
  // Else it would commit.
  await bo.page.getByLabel(/Type one to confirm/).press('Enter');
  await sleep(300);
  await bo.page.getByRole('button', { name: 'Roll back' }).click();
  await harness.result(run);
  await until('the page without scripts shows the end', async () => {
    await bo.page.goto(`${served.url}/runs/${run}`);
    return await bo.page.getByText(/Ended \d\d:\d\d/).isVisible();
  });
  await shows(bo.page, 'rolled back');

  await bo.page.goto(`${served.url}/runbooks/hostile/start?mode=drill`);
  await bo.page.getByLabel('Reason').fill('no scripts here');
  await bo.page.getByRole('button', { name: 'Show the plan' }).click();
  await bo.page.getByRole('button', { name: 'Start drill' }).click();
  const drill = runOf(bo.page);
  await untilAsked(harness, drill, 'told', 60_000);
  await bo.page.reload();
  await bo.page.getByLabel(/What was done/).fill('by hand');
  await bo.page.getByRole('button', { name: 'Done' }).click();
  const { steps } = await harness.result(drill);
  expect(steps.find(({ key }) => key === 'told')?.status).toBe('succeeded');
  expect((await harness.journal(drill)).run).toMatchObject({ trigger: 'console', requester: 'bo' });
  await bo.context.close();
  const { ana } = people;
  for (const path of [`/runs/${run}`, `/runs/${run}/report`, '/audit', '/']) {
    await ana.page.goto(served.url + path);
    await expectUnharmed(ana);
  }
  await ana.page.goto(`${served.url}/runs/${run}`);
  for (const text of ['loss', 'vote']) await shows(ana.page, canary(text));
});

test('a page goes on where it was when the console comes back, with what somebody has begun to write', async () => {
  const { ana } = people;
  const byTwo = oneFailover.replace('from: [ana, bo, cem] }', 'from: [ana, bo, cem], count: 2, break-glass: [ana] }');
  const id = await harness.start(harness.plan(byTwo, 'failover'), { requester: 'cem', reason: 'again' });
  await untilAsked(harness, id, 'go', 60_000);
  await ana.page.goto(`${served.url}/runs/${id}`);
  await linked(ana.page);
  // Something changes: from now on the page has the id of an event to come back with.
  const focused = () => ana.page.evaluate('document.activeElement.ariaLabel ?? document.activeElement.textContent');
  const vote = async (by: string, choice: string, reason: string) =>
    await harness.control.client.workflow.getHandle(id).executeUpdate('approve', {
      args: [{ id: `a-vote-of-${by}`, key: 'go', by, choice, reason }],
    });
  await ana.page.locator('.log').focus();
  await vote('cem', 'approve', 'mine');
  await shows(ana.page, '✗ not counted');
  await ana.page.locator('.log', { hasText: 'mine' }).waitFor();
  expect(await focused()).toBe('Log');
  await ana.page.getByLabel('Reason', { exact: true }).fill('half a rea');
  await ana.page.getByText('Break the glass').click();
  await ana.page.getByLabel(/My word alone counts/).check();
  await ana.page.getByText('Break the glass').focus();
  const port = Number(new URL(served.url).port);
  await served.close();
  await shows(ana.page, /No connection to the console since/);
  // It is seen where somebody stands: at the buttons.
  await ana.page.getByRole('button', { name: 'Approve' }).scrollIntoViewIfNeeded();
  expect((await ana.page.locator('#link').boundingBox())?.y).toBeGreaterThanOrEqual(0);
  const streamed: string[] = [];
  ana.page.on('request', request => {
    if (request.url().includes('/live')) streamed.push(request.url());
  });
  // A proxy answers in its place for a while: a browser by itself tries no more then.
  await ana.page.route(/\/live\?/, route => route.fulfill({ status: 502, body: 'Bad Gateway' }), { times: 3 });
  served = await serve(port);
  // Somebody takes up his phone again.
  for (let tries = 0; tries < 3; tries++) {
    await ana.page.evaluate(`dispatchEvent(new Event('online'))`);
    await sleep(300);
  }
  await linked(ana.page);
  expect(streamed.length).toBeGreaterThanOrEqual(3);
  expect(await ana.page.locator('#link').isVisible()).toBe(false);
  // It says what it has, and is sent what has changed since.
  expect(new URL(streamed.at(-1) ?? '').searchParams.get('known')).toMatch(/^[\w-]{8}(\.[\w-]{8})+$/);
  await vote('ana', 'approve', 'by another way');
  await ana.page.locator('.votes').getByText('approve').waitFor();
  expect(await focused()).toBe('Break the glass');
  expect(await ana.page.getByLabel(/My word alone counts/).isChecked()).toBe(true);
  expect(await ana.page.getByLabel('Reason', { exact: true }).inputValue()).toBe('half a rea');
  await vote('bo', 'reject', 'no');
  await ana.page.getByText(/Ended \d\d:\d\d/).waitFor({ timeout: 60_000 });
  // Somebody else has decided: nothing is asked any more, and nothing was loaded.
  await ana.page.locator('.decision').waitFor({ state: 'detached', timeout: 10_000 });
  expect(await ana.page.locator('#call').textContent()).toBe('');
  expect(ana.troubles).toEqual([]);
});

test('defect: of eight pages of one browser the seventh did not load, and no vote was sent', async () => {
  const ana = await sitDown(browser, served.url, tokens.ana);
  const byTwo = oneFailover.replace('from: [ana, bo, cem] }', 'from: [ana, bo, cem], count: 2 }');
  const id = await harness.start(harness.plan(byTwo, 'failover'), { requester: 'cem', reason: 'many look on' });
  await untilAsked(harness, id, 'go', 60_000);
  const pages = [ana.page];
  while (pages.length < 8) pages.push(await ana.context.newPage());
  for (const page of pages) await page.goto(`${served.url}/runs/${id}`, { timeout: 15_000 });
  for (const page of pages) await linked(page);
  const eighth = pages[7] ?? ana.page;
  await eighth.getByLabel('Reason', { exact: true }).fill('of eight');
  await eighth.getByLabel(/Type one to confirm/).fill('one');
  await eighth.getByRole('button', { name: 'Approve' }).click({ timeout: 15_000 });
  // Each has its turn, though none is hidden.
  for (const page of pages) await page.locator('.votes').getByText('approve').waitFor({ timeout: 30_000 });
  for (const page of pages) expect(await page.locator('#link').isVisible()).toBe(false);
  for (const page of pages.slice(1)) await page.close();

  // What nobody looks at has no connection, and no fault; whoever turns to it again misses nothing.
  const turn = (hidden: boolean) =>
    ana.page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'))`);
  const has = () => ana.page.evaluate('navigator.locks.query().then(({ held }) => held.length)');
  await until('the page has a connection', async () => (await has()) === 1);
  await turn(true);
  await sleep(1000);
  expect(await has()).toBe(1);
  await until('it has none', async () => (await has()) === 0, 10_000);
  await harness.control.client.workflow.getHandle(id).executeUpdate('approve', {
    args: [{ id: 'a-vote-of-bo', key: 'go', by: 'bo', choice: 'reject', reason: 'no' }],
  });
  await harness.result(id);
  await sleep(2000);
  expect(await ana.page.getByText(/Ended \d\d:\d\d/).count()).toBe(0);
  expect(await ana.page.locator('#link').isVisible()).toBe(false);
  await turn(false);
  await ana.page.getByText(/Ended \d\d:\d\d/).waitFor({ timeout: 10_000 });
  await expectUnharmed(ana);
  await ana.context.close();
});

test('the list of runs: whoever stands on one still does when another comes, and a lost link is told', async () => {
  const { ana } = people;
  const problem = (status: number, detail: string) => ({
    ...{ status, contentType: 'application/problem+json; charset=utf-8', body: JSON.stringify({ detail }) },
  });
  const held: { readonly go: (markup: string) => Promise<void> }[] = [];
  await ana.page.route(/\/live\/runs/, async route => {
    if (held.length > 0) {
      await route.fulfill(problem(503, 'Temporal does not answer.'));
      return;
    }
    await new Promise<void>(resolve => {
      const go = async (runs: string): Promise<void> => {
        const parts = JSON.stringify({ at: Date.now(), parts: { runs } });
        await route.fulfill({
          contentType: 'text/event-stream',
          body: `event: release\ndata: x\n\nevent: parts\nid: a.b\ndata: ${parts}\n\n`,
        });
        resolve();
      };
      held.push({ go });
    });
  });
  await ana.page.goto(`${served.url}/`);
  const link = ana.page.locator('#runs a').first();
  const href = await link.getAttribute('href');
  await link.focus();
  await until('the stream is asked for', () => held.length > 0);
  await held[0]?.go(`<a href="/runs/newer">newer</a> <a href="${href ?? ''}">as before</a>`);
  await shows(ana.page, 'newer');
  expect(await ana.page.evaluate('document.activeElement.textContent')).toBe('as before');
  await shows(ana.page, /Nothing new since [\d:]+Z: Temporal does not answer\. What stands here may be old/);
  await ana.page.unroute(/\/live\/runs/);
  // The session has ended while there was no link: the page does not stand for ever.
  const loaded = ana.page.waitForEvent('load');
  await ana.page.route(/\/live\/runs/, route => route.fulfill(problem(401, 'You are nobody.')), { times: 2 });
  await loaded;
  await linked(ana.page);
  expect(await ana.page.getByText('newer').count()).toBe(0);
  expect(ana.troubles).toEqual([]);
});

test('what is typed at a run, and what a ZVM says to a sign-in, stays text', async () => {
  const ana = await sitDown(browser, served.url, tokens.ana);
  const { page } = ana;
  const start = async (): Promise<void> => {
    await page.goto(`${served.url}/runbooks/hostile/start?mode=drill`);
    await page.getByLabel(/^note/).fill(canary('typed'));
    await page.getByLabel('Reason').fill(canary('title of a webhook'));
    await page.getByRole('button', { name: 'Show the plan' }).click();
  };
  await start();
  await shows(page, '✓ All of it fits.');
  await page.getByRole('button', { name: 'Start drill' }).click();
  await page.getByRole('heading', { name: /By hand/ }).waitFor({ timeout: 60_000 });
  const run = runOf(page);
  for (const text of ['typed', 'title of a webhook']) await shows(page, canary(text));
  for (const [act, button] of [
    ['extend', 'More time'],
    ['cancel', 'Cancel the run'],
  ] as const) {
    await page.goto(`${served.url}/runs/${run}/act`);
    await page.locator(`#act-${act}-reason`).fill(canary(act));
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByText(canary(act)).first().waitFor();
  }
  await page.getByText(/Ended \d\d:\d\d/).waitFor({ timeout: 90_000 });
  for (const path of [`/runs/${run}`, `/runs/${run}/report`, '/audit', '/']) {
    await page.goto(served.url + path);
    await expectUnharmed(ana);
  }

  harness.simulator.faults.add({ path: '**', then: { kind: 'expire-sessions' } });
  const refusal = { status: 400, body: { Message: canary('sign-in') } };
  harness.simulator.faults.add({ path: 'session/add', times: 20, then: { kind: 'status', ...refusal } });
  await start();
  await shows(page, '✗ Something no longer fits.');
  await shows(page, canary('sign-in'));
  await expectSound(page);
  await expectUnharmed(ana);
  harness.simulator.faults.clear();
  await ana.context.close();
});

test('schedules: their next times, a pause by hand that asks for the name, a calendar, and what is overdue', async () => {
  const { bo } = people;
  const timed = oneDrill.replace('name: hostile', 'name: timed').replace(
    'steps:',
    `triggers:
  - schedule: { name: weekly, mode: drill, cron: "30 3 * * 6", time-zone: Europe/London, within: 2h }
  - schedule: { name: frozen, mode: drill, cron: "0 4 * * *", time-zone: UTC, blackouts: [freeze] }
steps:`,
  );
  writeFileSync(join(harness.dir, 'runbooks', 'timed.yaml'), timed);
  const config = readFileSync(harness.configPath, 'utf8');
  const freeze = `  freeze: { time-zone: UTC, periods: [ { from: "2020-01-01", to: "2120-01-01" } ] }\n`;
  const timedConfig = config
    .replace(/^policy:\n/m, '$&  drill-interval: 1s\n')
    .replace(/^calendars:\n/m, `$&${freeze}`);
  writeFileSync(harness.configPath, timedConfig);
  const env = { DRILLBOOK_CONFIG: harness.configPath };
  const applied = await commandLine(['schedule', 'apply'], { cwd: harness.dir, env, outside });
  expect([applied.code, applied.stderr]).toEqual([0, expect.stringContaining('2 schedules changed')]);
  const { client } = harness.control;
  await ensureTimekeeper(client);
  const keeper = client.schedule.getHandle(timekeeperId);
  // Longer than its drill-interval.
  await sleep(1_500);
  await keeper.trigger();
  await until('the timekeeper has looked', async () => {
    const { action } = (await keeper.describe()).info.recentActions.at(-1) ?? {};
    const run = action === undefined ? undefined : client.workflow.getHandle(action.workflow.workflowId);
    return (await run?.describe())?.status.name === 'COMPLETED';
  });

  await bo.page.goto(`${served.url}/runbooks`);
  const weekly = bo.page.locator('.schedule', { hasText: 'Schedule weekly' });
  const frozen = bo.page.locator('.schedule', { hasText: 'Schedule frozen' });
  expect(await weekly.innerText()).toMatch(/next \d{4}-\d\d-\d\d.*or later, up to/);
  expect(await frozen.innerText()).toContain('not started: blackout freeze');
  for (const lines of [weekly, frozen])
    expect(await lines.innerText()).toMatch(/! Overdue: no drill has passed since .*\d\d:\d\d:\d\dZ/);
  await expectSound(bo.page);

  await weekly.getByRole('link', { name: 'Pause it, or run it now …' }).click();
  await expectSound(bo.page);
  await bo.page.getByLabel('Reason', { exact: true }).fill(canary('pause'));
  await bo.page.getByLabel(/Type timed to confirm/).fill('hostile');
  await bo.page.getByRole('button', { name: 'Pause' }).click();
  await shows(bo.page, 'That was not confirmed');
  await bo.page.getByLabel('Reason', { exact: true }).fill(canary('pause'));
  await bo.page.getByLabel(/Type timed to confirm/).fill('timed');
  await bo.page.getByRole('button', { name: 'Pause' }).click();
  await weekly.getByText('! paused: paused by bo').waitFor();
  expect((await client.schedule.getHandle('timed/weekly').describe()).state.paused).toBe(true);
  await weekly.getByRole('link', { name: 'Resume it, or run it now …' }).click();
  await bo.page.getByRole('button', { name: 'Resume' }).click();
  await weekly.getByRole('link', { name: 'Pause it, or run it now …' }).click();
  expect((await client.schedule.getHandle('timed/weekly').describe()).state.paused).toBe(false);
  // As the worker has read it: a run is told by which drillbook.yaml it was started.
  writeFileSync(harness.configPath, config);
  await bo.page.getByRole('button', { name: 'Run the drill now' }).click();
  await bo.page.getByRole('heading', { name: /By hand/ }).waitFor({ timeout: 60_000 });
  await harness.control.client.workflow.getHandle(runOf(bo.page)).terminate();
  await keeper.delete();
  for (const name of ['weekly', 'frozen']) await client.schedule.getHandle(`timed/${name}`).delete();
  await expectUnharmed(bo);
});

test('what is not there, or not allowed, is a page with a sentence', async () => {
  const { ana } = people;
  const missing = await ana.page.goto(`${served.url}/runs/no-such-run`);
  expect(missing?.status()).toBe(404);
  await shows(ana.page, 'There is no run no-such-run');
  await expectSound(ana.page);
  await ana.page.goto(`${served.url}/nothing`);
  await shows(ana.page, 'There is nothing at /nothing.');
  const forged = await ana.context.request.post(`${served.url}/runs/x/decide`, { form: { choice: 'commit' } });
  expect(forged.status()).toBe(403);
  const tab = await ana.context.newPage();
  await tab.goto(`${served.url}/`);
  await linked(tab);
  await ana.page.goto(`${served.url}/`);
  await ana.page.getByRole('button', { name: 'Sign out' }).click();
  await ana.page.getByLabel('Your token').fill('wrong');
  await ana.page.getByRole('button', { name: 'Sign in' }).click();
  await shows(ana.page, /Nobody is known by this token/);
  await expectSound(ana.page);
  // The other page was open all the time: it is not left standing.
  await tab.getByLabel('Your token').waitFor({ timeout: 30_000 });
  // It says as it starts that nothing signs here; anything else would be a defect.
  expect(log.filter(line => !line.startsWith('Nothing signs'))).toEqual([]);
});
