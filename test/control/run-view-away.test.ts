import { describe, expect, test } from 'vitest';
import { type RunView, viewRun, type WatchedRun } from '../../control/run-view.ts';
import { step, waiting } from '../report/sample.ts';
import { approval, peers, planOf, start, watched } from './watched.ts';

const minute = 60_000;
const at = start + 10 * minute;
const view = (run: WatchedRun): RunView => viewRun(run, { peers }, at);
const place = planOf('drill').steps.findIndex(each => each.id === 'db');
const dbRuns = {
  journal: { steps: [waiting('db', 'running')] },
  progress: [{ seq: 3, at: start + minute, key: 'db', place, status: 'running' as const }],
};
const asked = approval('go', { from: ['dr-managers'] });
const siteAway = { key: 'db', taken: false, since: at - minute, of: [{ what: 'site', name: 'site-b' } as const] };
const silentSince = at - 40_000;
const retried = { key: 'db', attempt: 3, error: 'Site "site-b" did not answer' };

describe('what a run waits for, in one sentence', () => {
  const runs = 'Recover the database: payments-db.';
  const people = 'Waits for dr-managers to vote on “go” (0 of 2).';
  test.each<[string, Parameters<typeof watched>[0], string]>([
    ['a step', dbRuns, runs],
    ['a step that is tried again', { ...dbRuns, trying: [retried] }, runs],
    ['a person', { pending: [asked], progress: [] }, people],
    ['a step and a person', { ...dbRuns, pending: [asked] }, `${runs} ${people}`],
    [
      'a step that no worker of its site has taken',
      { ...dbRuns, idle: [siteAway] },
      `Waits for a worker of site-b: ${runs}`,
    ],
    [
      'the same, and a person',
      { ...dbRuns, idle: [siteAway], pending: [asked] },
      `Waits for a worker of site-b: ${runs} ${people}`,
    ],
    ['no worker', { ...dbRuns, silentSince }, `Waits for a worker. Last known: ${runs}`],
    [
      'no worker, and a person',
      { progress: [], pending: [asked], silentSince },
      `Waits for a worker. Last known: ${people}`,
    ],
    [
      'no worker, which nobody here ever heard',
      { ...dbRuns, silentSince, unheard: true },
      `Waits for a worker. Whether it waits for people too is not known. Last known: ${runs}`,
    ],
    ['no worker, before it has begun', { progress: [], silentSince, unheard: true }, 'Waits for a worker to begin.'],
  ])('%s', (_, made, sentence) => {
    expect(view(watched(made)).now.sentence).toBe(sentence);
  });
});

describe('what is tried again', () => {
  const [done] = [step('db', 0, 900)];
  test.each<[string, Parameters<typeof watched>[0], number]>([
    ['a step that runs', { ...dbRuns, trying: [retried] }, 1],
    [
      'defect: a step that has ended was shown as tried again',
      { progress: [], journal: { steps: [done] }, trying: [retried] },
      0,
    ],
    [
      'defect: a step that its time limit has ended was, until its activity was over',
      {
        ...dbRuns,
        trying: [retried],
        progress: [...dbRuns.progress, { seq: 4, at, key: 'db', place, status: 'timed_out' as const }],
      },
      0,
    ],
    [
      'what its guard closes outlives it',
      { progress: [], journal: { steps: [done] }, trying: [{ ...retried, guard: true as const }] },
      1,
    ],
    ['a run that has ended', { ...dbRuns, ended: at, trying: [retried] }, 0],
  ])('%s', (_, made, count) => {
    expect(view(watched(made)).trying).toHaveLength(count);
  });

  test('a site of which a step says so that has ended is not away', () => {
    const zvm = { site: 'site-b', answered: false } as never;
    const [site] = view(watched({ progress: [], journal: { steps: [done] }, trying: [{ ...retried, zvm }] })).sites;
    expect(site?.state).toBe('not asked');
  });
});
