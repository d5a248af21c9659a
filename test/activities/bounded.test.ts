import { expect, test } from 'vitest';
import { bounded } from '../../activities/bounded.ts';

const names = (n: number) => Array.from({ length: n }, (_, i) => `application-${i}`);

test('what is told of each of a thousand VPGs is kept, a long text is cut', () => {
  const identifiers = Object.fromEntries(names(1_000).map(name => [name, `id-${name}-`.padEnd(36, '0')]));
  expect(bounded('zerto/find-vpgs', { vpgs: names(1_000), identifiers })).toEqual({ vpgs: names(1_000), identifiers });
  const { body } = bounded('check/http', { body: 'x'.repeat(5_000) });
  expect(body).toBe(`${'x'.repeat(511)}…`);
});

test('outputs that a history should not keep are refused with a sentence (no bound but a comment)', () => {
  const deep = { all: { one: names(500) } };
  expect(() => bounded('zerto/export-settings', deep)).toThrow(
    /^zerto\/export-settings gave outputs of \d+ bytes, and a run keeps 2304 of them: ask for less at once/,
  );
  expect(() => bounded('zerto/find-vpgs', { vpgs: names(40_000) })).toThrow(/a run keeps 524288 of them/);
});
