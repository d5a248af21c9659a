import { describe, expect, test } from 'vitest';
import { actPage, runPage } from '../../console/pages/run-page.ts';
import { runsPage } from '../../console/pages/runs-page.ts';
import { viewRun } from '../../control/run-view.ts';
import { textOf } from '../report/page.ts';
import { waiting } from '../report/sample.ts';
import { approval, type Made, peers, planOf, start, watched } from '../control/watched.ts';

const frame = { csrf: '', assets: { style: '', script: '' } };
const at = start + 600_000;
const zone = { at, zone: undefined };
const viewing = { ...zone, csrf: '', may: () => undefined };
const place = planOf('drill').steps.findIndex(each => each.id === 'db');
const runs: Made = {
  journal: { steps: [waiting('db', 'running')] },
  progress: [{ seq: 3, at: start, key: 'db', place, status: 'running' }],
};
const asks: Made = { pending: [approval('go')] };
const tries: Made = { trying: [{ key: 'db', attempt: 3, error: 'no answer' }] };
const stalls: Made = { trying: [{ key: 'db', attempt: 3, error: 'no answer', stalled: true }] };
const silent: Made = { silentSince: at - 40_000, workers: 0 };
const siteAway: Made = {
  idle: [{ key: 'db', taken: false, since: at - 60_000, of: [{ what: 'site', name: 'site-b' }] }],
};

describe('one page, one voice', () => {
  const news = 'No news from the worker';
  const again = 'rying again';
  const notTried = 'Not tried now: no worker is there';
  const unheard = 'what is sent now is not recorded';
  test.each<[string, Made, readonly string[], readonly string[]]>([
    ['a step runs', runs, [], [news, again, notTried, unheard, 'Waits for']],
    ['it is tried again', { ...runs, ...tries }, ['1 trying again'], [news, notTried, unheard]],
    ['a person is asked', asks, ['Waits for dr-managers'], [news, again, unheard, 'Waits for a worker']],
    ['no worker', { ...runs, ...silent }, [news, 'start one (drillbook worker)', 'Waits for a worker.'], [again]],
    ['defect: no worker, and it was said to be trying', { ...runs, ...silent, ...stalls }, [news, notTried], [again]],
    ['no worker, and a person is asked', { ...asks, ...silent }, [news, unheard, 'Last known: '], [again]],
    [
      'a site’s own worker is away, while another goes on trying',
      { ...runs, ...siteAway, trying: [...(stalls.trying ?? []), { key: 'db_up', attempt: 2, error: 'refused' }] },
      ['No worker of site-b has taken db', 'Waits for a worker of site-b: ', '1 trying again', notTried],
      [news, unheard],
    ],
  ])('%s', (_, made, told, untold) => {
    const text = textOf(runPage(frame, viewRun(watched(made), { peers }, at), viewing));
    for (const each of told) expect(text).toContain(each);
    for (const each of untold) expect(text).not.toContain(each);
  });

  test('an operator is told before he acts that nobody hears him', () => {
    const page = (made: Made) => textOf(actPage(frame, viewRun(watched(made), { peers }, at), viewing));
    expect(page({ ...runs, ...silent })).toContain(unheard);
    expect(page(runs)).not.toContain(unheard);
  });
});

test('defect: the list said that no run waits for people, of runs whose worker does not answer', () => {
  const run = {
    run: 'r',
    runbook: 'payments',
    mode: 'failover',
    site: 'site-b',
    requester: 'cem',
    verdict: 'running',
    startedAt: start,
  };
  const text = textOf(runsPage(frame, { runs: [run], waits: [{ run: 'r', pending: [], silent: true }], zone }));
  expect(text).toContain('No run is known to wait for people. Of 1 run no worker answers.');
  expect(text).toContain('LIVE');
  expect(text).toContain(
    'No worker answers for it: whether it waits for people is not known. Start one (drillbook worker)',
  );
  const last = { pending: [approval('go')], at: at - 60_000 };
  const remembered = textOf(
    runsPage(frame, { runs: [run], waits: [{ run: 'r', pending: [], silent: true, last }], zone }),
  );
  expect(remembered).toContain('it was heard last 02:19:00Z, and waited for people then (below).');
  expect(remembered).toContain('Waits for dr-managers: approval go');
});
