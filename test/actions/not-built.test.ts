import { expect, test } from 'vitest';
import { type ActionName, actions, findAction } from '../../actions/index.ts';

test('what this version does not run', () => {
  const later = Object.values(actions)
    .filter(contract => !contract.built)
    .map(contract => contract.name);
  expect(later).toEqual(['check/dns', 'check/tls', 'check/command', 'command/run', 'http/request']);
});

const url = 'https://x/';
test.each<readonly [ActionName, Readonly<Record<string, unknown>>, string | undefined]>([
  ['check/http', { url }, undefined],
  ['check/http', { url, method: 'HEAD', follow: false, headers: { accept: 'a/b', x: null } }, undefined],
  ['check/http', { url, method: null, expect: { status: 200, header: {}, within: 1 } }, undefined],
  ['check/http', { url, form: {} }, 'the key `form`'],
  ['check/http', { url, method: 'POST', json: null }, 'the key `json`'],
  ['check/http', { url, method: 'POST', body: '' }, 'the key `body`'],
  ['check/http', { url, auth: { bearer: { secret: 'x' } } }, 'the key `auth`'],
  ['check/http', { url, resolve: '10.0.0.1' }, 'the key `resolve`'],
  ['check/http', { url, login: null }, 'the key `login`'],
  ['check/http', { url, follow: true }, 'the key `follow`'],
  ['check/http', { url, follow: null }, 'the key `follow`'],
  ['check/http', { url, expect: { json: { up: true } } }, 'the key `expect.json`'],
  ['check/http', { url, headers: { authorization: { secret: 'x' } } }, 'a secret in `headers`'],
  ['check/http', { url, method: 'DELETE' }, 'the method DELETE'],
])('%s with %j: %s', (action, raw, words) => {
  expect(findAction(action)?.notBuilt?.(raw)).toBe(words);
});
