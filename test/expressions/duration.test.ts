import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../expressions/duration.ts';

test.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['0s', 0],
])('%s is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', '1.5h', '30m1h', '1h1h', '-5m', '5 m', '5min', '5ms', '1000000000000d'])('"%s" is none', text => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  [312_000, '5m12s'],
  [0, '0s'],
  [350, '350ms'],
  [1_500, '1.5s'],
  [61_700, '1m1s'],
  [90_000_000, '1d1h'],
  [-5_000, '-5s'],
])('%i ms is written %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000_000 }), seconds => {
      expect(parseDuration(formatDuration(seconds * 1_000))).toBe(seconds * 1_000);
    }),
  );
});
