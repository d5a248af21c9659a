import { describe, expect, test } from 'vitest';
import { auditPage } from '../../console/pages/audit-page.ts';
import { liftedPage, liftPage, liftPlanPage } from '../../console/pages/lift-page.ts';
import { runbooksPage } from '../../console/pages/runbooks-page.ts';
import { runsPage } from '../../console/pages/runs-page.ts';
import { schedulePage } from '../../console/pages/schedule-page.ts';
import { planPage, startPage } from '../../console/pages/start-page.ts';
import type { DryRun } from '../../control/dry-run.ts';
import type { ShelvedRunbook } from '../../control/runbook-shelf.ts';
import { approval, start } from '../control/watched.ts';
import { elementsOf } from '../report/page.ts';
import { bones, hostileTexts, poison } from './poison.ts';

const frame = {
  csrf: 'c',
  assets: { style: '/assets/page.css', script: '/assets/live.js' },
  person: { name: 'Ana Ruiz', verified: true, session: true },
};
const zone = { at: start, zone: 'Europe/Berlin' };
const input = (name: string, type: string, more: object = {}) => ({
  ...{ name, type, description: 'about', required: [], default: 'usual', pattern: 'a+', ...more },
});

/** Everything that may come from a file, a form or a ZVM. */
const runbook = {
  ...{ name: 'payments', file: 'payments.yaml', description: 'All of it', owner: 'team', site: 'site-b' },
  ...{ modes: ['drill', 'failover'], schedules: [] },
  inputs: [
    input('note', 'string'),
    input('size', 'enum', { values: ['small', 'large'] }),
    input('hosts', 'list', { of: 'string', default: ['a', 'b'] }),
    input('point', 'checkpoint', { default: { by: 'tag', tag: 'before' } }),
  ],
  plans: { drill: 'abc' },
  withdrawn: [{ version: 'abc', by: 'bo', at: 'a day', reason: 'a mistake' }],
  published: { version: 'abc', by: 'bo', at: '2026-11-21T02:10:00Z', refused: 'no signature', same: false },
} as unknown as ShelvedRunbook;
const look: DryRun = {
  ...{
    fits: false,
    findings: [{ step: 'ready', sentence: 'VM app-1 has no checkpoint' }],
    told: ['the journal fills'],
  },
  steps: [
    { key: 'db', phase: 'main', uses: 'zerto/failover', effect: 'reversible', what: 'fails over', timeoutMs: 60_000 },
    { key: 'x', phase: 'main', uses: 'y', effect: 'read', what: '', timeoutMs: 1_000, closes: 'db' } as never,
  ],
};
const schedule = {
  ...{ id: 'payments/weekly', timeZone: 'Europe/London', paused: 'paused by bo: no', overdueSince: start - 9_000 },
  ...{ times: [{ at: start + 9_000, local: '2026-11-22T02:20', offset: '+00:00' }], unreadable: 'no such input' },
};
const ran = {
  ...{ run: 'r', runbook: 'payments', mode: 'drill', site: 'site-b', requester: 'ana', verdict: 'passed' },
  ...{ startedAt: start - 9_000, endedAt: start - 1_000 },
} as const;
const { endedAt: _, ...goes } = ran;
const filled = { 'in.note': 'typed', 'in.size': 'small', reason: 'the webhook’s title', lift: 'a.b.c' };
const wrong = 'The ZVM refused the sign-in: wrong';

/** What chooses a class, a branch or a time is the program's own. */
const kept =
  /\.(type|mode|modes|required|effect|phase|status|verdict|kind|zone|timeZone|local|offset)$|\.published\.at$/;
const wanted = { runbook, mode: 'failover' as const, filled, wrong };
const plan = { look, site: 'site-b', hash: 'abcdef0123456789' };
const open = { needsPublished: true, mayStart: () => 'may not', mayHand: () => true, mayLift: () => true };
const line = { at: '2026-11-21T02:10:00.000Z', person: 'ana', how: 'token', call: 'cancel', run: 'r', step: 'db' };

type Page = (text: string) => string;
const pages: readonly (readonly [string, Page])[] = [
  ['start', text => startPage(frame, poison({ ...wanted, liftable: true }, text, kept))],
  ['plan', text => planPage(frame, poison({ ...wanted, ...plan, once: 'o', warnings: ['not paged'] }, text, kept))],
  ['lift', text => liftPage(frame, poison(wanted, text, kept))],
  ['plan of a lift', text => liftPlanPage(frame, poison({ ...wanted, ...plan }, text, kept))],
  [
    'lifted',
    text =>
      liftedPage(
        frame,
        ...poison(
          [wanted, { ...{ lift: 'a.b', run: 'r', plan: 'abc' }, runbook: 'payments', mode: 'failover' }] as const,
          text,
          kept,
        ),
      ),
  ],
  [
    'runbooks',
    text => {
      const mistaken = { ...runbook, mistakes: { count: 2, first: 'no step' } };
      const shown = poison(
        { runbooks: [runbook, mistaken], drills: [{ latest: [ran], passed: ran }], schedules: [schedule] },
        text,
        kept,
      );
      const own = shown.schedules.map(each => ({ ...each, id: `${text}/${text}` }));
      const drills = new Map(shown.runbooks.flatMap(({ name }) => shown.drills.map(each => [name, each] as const)));
      return runbooksPage(frame, { ...shown, ...open, drills, schedules: own, zone, mayStart: () => text });
    },
  ],
  [
    'runs',
    text => {
      const waits = [{ run: 'r', pending: [approval('go')], silent: false }];
      return runsPage(frame, { ...poison({ runs: [ran, goes], waits: waits as never }, text, kept), zone });
    },
  ],
  [
    'schedule',
    text =>
      schedulePage(frame, {
        ...poison({ schedule, runbook: 'payments', notAdmin: 'no', notStart: 'no', wrong }, text, kept),
        zone,
      }),
  ],
  [
    'audit',
    text =>
      auditPage(
        frame,
        poison([{ ...line, choice: 'x', reason: 'withdrawn', counted: false, text: 'no' }], text, kept),
        zone,
      ),
  ],
];

describe.each(pages)('text from outside, on the page %s', (_, page) => {
  test.each(hostileTexts)('stays text: %j', hostile => {
    const shown = page(hostile);
    elementsOf(shown);
    expect(bones(shown)).toBe(bones(page('text')));
    expect(shown).not.toMatch(/(?:href|src|action)="javascript:/);
    expect(shown).not.toContain('\u202e');
  });
});

test('the audit shows each time in UTC and in the house’s zone', () => {
  const shown = { ...line, choice: '', reason: '', counted: true, text: '' };
  expect(auditPage(frame, [shown], zone)).toContain('02:10:00Z</time> <span class="local">03:10 CET</span>');
  // A file may hold anything.
  expect(auditPage(frame, [{ ...shown, at: 'yesterday' }], zone)).toContain('yesterday');
});
