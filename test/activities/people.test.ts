import { describe, expect, it } from 'vitest';
import { entitle as entitleAt } from '../../activities/people.ts';
import type { People } from '../../engine/entitlement.ts';
import type { EntitlementQuestion } from '../../engine/entitlement.ts';

const members: Readonly<Record<string, readonly string[]>> = { managers: ['ana', 'bo'], board: [] };

const people: People = {
  unverified: 'drills',
  personOf: login => (login === 'aruiz' ? 'ana' : ['ana', 'bo', 'cem'].includes(login) ? login : undefined),
  isAmong: (person, names) => names.some(name => name === person || members[name]?.includes(person) === true),
  unknowable: names => names.filter(name => name === 'board'),
  rolesOf: () => undefined,
  mayTrigger: () => false,
  keyOf: () => undefined,
};

const entitle = (asked: EntitlementQuestion, known: Parameters<typeof entitleAt>[1]) => entitleAt(asked, known, 0);

const question: EntitlementQuestion = {
  by: 'bo',
  requester: 'cem',
  mode: 'drill',
  to: 'vote',
  names: ['managers'],
};

describe('who may decide', () => {
  it('somebody of the group, or who is named himself', () => {
    expect(entitle(question, people)).toEqual({ by: 'bo' });
    expect(entitle({ ...question, by: 'cem', names: ['cem'] }, people)).toEqual({ by: 'cem' });
  });

  it('nobody else, and an unknown name counts as it is', () => {
    expect(entitle({ ...question, by: 'cem' }, people)).toEqual({
      by: 'cem',
      refused: 'cem may not vote here: only managers',
    });
    expect(entitle({ ...question, by: 'stranger', names: [] }, people)).toEqual({ by: 'stranger' });
  });

  it('a login is its person, and the requester stays the requester under another name', () => {
    expect(entitle({ ...question, by: 'aruiz' }, people)).toEqual({ by: 'ana' });
    expect(entitle({ ...question, by: 'ana', requester: 'aruiz' }, people)).toEqual({ by: 'aruiz' });
    expect(entitle({ ...question, by: 'aruiz', requester: 'ana' }, people)).toEqual({ by: 'ana' });
  });

  it('who is in a group of the identity provider is not known', () => {
    expect(entitle({ ...question, to: 'break the glass', names: ['board'] }, people).refused).toBe(
      'bo may not break the glass here: only board; who is in board only the identity provider knows: sign in to the console by it',
    );
  });

  it.each([
    ['refuse', 'drill', false],
    ['refuse', 'failover', false],
    ['drills', 'drill', true],
    ['drills', 'change', true],
    ['drills', 'failover', false],
    ['drills', 'move', false],
    ['allow', 'move', true],
  ] as const)('identity.unverified: %s, mode %s: %s', (unverified, mode, may) => {
    const { refused } = entitle({ ...question, mode }, { ...people, unverified });
    expect(refused === undefined).toBe(may);
    if (!may) expect(refused).toMatch(/^nothing proves that this is bo, .*identity\.unverified: (refuse|drills)/);
  });

  it('nobody while drillbook.yaml cannot be read', () => {
    expect(entitle(question, { unreadable: 'drillbook.yaml cannot be read (ENOENT)' })).toEqual({
      by: 'bo',
      refused: 'who may vote cannot be found out: drillbook.yaml cannot be read (ENOENT)',
      unknown: true,
    });
  });
});
