import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { loadAssets } from '../../console/pages/assets.ts';
import { runPage } from '../../console/pages/run-page.ts';
import type { Deciders } from '../../control/run-view/who-decides.ts';
import { viewRun } from '../../control/run-view.ts';
import { opening } from '../report/sample.ts';
import { approval, call, type Made, peers, start, watched } from '../control/watched.ts';
import { launchBrowser } from './console-browser.ts';

const text = readFileSync(new URL('../../runbooks/payments.yaml', import.meta.url), 'utf8');
const planned = compile({ file: 'payments.yaml', text }).plan('failover', {});
if (!('plan' in planned)) throw new Error('runbooks/payments.yaml has no failover');
const { plan } = planned;
const at = start + 600_000;
const message = 'Fail payments over: Site A is lost: power is out in both halls';
const vpgs = ['payments-db', 'payments-app', 'payments-web'];
const people: Deciders = {
  people: [
    { person: 'ana', name: 'Ana Ruiz', telephone: '+44 20 7946 0001' },
    { person: 'bo', name: 'Bo Lind', telephone: '+44 20 7946 0002' },
    { person: 'dee', name: 'Dee Okafor', telephone: '+44 20 7946 0003', alone: true },
  ],
  outside: [],
};

const away = { site: 'site-b', operation: 'GET tasks', answered: false };
/** The shipped failover where it waits for people, with all that the first screen may tell. */
const screens: readonly (readonly [string, Made])[] = [
  [
    'its first vote',
    { pending: [approval('go', { message, breakGlass: ['dr-duty'] })], calls: [call('ready', 1_000)] },
  ],
  [
    'a step that did not succeed, while a site is away',
    {
      pending: [
        approval('front', {
          kind: 'question',
          message: 'The ZVM did not answer.',
          choices: ['retry', 'skip', 'abort'],
        }),
      ],
      journal: {
        openings: vpgs.slice(0, 2).map(vpg => opening(vpg, 180_000, 0, { action: 'zerto/failover', state: 'open' })),
      },
      calls: [call('ready', 1_000)],
      trying: [{ key: 'db', attempt: 3, error: 'no answer', zvm: away, givesUpAt: at + 60_000, guard: true }],
    },
  ],
  [
    'to commit or to roll back',
    {
      pending: [
        approval('keep', {
          ...{ message: 'After commit the only way back is a failback.', choices: ['commit', 'roll-back'] },
          votes: [{ by: 'bo', choice: 'commit', at: at - 1_000, verified: true }],
        }),
      ],
      journal: { openings: vpgs.map(vpg => opening(vpg, 180_000, 0, { action: 'zerto/failover', state: 'open' })) },
      calls: [call('ready', 1_000)],
    },
  ],
];

const ended = ['sign-in', 'ready', 'go', 'points', 'db', 'db_up', 'front'];
/** Every step before the one that asks has ended. */
const linesOf = ({ pending = [] }: Made): NonNullable<Made['progress']> =>
  ended
    .slice(0, ended.includes(pending[0]?.key ?? '') ? ended.indexOf(pending[0]?.key ?? '') : ended.length)
    .map((key, place) => ({ seq: place + 1, at: start + 1_000, key, place, status: 'succeeded' as const }));

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser.close();
});

describe('the first screen of a phone shows all of the shipped failover that somebody needs to decide', () => {
  test.each(screens)('%s', async (_, made) => {
    const assets = loadAssets();
    const view = viewRun(watched({ mode: 'failover', plan, progress: linesOf(made), ...made }), { peers }, at);
    const viewing = { at, zone: 'Europe/Berlin', csrf: 'c', may: () => undefined, who: () => people, numbers: true };
    const person = { name: 'Ana Ruiz', verified: true, session: true };
    const markup = runPage({ csrf: 'c', assets, person }, view, {
      ...viewing,
      lastDrill: { at: at - 86_400_000 },
    });
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.route('**/*', async route => {
      if (route.request().url().includes('/live')) {
        await route.fulfill({ contentType: 'text/event-stream', body: 'event: release\ndata: x\n\n' });
        return;
      }
      const found = assets.read(route.request().url().split('/assets/')[1] ?? '');
      await route.fulfill(
        found === undefined
          ? { body: markup, contentType: 'text/html' }
          : { body: found.body, contentType: found.type },
      );
    });
    await page.goto('http://drillbook.test/runs/x');
    const bottoms: Record<string, number> = {};
    for (const part of ['.now .next', '.facts-line', '.means', '.buttons']) {
      const box = await page.locator(part).first().boundingBox();
      bottoms[part] = Math.round((box?.y ?? 9_999) + (box?.height ?? 0));
    }
    await page.close();
    expect(
      Object.values(bottoms).every(bottom => bottom <= 844),
      JSON.stringify(bottoms),
    ).toBe(true);
  });
});
