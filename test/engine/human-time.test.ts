import { expect, test } from 'vitest';
import { humanTimeBetween, watchHumanTime, type HumanTime } from '../../engine/human-time.ts';

function watched(...told: readonly (readonly [at: number, onlyPeople: boolean])[]): HumanTime {
  const time: HumanTime = { spans: [] };
  for (const [at, onlyPeople] of told) watchHumanTime(time, at, onlyPeople);
  return time;
}

test('spans begin when people alone are waited for and end when something works again', () => {
  const time = watched([0, false], [10, true], [15, true], [20, false], [30, true], [40, false]);
  expect(time).toEqual({
    spans: [
      [10, 20],
      [30, 40],
    ],
  });
  expect(humanTimeBetween(time, 0, 100)).toBe(20);
  expect(humanTimeBetween(time, 15, 35)).toBe(10);
  expect(humanTimeBetween(time, 20, 30)).toBe(0);
});

test('a span that is not over counts up to the time asked for', () => {
  const time = watched([10, true]);
  expect(humanTimeBetween(time, 0, 25)).toBe(15);
  expect(humanTimeBetween(time, 0, 5)).toBe(0);
});

test('what has no length is no span, and neighbours are one', () => {
  expect(watched([10, true], [10, false]).spans).toEqual([]);
  expect(watched([10, true], [20, false], [20, true], [30, false]).spans).toEqual([[10, 30]]);
});
