import { expect, test } from 'vitest';
import { type ActionName, actions, findAction } from '../../actions/index.ts';

test('what this version runs', () => {
  const built = Object.values(actions)
    .filter(contract => contract.built)
    .map(contract => contract.name);
  expect(built).toEqual([
    ...['zerto/sign-in', 'zerto/check-vpgs', 'zerto/choose-checkpoints', 'zerto/tag-checkpoint'],
    ...['zerto/failover-test', 'zerto/stop-failover-test', 'zerto/recover', 'zerto/edit-vpg'],
    ...['check/tcp', 'check/http', 'wait', 'assert', 'notify', 'runbook'],
  ]);
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
  ['zerto/edit-vpg', { set: { rpo: 1, priority: 'low', networks: {}, vms: [{ name: 'a' }] } }, undefined],
  ['zerto/edit-vpg', { 'add-vms': ['a', { name: 'b' }], 'restore-on-failure': false }, undefined],
  ['zerto/edit-vpg', { set: { 'protected-site': 'site-a' } }, 'the setting `protected-site`'],
  ['zerto/edit-vpg', { set: { 'service-profile': 'Gold' } }, 'the setting `service-profile`'],
  ['zerto/edit-vpg', { set: { journal: null } }, 'the setting `journal`'],
  ['zerto/edit-vpg', { set: { 'journal-limit': '1GiB' } }, 'the setting `journal-limit`'],
  ['zerto/edit-vpg', { set: { 'journal-warning': '1GiB' } }, 'the setting `journal-warning`'],
  ['zerto/edit-vpg', { set: { recovery: {} } }, 'the setting `recovery`'],
  ['zerto/edit-vpg', { set: { 'boot-groups': [] } }, 'the setting `boot-groups`'],
  ['zerto/edit-vpg', { set: { vms: [{ name: 'a', volumes: [] }] } }, 'the setting `volumes` of a VM'],
  ['zerto/edit-vpg', { 'add-vms': ['b', { name: 'a', volumes: [] }] }, 'the setting `volumes` of a VM'],
  ['zerto/edit-vpg', { 'remove-vms': null }, 'the key `remove-vms`'],
  ['zerto/edit-vpg', { 'restore-on-failure': true }, 'the value `true` of the key `restore-on-failure`'],
])('%s with %j: %s', (action, raw, words) => {
  expect(findAction(action)?.notBuilt?.(raw)).toBe(words);
});
