import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { type Contract, modes } from '../../actions/contract.ts';
import { actions, findAction, internalActions } from '../../actions/index.ts';

const all: readonly (readonly [string, Contract])[] = Object.entries(actions);

/** The table of docs/language.md: effect, what closes it always, what undoes it at a person's word. */
const table: Readonly<Record<string, readonly [effect: string, closedBy?: string | undefined, undoneBy?: string]>> = {
  'zerto/check-vpgs': ['read'],
  'zerto/find-vpgs': ['read'],
  'zerto/choose-checkpoints': ['read'],
  'zerto/check-sites': ['read'],
  'zerto/tag-checkpoint': ['isolated'],
  'zerto/failover-test': ['isolated', 'zerto/stop-failover-test'],
  'zerto/stop-failover-test': ['isolated'],
  'zerto/failover': ['reversible', undefined, 'zerto/roll-back'],
  'zerto/move': ['reversible', undefined, 'zerto/roll-back'],
  'zerto/recover': ['reversible'],
  'zerto/commit': ['irreversible'],
  'zerto/roll-back': ['reversible'],
  'zerto/clone': ['reversible'],
  'zerto/pause': ['reversible', 'zerto/resume'],
  'zerto/resume': ['reversible'],
  'zerto/force-sync': ['irreversible'],
  'zerto/create-vpg': ['reversible', undefined, 'zerto/delete-vpg'],
  'zerto/edit-vpg': ['by what is asked', undefined, 'zerto/edit-vpg'],
  'zerto/delete-vpg': ['irreversible'],
  'zerto/export-settings': ['read'],
  'zerto/resources-report': ['read'],
  'check/tcp': ['read'],
  'check/http': ['by what is asked'],
  'check/dns': ['read'],
  'check/tls': ['read'],
  'check/command': ['read'],
  'command/run': ['by what is asked'],
  'http/request': ['by what is asked', undefined, 'http/request'],
  approval: ['read'],
  manual: ['read'],
  wait: ['read'],
  assert: ['read'],
  notify: ['read'],
  runbook: ['read'],
};

test('the actions are those of the language', () => {
  const internal = internalActions as readonly string[];
  expect(internal).toEqual(['zerto/sign-in']);
  expect(all.map(([name]) => name).filter(name => !internal.includes(name))).toEqual(Object.keys(table));
  expect(findAction('zerto/sign-in')).toBe(actions['zerto/sign-in']);
  expect(findAction('toString')).toBeUndefined();
});

test.each(Object.entries(table))('%s', (name, [effect, closedBy, undoneBy]) => {
  const contract = findAction(name);
  expect(contract?.name).toBe(name);
  expect(typeof contract?.effect === 'string' ? contract.effect : 'by what is asked').toBe(effect);
  expect([contract?.closedBy, contract?.undoneBy]).toEqual([closedBy, undoneBy]);
});

