import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createJournal,
  earliestCheckpoint,
  findCheckpoint,
  growAgain,
  insertCheckpoint,
  latestCheckpoint,
  listCheckpoints,
  renewJournal,
  retag,
  stopGrowing,
} from '../../simulator/journal.ts';

const start = Date.UTC(2026, 0, 15, 9, 0, 1);
const hour = 3_600_000;

describe('a journal', () => {
  it('has a checkpoint every five seconds of its history', () => {
    const journal = createJournal(start, 24 * hour, 2000);
    const all = listCheckpoints(journal, start, 24 * hour);
    expect(all.length).toBeGreaterThanOrEqual(17_279);
    expect(new Set(all.slice(1).map((point, index) => point.time - (all[index]?.time ?? 0)))).toEqual(new Set([5000]));
    expect(listCheckpoints(journal, start, 24 * hour, start - 60_000)).toHaveLength(12);
    expect(listCheckpoints(journal, start, hour)[0]?.time).toBeGreaterThanOrEqual(start - hour);
    expect(earliestCheckpoint(journal, start, 24 * hour)).toEqual(all[0]);
    expect(latestCheckpoint(journal, start, 24 * hour)).toEqual(all.at(-1));
  });

  it('grows with time and forgets what is too old', () => {
    const journal = createJournal(start, hour, 0);
    const old = listCheckpoints(journal, start, hour)[0];
    const later = start + 10_000;
    expect(latestCheckpoint(journal, later, hour)?.time).toBeGreaterThan(later - 5000);
    expect(findCheckpoint(journal, start, hour, old?.id ?? '')).toEqual(old);
    expect(findCheckpoint(journal, later, hour, old?.id ?? '')).toBeUndefined();
    expect(latestCheckpoint(createJournal(start, 0, 4000), start, hour)).toBeUndefined();
  });

  it('keeps identifiers unique and rising with time, whatever is put in', () => {
    const moments = fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 30 });
    fc.assert(
      fc.property(moments, fc.integer({ min: 0, max: 4 }), (offsets, phase) => {
        const journal = createJournal(start, hour, phase * 1000);
        const ids = offsets.map(offset => insertCheckpoint(journal, start + offset, 'x').id);
        const all = listCheckpoints(journal, start + 30_000, 2 * hour);
        expect(new Set(all.map(point => point.id)).size).toBe(all.length);
        for (const id of ids) expect(findCheckpoint(journal, start + 30_000, 2 * hour, id)?.tag).toBe('x');
        const numbers = all.map(point => Number(point.id));
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }),
    );
  });

  it('retags a checkpoint in its place', () => {
    const journal = createJournal(start, hour, 0);
    const before = listCheckpoints(journal, start, hour);
    const point = before[5];
    if (point === undefined) throw new Error('no checkpoint');
    retag(journal, point, 'Tested at noon');
    expect(listCheckpoints(journal, start, hour)).toEqual(before.with(5, { ...point, tag: 'Tested at noon' }));
  });

  it('has gaps, in which nothing is written, and its first and last are those of the list', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 90_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(steps, fc.boolean(), (lengths, renewed) => {
        const old = createJournal(start, 120_000, 3000);
        const journal = renewed ? renewJournal(old, start) : old;
        const silent: [number, number][] = [];
        let now = start;
        for (const [index, length] of lengths.entries()) {
          if (index % 2 === 0) stopGrowing(journal, now);
          else growAgain(journal, now);
          if (index % 2 === 0) silent.push([now, now + length]);
          now += length;
        }
        const all = listCheckpoints(journal, now, hour);
        const inside = all.filter(({ time }) => silent.some(([from, to]) => time > from && time < to));
        expect(inside).toEqual([]);
        expect(latestCheckpoint(journal, now, hour)).toEqual(all.at(-1));
        expect(earliestCheckpoint(journal, now, hour)).toEqual(all[0]);
        if (renewed) expect(all.every(({ id }) => findCheckpoint(old, start, hour, id) === undefined)).toBe(true);
      }),
    );
  });

  it('does not grow old while it stands still', () => {
    const journal = createJournal(start, hour, 0);
    stopGrowing(journal, start);
    expect(listCheckpoints(journal, start + 50 * hour, hour)).toEqual(listCheckpoints(journal, start, hour));
    growAgain(journal, start + 50 * hour);
    expect(listCheckpoints(journal, start + 50 * hour, hour)).toEqual([]);
  });
});
