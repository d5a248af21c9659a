import { expect, test } from 'vitest';
import { whatEnds, whoDiffers } from '../../../control/schedules/signature.ts';
import type { ListedKey, Role } from '../../../engine/entitlement.ts';

/** Defect: with another key and another applier nothing differed, so that a schedule ended with its key. */
type Applied = Parameters<typeof whoDiffers>[0];
const now = Date.UTC(2026, 10, 21);

function people(
  keys: Record<string, Partial<ListedKey>>,
  admins: readonly string[] | undefined,
  names = ['ana', 'bo'],
) {
  return {
    unverified: 'drills' as const,
    keyOf: (key: string) => (keys[key] === undefined ? undefined : { id: `${key}-1`, ...keys[key] }),
    personOf: (login: string) => (names.includes(login) ? login : undefined),
    rolesOf: (person: string) =>
      admins === undefined ? undefined : new Set<Role>(admins.includes(person) ? ['admin'] : ['operator']),
  };
}
const by = (requester: string, key?: string): Applied =>
  ({
    plan: { name: 'payments' },
    run: { requester },
    ...(key === undefined ? {} : { proof: { key, at: '', signature: '' } }),
  }) as Applied;
const both = people({ a: { person: 'ana' }, b: { person: 'bo' } }, ['ana', 'bo']);
const differs = (there: Applied, wanted: Applied, known = both) => whoDiffers(there, wanted, known, now);

test('a key signs anew where there was none, or one that ends within 30 days and before it; never by turns', () => {
  expect(differs(by('ana'), by('ana', 'a'))).toEqual(['signature']);
  expect(differs(by('ana', 'a'), by('ana', 'a'))).toEqual([]);
  expect(differs(by('ana', 'a'), by('bo', 'b'))).toEqual([]);
  const ends = (a: string, b?: string) =>
    differs(
      by('ana', 'a'),
      by('bo', 'b'),
      people({ a: { until: a }, b: b === undefined ? {} : { until: b } }, undefined),
    );
  expect(ends('2026-12-20')).toEqual(['signature']);
  expect(ends('2026-12-20', '2027-12-20')).toEqual(['signature']);
  expect(ends('2026-12-20', '2026-12-19')).toEqual([]);
  expect(ends('2026-12-21')).toEqual([]);
});

test('a key that is not for schedules starts none of their drills, and neither signs anew nor is left where it signed', () => {
  const keys = (of: ListedKey['for']) => people({ a: { for: of }, b: {} }, undefined);
  const starts = keys(['starts', 'decisions']);
  expect(whatEnds(by('ana', 'a'), starts, now)).toEqual({
    why: expect.stringContaining('the key a-1 is not for schedules, only for starts and decisions') as string,
    startsNone: true,
  });
  expect(whatEnds(by('ana', 'a'), keys(['schedules']), now)).toBeUndefined();
  expect(differs(by('ana', 'a'), by('bo', 'b'), starts)).toEqual(['signature']);
  expect(differs(by('ana', 'a'), by('bo'), starts)).toEqual(['signature']);
  // By turns it would never be as it should be.
  expect(differs(by('ana', 'a'), by('ana', 'a'), starts)).toEqual([]);
  expect(
    differs(by('ana', 'b'), by('ana', 'a'), people({ a: { for: ['starts'] }, b: { until: '2026-11-22' } }, undefined)),
  ).toEqual([]);
});

test('whoever does not sign leaves a signature that counts, and takes away one that does not', () => {
  expect(differs(by('ana', 'a'), by('bo'))).toEqual([]);
  expect(differs(by('ana', 'gone'), by('bo'))).toEqual(['signature']);
  const ended = (until: string) => people({ a: { until } }, undefined);
  expect(differs(by('ana', 'a'), by('bo'), ended('2026-11-20'))).toEqual(['signature']);
  expect(differs(by('ana', 'a'), by('bo'), ended('2026-11-21'))).toEqual([]);
});

test('one whose applier is no admin any more, or is no longer known, is taken over', () => {
  const onlyBo = people({ a: {}, b: {} }, ['bo']);
  expect(differs(by('ana', 'a'), by('bo', 'b'), onlyBo)).toEqual(['applied by']);
  expect(differs(by('ana'), by('bo'), onlyBo)).toEqual(['applied by']);
  // To apply it again as the same person would change nothing.
  expect(differs(by('ana'), by('ana'), onlyBo)).toEqual([]);
  expect(differs(by('ana', 'b'), by('bo', 'b'), people({ b: {} }, undefined, ['bo']))).toEqual(['applied by']);
});

test('a key that ends within 30 days, has ended or is not listed is told', () => {
  const ends = (until?: string) => whatEnds(by('ana', 'a'), people({ a: { until } }, undefined), now)?.why;
  expect(ends()).toBeUndefined();
  expect(ends('2026-12-21')).toBeUndefined();
  expect(ends('2026-12-20')).toContain('the key a-1 that signs it ends 2026-12-20');
  expect(ends('2026-11-20')).toContain('ended 2026-11-20: none of its drills starts');
  expect(whatEnds(by('ana', 'x'), both, now)?.why).toContain('is not listed in drillbook.yaml');
  expect(whatEnds(by('ana'), both, now)).toBeUndefined();
  expect(whatEnds(by('ana'), { ...both, unverified: 'refuse' }, now)?.why).toContain('it is not signed');
  expect(whatEnds(by('ana', 'a'), people({ a: {} }, ['bo']), now)).toEqual({
    why: 'ana, who applied it, is no admin of payments: none of its drills starts until it is applied anew',
    startsNone: true,
  });
  // The worse of the two.
  const both30 = people({ a: { until: '2026-12-01' } }, ['bo']);
  expect(whatEnds(by('ana', 'a'), both30, now)).toMatchObject({ startsNone: true });
  expect(whatEnds(by('bo', 'a'), both30, now)).toMatchObject({ startsNone: false });
});