describe.each(all)('%s', (_name, contract) => {
  test('says in one line what it does', () => {
    expect(contract.summary).toMatch(/^[a-z][^\n]{5,129}[^.\n]$/);
  });

  test('has a description on every field', () => {
    expect([...undescribed(contract.input, 'with'), ...undescribed(contract.output, 'outputs')]).toEqual([]);
  });

  test('has outputs in snake_case and fields in kebab-case', () => {
    for (const key of Object.keys(contract.output.shape)) expect(key).toMatch(/^[a-z]+[0-9]*(_[a-z]+)*$/);
    for (const key of Object.keys(contract.input.shape)) expect(key).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test('names only fields that it has and actions that there are', () => {
    for (const field of [contract.locks, contract.vpgs])
      if (field !== undefined) expect(Object.keys(contract.input.shape)).toContain(field);
    for (const action of [contract.closedBy, contract.undoneBy, ...Object.values(contract.byMode ?? {})])
      if (action !== undefined) expect(findAction(action)).toBeDefined();
  });

  test('keeps the rules of what it may do', () => {
    if (contract.until === true) expect(['reversible', 'irreversible']).not.toContain(contract.effect);
    if (contract.opens === 'live') expect(contract.undoneBy).toBeDefined();
    else expect(contract.opens === undefined).toBe(contract.closedBy === undefined);
    // What opens, ends or closes goes through one hand.
    if (contract.opens !== undefined || contract.ends !== undefined) expect(contract.performer).toBe('guard');
    if (contract.finds !== undefined)
      expect(Object.keys(contract.output.shape)).toEqual(expect.arrayContaining([contract.finds, 'identifiers']));
    expect(contract.timeoutMs).toBeGreaterThanOrEqual(60_000);
  });
});

test('who opens, ends, waits for people or walls', () => {
  const with_ = (has: (c: Contract) => unknown): Record<string, unknown> =>
    Object.fromEntries(all.flatMap(([name, c]) => (has(c) === undefined ? [] : [[name, has(c)]])));
  expect(with_(c => c.opens)).toEqual({
    'zerto/failover-test': 'test',
    'zerto/failover': 'live',
    'zerto/move': 'live',
    'zerto/pause': 'pause',
  });
  expect(with_(c => c.ends)).toEqual({ 'zerto/commit': 'commit', 'zerto/roll-back': 'roll-back' });
  expect(with_(c => c.finds)).toEqual({ 'zerto/find-vpgs': 'vpgs', 'zerto/create-vpg': 'vpg' });
  expect(with_(c => c.people)).toEqual({ approval: true, manual: true });
  expect(with_(c => c.wall)).toEqual({ approval: true, 'zerto/commit': true, 'zerto/roll-back': true });
  expect(with_(c => c.timeoutRequired)).toEqual({ approval: true });
  expect(Object.keys(actions['zerto/recover'].byMode ?? {})).toEqual(modes.filter(mode => mode !== 'change'));
});

test('outputs are those of the table', () => {
  const outputs = (name: keyof typeof actions) => Object.keys(actions[name].output.shape);
  expect(outputs('zerto/check-vpgs')).toEqual(['worst_rpo', 'recovers_to', 'last_test', 'never_tested']);
  expect(outputs('zerto/choose-checkpoints')).toEqual(['chosen', 'oldest', 'spread']);
  expect(outputs('zerto/find-vpgs')).toEqual(['vpgs', 'count', 'identifiers']);
  expect(outputs('zerto/tag-checkpoint')).toEqual(['id', 'time', 'tag']);
  for (const name of ['zerto/failover-test', 'zerto/failover', 'zerto/move', 'zerto/recover'] as const)
    expect(outputs(name)).toEqual(['vms', 'checkpoint', 'checkpoint_time', 'up_after']);
  expect(outputs('zerto/edit-vpg')).toEqual(['changed', 'difference']);
  expect(outputs('zerto/create-vpg')).toEqual(['id', 'vpg', 'identifiers', 'changed', 'difference']);
  expect(outputs('approval')).toEqual(['choice', 'by', 'at', 'reason', 'broke_glass']);
  expect(outputs('manual')).toEqual(['outcome', 'by', 'at', 'note']);
});

/** Paths of fields without a description, through lists, maps, unions and optional ones. */
function undescribed(schema: z.ZodType, path: string): readonly string[] {
  // What a checkpoint is made of, no author writes as it stands here.
  if (schema.meta()?.['kind'] === 'checkpoint') return [];
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  const into = (inner: unknown): readonly string[] => undescribed(inner as z.ZodType, path);
  switch (def.type) {
    case 'object':
      return Object.entries((schema as z.ZodObject).shape).flatMap(([key, field]) => {
        const { description } = (field as z.ZodType).meta() ?? {};
        const said = description !== undefined && /^[A-Z`].{2,}\.$/.test(description) && description.length <= 130;
        return [...(said ? [] : [`${path}.${key}`]), ...undescribed(field as z.ZodType, `${path}.${key}`)];
      });
    case 'array':
      return into(def.element);
    case 'record':
      return into(def.valueType);
    case 'optional':
    case 'default':
      return into(def.innerType);
    case 'union':
      return def.options.flatMap(into);
    default:
      return [];
  }
}
