import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readPeople } from '../../control/config/people.ts';
import { config } from '../cli/sample-config.ts';

async function read(text: string) {
  const dir = mkdtempSync(join(tmpdir(), 'drillbook-people-'));
  onTestFinished(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  const path = join(dir, 'drillbook.yaml');
  if (text !== '') writeFileSync(path, text);
  return await readPeople(path);
}

const text = `${config}people:
  ana: { name: Ana, os-user: aruiz }
  bo: { name: Bo }
  cem: { name: Cem }
groups:
  inner: [bo]
  outer: [inner, board]
  board: { oidc-group: board }
`;

it('groups in groups, logins, and what only the identity provider knows', async () => {
  const people = await read(text);
  if ('unreadable' in people) throw new Error(people.unreadable);
  expect(people.unverified).toBe('drills');
  expect([people.personOf('aruiz'), people.personOf('ana'), people.personOf('constructor')]).toEqual([
    'ana',
    'ana',
    undefined,
  ]);
  expect(people.isAmong('bo', ['outer'])).toBe(true);
  expect(people.isAmong('cem', ['cem', 'outer'])).toBe(true);
  expect(people.isAmong('cem', ['outer', 'nobody'])).toBe(false);
  // A group is nobody who can vote, and a name that is no person is not in it.
  expect(people.isAmong('inner', ['outer'])).toBe(false);
  expect(people.unknowable(['inner', 'outer', 'ana', 'board'])).toEqual(['outer', 'board']);
});

it('a file that is broken or gone is told in a sentence', async () => {
  expect(await read(`${text}nonsense: [`)).toEqual({
    unreadable: 'drillbook.yaml has mistakes ("drillbook validate" shows them): mend it and decide again',
  });
  expect(await read('')).toEqual({ unreadable: 'drillbook.yaml cannot be read (ENOENT)' });
});
