import { describe, expect, test } from 'vitest';
import { checkpointOf, chooseCheckpoint } from '../../activities/checkpoints.ts';
import { alignCheckpoints, chooseCheckpoints } from '../../activities/zerto-choose-checkpoints.ts';
import type { Checkpoint } from '../../zerto/vpgs.ts';
import { callOf, endingFrom, setStage } from './stage.ts';

const start = Date.parse('2026-11-21T02:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString();
const point = (id: string, seconds: number, tag?: string): Checkpoint => ({ id, time: at(seconds), tag, type: 0 });
const journal = [point('3', 20), point('1', 0, 'before-patch'), point('2', 10, 'twice'), point('4', 15, 'twice')];
const now = start + 60_000;
const choose = (wanted: Parameters<typeof chooseCheckpoint>[1], list = journal) =>
  chooseCheckpoint(list, wanted, 'crm', now);

describe('one checkpoint', () => {
  test('latest is the newest, whatever the order', () => {
    expect(choose({ by: 'latest', kind: 'any' })).toEqual({ id: '3', time: at(20), wasLatest: true });
  });

  test('by tag, by id, before a time', () => {
    expect(choose({ by: 'tag', tag: 'before-patch', kind: 'any' })).toMatchObject({ id: '1', wasLatest: false });
    expect(choose({ by: 'id', id: '2' })).toMatchObject({ id: '2', wasLatest: false });
    expect(choose({ by: 'id', id: '3', wasLatest: true })).toMatchObject({ wasLatest: true });
    expect(choose({ by: 'before', before: at(15), kind: 'any' })).toMatchObject({ id: '2' });
  });

  test('a tag that stands twice is refused with the candidates', () => {
    expect(() => choose({ by: 'tag', tag: 'twice', kind: 'any' })).toThrow(
      `crm has 2 checkpoints with the tag "twice"; choose one by its id: 4 (${at(15)}, "twice") and 2 (${at(10)}, "twice")`,
    );
  });

  test('what is not there is refused', () => {
    expect(() => choose({ by: 'tag', tag: 'nope', kind: 'any' })).toThrow(
      'has no checkpoint with the tag "nope"; tagged are',
    );
    expect(() => choose({ by: 'id', id: '99' })).toThrow('crm has no checkpoint 99');
    expect(() => choose({ by: 'before', before: at(0), kind: 'any' })).toThrow('the journal begins with 1');
    expect(() => choose({ by: 'latest', kind: 'any' }, [])).toThrow('crm has no checkpoint');
  });

  test('a kind that Zerto does not state is refused with the candidates', () => {
    expect(() => choose({ by: 'latest', kind: 'app-consistent' })).toThrow(
      /does not state .* choose one by its id: 3 /,
    );
  });

  test('one that is too old is refused', () => {
    expect(choose({ by: 'latest', kind: 'any', maxAgeMs: 40_000 }).id).toBe('3');
    expect(() => choose({ by: 'latest', kind: 'any', maxAgeMs: 39_999 })).toThrow('is 40s old, more than max-age 40s');
  });

  test('of a map the entry of the VPG is taken', () => {
    const map = { crm: { by: 'id' as const, id: '2' }, by: { by: 'id' as const, id: '3' } };
    expect(checkpointOf(map, 'crm')).toEqual({ by: 'id', id: '2' });
    expect(checkpointOf(map, 'by')).toEqual({ by: 'id', id: '3' });
    expect(checkpointOf({ by: 'latest', kind: 'any' }, 'crm')).toEqual({ by: 'latest', kind: 'any' });
    expect(() => checkpointOf(map, 'web')).toThrow('no checkpoint was chosen for web: only for crm and by');
  });
});

describe('several VPGs', () => {
  const latest = { by: 'latest', kind: 'any' } as const;

  test('none is ahead of the oldest of the newest', () => {
    const chosen = alignCheckpoints(
      [
        { vpg: 'a', wanted: latest, journal: [point('1', 0), point('2', 5), point('3', 10)] },
        { vpg: 'b', wanted: latest, journal: [point('7', 1), point('8', 6)] },
      ],
      now,
    );
    expect([...chosen]).toEqual([
      ['a', { id: '2', time: at(5), wasLatest: true }],
      ['b', { id: '8', time: at(6), wasLatest: true }],
    ]);
  });

  test('a VPG whose journal begins later than that is refused', () => {
    const journals = [
      { vpg: 'a', wanted: latest, journal: [point('3', 10)] },
      { vpg: 'b', wanted: latest, journal: [point('8', 6)] },
    ];
    expect(() => alignCheckpoints(journals, now)).toThrow(`a has no checkpoint as old as ${at(6)}`);
  });

  test('gives ids that recover can take', async () => {
    const { context, vpgs } = await setStage();
    const names = ['payments-db', 'payments-app'];
    const call = callOf('zerto/choose-checkpoints', { vpgs: names, checkpoint: latest }, { vpgs });
    const { outputs } = await chooseCheckpoints(call, context);
    expect(Object.keys(outputs.chosen)).toEqual(names);
    expect(outputs.chosen['payments-db']).toMatchObject({ by: 'id', wasLatest: true });
    expect(outputs.spread).toBeLessThanOrEqual(60_000);
    expect(Date.parse(outputs.oldest)).toBeLessThanOrEqual(context.clock());
  });

  test('points that lie too far apart are refused', async () => {
    const { context, vpgs, sites } = await setStage();
    const zvm = await sites.zvm('site-b', 'plan');
    // The very oldest may leave the journal before it is chosen.
    const old = (await zvm.vpgs.checkpoints(vpgs['payments-db'] ?? ''))[60];
    const checkpoint = { 'payments-db': { by: 'id', id: old?.id }, 'payments-app': latest };
    const call = callOf('zerto/choose-checkpoints', { vpgs: ['payments-db', 'payments-app'], checkpoint }, { vpgs });
    const ending = await endingFrom(chooseCheckpoints(call, context));
    expect(ending.type).toBe('failed');
    expect(ending.message).toMatch(/^the checkpoints lie .* apart, more than max-spread 1m: payments-db/);
  });
});
