import { expect, test } from 'vitest';
import { suggest } from '../../expressions/suggest.ts';

test.each([
  ['db_upp', ['db', 'db_up', 'front'], 'db_up'],
  ['stpes', ['steps', 'inputs'], 'steps'],
  ['Retry', ['retry', 'require'], 'retry'],
  ['zerto/recver', ['zerto/recover', 'zerto/resume'], 'zerto/recover'],
  ['x', ['payments', 'front'], undefined],
  ['a'.repeat(100), ['a'.repeat(99)], undefined],
])('%s', (written, known, expected) => {
  expect(suggest(written, known)).toBe(expected);
});
