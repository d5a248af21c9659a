import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatClock,
  formatDuration,
  formatExactDuration,
  formatPreciseClock,
  formatSpan,
  formatTime,
  parseTime,
  parseTimeSpan,
} from '../../report/times.ts';

const day = Date.UTC(2026, 10, 21, 2, 10, 0);

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [0.4, '0s'],
    [340, '340ms'],
    [999.6, '1s'],
    [4_249, '4.2s'],
    [5_000, '5s'],
    [9_960, '10s'],
    [59_600, '1m'],
    [312_000, '5m12s'],
    [1_800_000, '30m'],
    [3_605_000, '1h0m5s'],
    [90 * 60_000, '1h30m'],
    [2 * 86_400_000, '2d'],
    [86_400_000 + 5_000, '1d0h0m5s'],
    [-15_000, '-15s'],
    [Number.NaN, '–'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('is exact for every whole second from 10 s on', () => {
    const perUnit = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 10_000_000 }), seconds => {
        const parts = [...formatDuration(seconds * 1_000).matchAll(/(\d+)([dhms])/g)];
        const sum = parts.reduce((total, [, n, unit]) => total + Number(n) * perUnit[unit as 'd' | 'h' | 'm' | 's'], 0);
        expect(sum).toBe(seconds);
      }),
    );
  });
});

describe('formatExactDuration', () => {
  it.each([
    [1_800_400, '30m0.4s'],
    [1_800_000, '30m'],
    [3_600_001, '1h0.001s'],
    [61_250, '1m1.25s'],
    [12_034, '12.034s'],
    [340, '340ms'],
    [-61_250, '-1m1.25s'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatExactDuration(ms)).toBe(text);
  });
});

describe('times', () => {
  it('are ISO 8601 in UTC', () => {
    expect(formatTime(day + 412)).toBe('2026-11-21T02:10:00Z');
    expect(formatTime(Number.NaN)).toBe('unknown time');
    expect(formatTime(9e15)).toBe('unknown time');
  });

  it('lose the date on the day of the run only', () => {
    expect(formatClock(day + 61_000, day)).toBe('02:11:01Z');
    expect(formatClock(day + 86_400_000, day)).toBe('2026-11-22T02:10:00Z');
    expect(formatPreciseClock(day + 412, day)).toBe('02:10:00.412Z');
    expect(formatClock(day, Number.NaN)).toBe('2026-11-21T02:10:00Z');
  });

  it('make a span', () => {
    expect(formatSpan(day, day + 312_000)).toBe('2026-11-21T02:10:00Z to 02:15:12Z (5m12s)');
    expect(formatSpan(day, undefined)).toBe('since 2026-11-21T02:10:00Z');
  });

  it.each([
    ['2024-05-01T10:00:00.000Z', Date.UTC(2024, 4, 1, 10)],
    ['2024-05-01T10:00:00', Date.UTC(2024, 4, 1, 10)],
    ['2024-05-01T10:00:00.1234567Z', Date.UTC(2024, 4, 1, 10) + 123],
    ['2024-05-01T12:00:00+02:00', Date.UTC(2024, 4, 1, 10)],
    ['/Date(1520423877045)/', 1_520_423_877_045],
    ['/Date(1520423877045+0200)/', 1_520_423_877_045],
    ['2024-13-01T10:00:00Z', undefined],
    ['yesterday', undefined],
    ['', undefined],
  ])('reads %s', (text, at) => {
    expect(parseTime(text)).toBe(at);
  });

  it.each([
    ['00:02:41', 161_000],
    ['1.00:00:01.5', 86_401_500],
    ['2m', undefined],
  ])('reads the span %s', (text, ms) => {
    expect(parseTimeSpan(text)).toBe(ms);
  });
});
