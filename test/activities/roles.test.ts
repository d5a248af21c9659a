import { expect, it } from 'vitest';
import { entitle } from '../../activities/people.ts';
import type { Mode } from '../../actions/contract.ts';
import { parseConfig } from '../../control/config/config.ts';
import { peopleOf } from '../../control/config/people.ts';
import type { Deed, EntitlementQuestion } from '../../engine/entitlement.ts';
import { config } from '../cli/sample-config.ts';

const text = `${config}identity: { unverified: allow }
people: { vi: { name: Vi }, op: { name: Op }, ap: { name: Ap }, ad: { name: Ad }, none: { name: None } }
groups: { seers: [vi], hands: [op], voters: [ap] }
roles:
  - { role: viewer, to: [seers] }
  - { role: operator, to: [hands], runbooks: ["pay*"] }
  - { role: approver, to: [voters], runbooks: ["*"], modes: [drill, failover] }
  - { role: admin, to: [ad] }
`;
const people = (yaml = text) => {
  const { config: read, diagnostics } = parseConfig(yaml, 'drillbook.yaml');
  if (read === undefined) throw new Error(JSON.stringify(diagnostics));
  return peopleOf(read);
};

const everybody = ['vi', 'op', 'ap', 'ad', 'none'];

/** Who of everybody may: the table of docs/people.md. */
const matrix: readonly (readonly [to: Deed, drill: string, failover: string])[] = [
  ['start', 'op', 'op'],
  ['report', 'op', 'op'],
  ['pause', 'op', 'op'],
  ['resume', 'op', 'op'],
  ['retry', 'op', 'op'],
  ['extend', 'op', 'op'],
  ['abort', 'op', 'op ap'],
  ['cancel', 'op', 'op ap'],
  ['vote', 'ap', 'ap'],
  ['break the glass', 'op ap', 'op ap'],
  ['skip', 'op', 'ap'],
  ['roll-back', 'op', 'ap'],
  ['decide', 'ap', 'ap'],
  ['leases commit', 'ap', 'ap'],
  ['leases roll-back', 'ap', 'ap'],
  ['leases adopt', 'ad', 'ad'],
  ['go without the locks', 'ad', 'ad'],
  ['start unpublished', 'ap', 'ap'],
];

const ask = (by: string, to: Deed, mode: Mode, more: Partial<EntitlementQuestion> = {}, yaml = text) =>
  entitle({ by, to, mode, requester: 'x', names: [], runbook: 'payments', ...more }, people(yaml), 0).refused;

const everyMode = text.replace('modes: [drill, failover]', 'modes: [drill, change, failover, move]');

it.each(matrix)('%s: in a drill or a change %s, in a failover or a move %s', (to, drill, failover) => {
  const modes = { drill, change: drill, failover, move: failover } as const;
  for (const mode of ['drill', 'change', 'failover', 'move'] as const)
    expect([mode, everybody.filter(by => ask(by, to, mode, {}, everyMode) === undefined)]).toEqual([
      mode,
      everybody.filter(by => modes[mode].split(' ').includes(by)),
    ]);
});

it('by runbook and mode; what no line allows is refused in a sentence', () => {
  expect(ask('op', 'start', 'drill', { runbook: 'payroll' })).toBeUndefined();
  expect(ask('op', 'start', 'drill', { runbook: 'ledger' })).toBe(
    'op may not start here: the roles of drillbook.yaml let operator do that in mode drill of ledger, and op has none',
  );
  expect(ask('ap', 'vote', 'move')).toContain('let approver do that in mode move of payments, and ap has none');
  expect(ask('ad', 'vote', 'drill')).toContain('and ad has admin');
  // A stranger's test has no runbook: only who is an admin of all takes it over.
  expect(ask('ad', 'leases adopt', 'failover', { runbook: '' })).toBeUndefined();
  const ofPay = text.replace('{ role: admin, to: [ad] }', '{ role: admin, to: [ad], runbooks: ["pay*"] }');
  expect(ask('ad', 'leases adopt', 'failover', { runbook: '' }, ofPay)).toBe(
    'ad may not leases adopt here: the roles of drillbook.yaml let admin do that in mode failover without a runbook, and ad has none',
  );
  // A name that nobody has is in no group.
  expect(ask('stranger', 'pause', 'drill')).toContain('stranger has none');
});

it('a role does not stand for the names of the approval, nor they for a role', () => {
  expect(ask('ap', 'vote', 'failover', { names: ['hands'] })).toBe('ap may not vote here: only hands');
  expect(ask('op', 'vote', 'failover', { names: ['hands'] })).toContain('let approver do that');
  expect(
    ask('op', 'decide', 'failover', { names: ['hands'], breakGlass: ['hands'], choice: 'commit' }),
  ).toBeUndefined();
  expect(ask('op', 'decide', 'failover', { names: ['hands'], choice: 'commit' })).toContain('let approver do that');
  expect(ask('op', 'decide', 'failover', { names: ['hands'], choice: 'go-on' })).toBeUndefined();
});

it('without roles everything is as identity and names say', () => {
  const without = text.slice(0, text.indexOf('roles:'));
  for (const by of everybody) expect(ask(by, 'leases adopt', 'failover', {}, without)).toBeUndefined();
});
