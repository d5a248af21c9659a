import { expect, test } from 'vitest';
import { parseCron } from '../../../compiler/triggers/cron.ts';
import { type Seen, whatIsMissed } from '../../../control/schedules/missed.ts';
import type { Kept } from '../../../engine/timekeeper-types.ts';

const minute = 60_000;
const day = 86_400_000;
const at = Date.UTC(2026, 10, 28, 3, 30);

function seen(more: Partial<Seen> = {}): Seen {
  const parsed = parseCron('30 3 * * *');
  if ('problems' in parsed) throw new Error('no cron');
  return {
    id: 'payments/daily',
    runbook: 'payments',
    cron: parsed.cron,
    timeZone: 'UTC',
    jitterMs: 0,
    catchUpMs: 10 * minute,
    createdAt: at - 30 * day,
    since: at - 30 * day,
    taken: [],
    isRunning: false,
    overlap: 'skip',
    missed: 0,
    skipped: 0,
    ...more,
  };
}

/** A look every minute over two hours round the time; what each tells. */
function told(schedule: Seen | ((now: number) => Seen), from = at - 30 * minute, to = at + 90 * minute): string[] {
  let kept: Kept | undefined;
  const texts: string[] = [];
  for (let now = from; now <= to; now += minute) {
    const looked = whatIsMissed([typeof schedule === 'function' ? schedule(now) : schedule], kept, now, undefined);
    kept = looked.kept;
    texts.push(...looked.pages.map(({ event, text, at: when = 0 }) => `+${(when - at) / minute}m ${event} ${text}`));
  }
  return texts;
}

test('a time without a run is told once, when its run can no longer begin', () => {
  expect(told(seen())).toEqual([
    '+11m not-started payments/daily of 2026-11-28 03:30 (UTC, 2026-11-28T03:30Z): Temporal has started no run',
  ]);
});

test('a time with a run is not, late or jittered', () => {
  expect(told(seen({ taken: [at] }))).toEqual([]);
  expect(told(seen({ taken: [at + 4 * minute], jitterMs: 5 * minute }))).toEqual([]);
  expect(told(seen({ taken: [at + 9 * minute], jitterMs: 5 * minute }))).toHaveLength(1);
});

test('why: paused with its note, the run before, an outage', () => {
  expect(told(seen({ paused: 'audit week' })).join()).toContain(': the schedule is paused (audit week)');
  expect(told(now => seen({ skipped: now > at + 10 * minute ? 1 : 0 })).join()).toContain('(overlap: skip)');
  expect(told(now => seen({ missed: now > at + 10 * minute ? 1 : 0 })).join()).toContain(
    'Temporal was away for longer than 10m (catch-up)',
  );
  expect(told(seen({ overlap: 'wait', isRunning: true }))).toEqual([]);
});

test('defect: a time that fell into the run before was told as one for which Temporal has started none', () => {
  const said = (schedule: (now: number) => Seen) => told(schedule).map(text => text.replace(/.*\): /, ''));
  // Temporal counts it when it comes.
  for (const catchUpMs of [10_000, 10 * minute, 60 * minute]) {
    expect(said(now => seen({ catchUpMs, skipped: now >= at ? 1 : 0 }))).toEqual([
      'the run before was still going on (overlap: skip)',
    ]);
    expect(said(now => seen({ catchUpMs, skipped: 3, missed: now >= at + 2 * minute ? 1 : 0 }))).toEqual([
      expect.stringContaining('Temporal was away'),
    ]);
    // Long before it: of another time.
    expect(said(now => seen({ catchUpMs, skipped: now >= at - 5 * minute ? 1 : 0 }))).toEqual([
      'Temporal has started no run',
    ]);
  }
});

test('what is kept of the counters stays small', () => {
  let kept: Kept | undefined;
  for (let now = at; now < at + day; now += minute)
    ({ kept } = whatIsMissed([seen({ catchUpMs: day, skipped: now / minute })], kept, now, undefined));
  expect(kept?.counts?.['payments/daily']).toHaveLength(100);
});

test('not of a time before the schedule was made or changed, nor before the first look, nor in the gap', () => {
  expect(told(seen({ since: at + minute }))).toEqual([]);
  expect(told(seen(), at + 20 * minute)).toEqual([]);
  const gap = Date.UTC(2027, 2, 28, 1, 0);
  const parsed = parseCron('30 1 * * *');
  if ('problems' in parsed) throw new Error('no cron');
  const london = seen({ cron: parsed.cron, timeZone: 'Europe/London' });
  expect(told(london, gap - 30 * minute, gap + 90 * minute)).toEqual([]);
});

test('a look that comes late tells all that was missed meanwhile', () => {
  const first = whatIsMissed([seen()], undefined, at - minute, undefined);
  const late = whatIsMissed([seen()], first.kept, at + 3 * day, undefined);
  expect(late.pages.map(({ text }) => text.slice(18, 34))).toEqual([
    '2026-11-28 03:30',
    '2026-11-29 03:30',
    '2026-11-30 03:30',
  ]);
  expect(whatIsMissed([seen()], late.kept, at + 3 * day + minute, undefined).pages).toEqual([]);
});

test('overdue is told once, again after a drill that passed and became old in its turn; what Temporal forgets is kept', () => {
  const interval = 180 * day;
  const passed = at - 179 * day;
  const first = whatIsMissed([seen({ lastPassed: passed })], undefined, at, interval);
  expect(first.pages).toEqual([]);
  const forgotten = whatIsMissed([seen()], first.kept, at + 2 * day, interval);
  const [page] = forgotten.pages.filter(({ event }) => event === 'overdue');
  expect(page).toMatchObject({ runbook: 'payments', mode: 'drill', about: 'since 2026-06-02T03:30Z' });
  expect(page?.text).toBe('the last drill that passed ended 2026-06-02T03:30Z, and policy.drill-interval is 180d');
  const again = whatIsMissed([seen()], forgotten.kept, at + 3 * day, interval);
  expect(again.pages.filter(({ event }) => event === 'overdue')).toEqual([]);
  const anew = whatIsMissed([seen({ lastPassed: at + 4 * day })], again.kept, at + 5 * day, interval);
  expect(anew.pages.filter(({ event }) => event === 'overdue')).toEqual([]);
  const old = whatIsMissed([seen()], anew.kept, at + 200 * day, interval);
  expect(old.pages.filter(({ event }) => event === 'overdue')).toHaveLength(1);
});

test('two schedules of a runbook are overdue once; never passed counts from the first that was made', () => {
  const two = [seen(), seen({ id: 'payments/weekly', createdAt: at - 200 * day })];
  const { pages } = whatIsMissed(two, undefined, at, 180 * day);
  expect(pages.map(({ text }) => text)).toEqual([
    'no drill has passed since its schedule was made (2026-05-12T03:30Z), and policy.drill-interval is 180d',
  ]);
});
