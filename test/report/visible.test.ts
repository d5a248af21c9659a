import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeVisible, toOneLine } from '../../report/visible.ts';

it.each([
  ['\u001b[2Jgone', '␛[2Jgone'],
  ['a\u0000b', 'a␀b'],
  ['a\rb', 'a␍b'],
  ['a\u007fb', 'a␡b'],
  ['a\u009bb', 'a‹U+009B›b'],
  ['prod\u202etset', 'prod‹U+202E›tset'],
  ['a\u200bb', 'a‹U+200B›b'],
  ['a\ud800b', 'a‹U+D800›b'],
  ['a\u{e0041}b', 'a‹U+E0041›b'],
  ['one\r\ntwo\tthree', 'one\ntwo\tthree'],
  ['Ünïcode 🙂 日本', 'Ünïcode 🙂 日本'],
])('shows %j as %j', (text, shown) => {
  expect(makeVisible(text)).toBe(shown);
});

it('makes one line of several', () => {
  expect(toOneLine('  one\r\n\n two\u0007 ')).toBe('one two␇');
});

it('leaves nothing in a line that moves a cursor', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(toOneLine(text)).not.toMatch(/\p{Cc}|\p{Cs}|[\u2028\u2029\u202a-\u202e]/u);
    }),
  );
});
