import { expect, test } from 'vitest';
import type { Declared, Effect } from '../../actions/contract.ts';
import { type ActionName, findAction } from '../../actions/index.ts';

const declared: Declared = {
  endpoint: (name, method) => (method === 'GET' ? 'read' : name === 'dns' ? 'reversible' : 'irreversible'),
  command: name => ({ probe: 'read' as const, switch: 'isolated' as const })[name],
};

function effectOf(action: ActionName, raw: Readonly<Record<string, unknown>>): Effect | undefined {
  const effect = findAction(action)?.effect;
  return typeof effect === 'function' ? effect(raw, declared) : effect;
}

// Null is what only the run will know.
test.each<readonly [ActionName, Readonly<Record<string, unknown>>, Effect]>([
  ['check/http', {}, 'read'],
  ['check/http', { method: 'GET' }, 'read'],
  ['check/http', { method: 'HEAD' }, 'read'],
  ['check/http', { method: 'POST' }, 'isolated'],
  ['check/http', { method: 'OPTIONS' }, 'isolated'],
  ['check/http', { method: null }, 'isolated'],
  ['command/run', { command: 'switch' }, 'isolated'],
  ['command/run', { command: 'probe' }, 'read'],
  ['command/run', { command: 'unknown' }, 'irreversible'],
  ['command/run', { command: null }, 'irreversible'],
  ['http/request', { endpoint: 'dns', path: '/a' }, 'read'],
  ['http/request', { endpoint: 'dns', method: 'PUT' }, 'reversible'],
  ['http/request', { endpoint: 'other', method: 'PUT' }, 'irreversible'],
  ['http/request', { endpoint: 'dns', method: null }, 'irreversible'],
  ['http/request', { endpoint: null, method: 'GET' }, 'irreversible'],
  ['zerto/edit-vpg', { set: { priority: 'high' } }, 'reversible'],
  ['zerto/edit-vpg', { set: { rpo: 1, networks: {}, 'boot-groups': [] } }, 'reversible'],
  ['zerto/edit-vpg', { set: { 'journal-warning': '80%' } }, 'reversible'],
  ['zerto/edit-vpg', { set: { recovery: { folder: 'x' } } }, 'reversible'],
  ['zerto/edit-vpg', { 'add-vms': ['a', { name: 'b', 'boot-group': 'db' }] }, 'reversible'],
  ['zerto/edit-vpg', { set: { networks: { test: null } } }, 'reversible'],
  ['zerto/edit-vpg', { 'remove-vms': ['a'] }, 'irreversible'],
  ['zerto/edit-vpg', { 'remove-vms': null }, 'irreversible'],
  ['zerto/edit-vpg', { set: { journal: null } }, 'irreversible'],
  ['zerto/edit-vpg', { set: { 'journal-limit': '10GiB' } }, 'irreversible'],
  ['zerto/edit-vpg', { set: { 'service-profile': 'Gold' } }, 'irreversible'],
  ['zerto/edit-vpg', { set: { recovery: { datastore: 'x' } } }, 'irreversible'],
  ['zerto/edit-vpg', { set: { recovery: { 'journal-datastore': 'x' } } }, 'irreversible'],
  ['zerto/edit-vpg', { set: { vms: [{ name: 'a' }, { name: 'b', volumes: [] }] } }, 'irreversible'],
  ['zerto/edit-vpg', { 'add-vms': [{ name: 'b', volumes: [] }] }, 'irreversible'],
  ['zerto/edit-vpg', { set: null }, 'irreversible'],
  ['zerto/edit-vpg', { set: { recovery: null } }, 'irreversible'],
  ['zerto/edit-vpg', { set: { vms: null } }, 'irreversible'],
  ['zerto/edit-vpg', { set: { vms: [null] } }, 'irreversible'],
])('%s with %j is %s', (action, raw, effect) => {
  expect(effectOf(action, raw)).toBe(effect);
});
