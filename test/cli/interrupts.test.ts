import { afterEach, expect, it } from 'vitest';
import { processInterrupts } from '../../cli/interrupts.ts';

const forget: (() => void)[] = [];
afterEach(() => {
  for (const each of forget.splice(0)) each();
});

it('one press that npm sends on counts once, a later one counts again', () => {
  let time = 1_000;
  const times: number[] = [];
  forget.push(processInterrupts(() => time).listen(number => times.push(number)));
  process.emit('SIGINT');
  time += 5;
  process.emit('SIGINT');
  expect(times).toEqual([1]);
  time += 800;
  process.emit('SIGTERM');
  expect(times).toEqual([1, 2]);
});

it('leaves the signals alone afterwards', () => {
  const before = process.listenerCount('SIGINT');
  const stop = processInterrupts().listen(() => undefined);
  expect(process.listenerCount('SIGINT')).toBe(before + 1);
  stop();
  expect(process.listenerCount('SIGINT')).toBe(before);
});
