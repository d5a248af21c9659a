import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOrder } from '../../console/pages/runs-order.ts';
import { runsPage } from '../../console/pages/runs-page.ts';
import type { RunPending } from '../../control/pending.ts';
import type { ListedRun } from '../../control/run-list.ts';
import { textOf } from '../report/page.ts';
import { approval } from '../control/watched.ts';

const run = (id: string, mode: string, startedAt: number, endedAt?: number): ListedRun => ({
  ...{ run: id, runbook: id, mode, site: 'site-b', requester: 'cem', verdict: 'running', startedAt },
  ...(endedAt === undefined ? {} : { endedAt }),
});
const waitsFor = (id: string): RunPending => ({ run: id, pending: [approval('go')] });

const runs = [
  run('ended-new', 'drill', 90, 95),
  run('drill-new', 'drill', 80),
  run('change', 'change', 75),
  run('silent-live', 'failover', 70),
  run('ended-live', 'failover', 60, 99),
  run('drill-asked', 'drill', 50),
  run('live-old', 'move', 40),
  run('drill-old', 'drill', 30),
  run('live-asked-new', 'failover', 20),
  run('live-asked', 'failover', 10),
];
const waits = [
  ...['live-asked', 'live-asked-new', 'drill-asked'].map(waitsFor),
  { run: 'silent-live', pending: [], silent: true as const },
];
const wanted = [
  ...['live-asked-new', 'live-asked', 'drill-asked'],
  ...['silent-live', 'live-old', 'drill-new', 'change', 'drill-old'],
  ...['ended-new', 'ended-live'],
];

test('defect: of a run that could not be asked in time the page said that no worker answers', () => {
  const frame = {
    csrf: 'csrf-token',
    assets: { style: '/assets/page.css', script: '/assets/live.js' },
    person: { name: 'Ana Ruiz', verified: true, session: true },
  };
  const unasked = [{ run: 'live-old', pending: [], unasked: true as const }];
  const text = textOf(runsPage(frame, { runs, waits: unasked, zone: { at: 100 } }));
  expect(text).toContain('it could not be asked in time: whether it waits for people is not known.');
  expect(text).toContain('No run is known to wait for people. 1 run could not be asked in time.');
  expect(text).not.toContain('o worker answers');
});

describe('defect: a failover that waited for a vote stood below younger drills', () => {
  test('what waits for a person, then what goes on, each with what is live first; then what has ended', () => {
    expect(inOrder(runs, waits).map(each => each.run)).toEqual(wanted);
  });

  test('whatever order Temporal lists them in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(runs, { minLength: runs.length }), listed => {
        expect(inOrder(listed, waits).map(each => each.run)).toEqual(wanted);
      }),
    );
    const same = ['c', 'a', 'b'].map(id => run(id, 'drill', 5));
    expect(inOrder(same, []).map(each => each.run)).toEqual(['a', 'b', 'c']);
  });

  test('the page shows them so', () => {
    const frame = {
      csrf: 'csrf-token',
      assets: { style: '/assets/page.css', script: '/assets/live.js' },
      person: { name: 'Ana Ruiz', verified: true, session: true },
    };
    const text = textOf(runsPage(frame, { runs, waits, zone: { at: 100 } }));
    const places = wanted.map(id => text.search(new RegExp(`(LIVE|DRILL|CHANGE) ${id} `)));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });
});
