import { asList, asMap, asText, type Finding, type Raw, repeated } from './rules.ts';

type Path = readonly (string | number)[];
const sides = ['failover', 'test'] as const;

/** What the text of a VPG's settings alone tells to be wrong. */
export function checkSettings(value: Raw): readonly Finding[] {
  return [
    ...repeated(value['boot-groups'], 'name', ['boot-groups'], 'boot group'),
    ...repeated(value['vms'], 'name', ['vms'], 'VM'),
    ...checkJournalSizes(value),
    ...checkAddresses(value['vms'], ['vms']),
  ];
}

/** What cannot stand in the settings of a VPG that does not exist yet: there is nothing that it could build on. */
export function checkNew(value: Raw): readonly Finding[] {
  return [...checkBootGroups(value), ...sidesOf(value['vms'], ['vms']).flatMap(checkSideOfNew)];
}

function checkJournalSizes(value: Raw): readonly Finding[] {
  const [limit, warning] = [readSize(value['journal-limit']), readSize(value['journal-warning'])];
  if (limit === undefined || warning === undefined || limit.percent !== warning.percent) return [];
  const message = `a warning from ${warning.text} never comes: the journal ends at ${limit.text}`;
  return warning.amount > limit.amount ? [{ path: ['journal-warning'], message }] : [];
}

function readSize(value: unknown): { text: string; amount: number; percent: boolean } | undefined {
  const text = asText(value);
  const parts = text === undefined ? null : /^(\d+)(MiB|GiB|%)$/.exec(text);
  if (text === undefined || parts === null) return undefined;
  return { text, amount: Number(parts[1]) * (parts[2] === 'GiB' ? 1_024 : 1), percent: parts[2] === '%' };
}

/** Zerto's own group for VMs without one; it is always there. */
const defaultGroup = 'Default';

function checkBootGroups(value: Raw): readonly Finding[] {
  if (value['boot-groups'] === null) return [];
  const groups = asList(value['boot-groups']).map(group => asMap(group)?.['name']);
  if (groups.some(name => asText(name) === undefined)) return [];
  return asList(value['vms']).flatMap((vm, i) => {
    const name = asText(asMap(vm)?.['boot-group']);
    if (name === undefined || name === defaultGroup || groups.includes(name)) return [];
    const known = groups.length === 0 ? '`boot-groups` is missing' : `\`boot-groups\` has ${groups.join(', ')}`;
    return [{ path: ['vms', i, 'boot-group'], message: `there is no boot group "${name}": ${known}` }];
  });
}

interface Side {
  readonly path: Path;
  readonly side: (typeof sides)[number];
  readonly value: Raw;
}

function sidesOf(vms: unknown, at: Path): readonly Side[] {
  return asList(vms).flatMap((vm, i) =>
    asList(asMap(vm)?.['nics']).flatMap((nic, j) =>
      sides.flatMap(side => {
        const value = asMap(asMap(nic)?.[side]);
        return value === undefined ? [] : [{ path: [...at, i, 'nics', j, side], side, value }];
      }),
    ),
  );
}

function checkSideOfNew({ path, value }: Side): readonly Finding[] {
  if (value['ip'] !== undefined) return [];
  return ['gateway', 'dns']
    .filter(key => value[key] !== undefined)
    .map(key => ({ path: [...path, key], message: 'it comes with an address: say `ip` too' }));
}

/** One address for two NICs that come up in the same network: mostly a line that was copied. */
function checkAddresses(vms: unknown, at: Path): readonly Finding[] {
  const taken = new Set<string>();
  return sidesOf(vms, at).flatMap(({ path, side, value }) => {
    const ip = asText(value['ip']);
    const network = value['network'] ?? '';
    if (ip === undefined || ip === 'dhcp' || ip === 'keep' || typeof network !== 'string') return [];
    const address = ip.replace(/\/.*$/, '');
    const key = JSON.stringify([side, network, address]);
    if (taken.has(key)) return [{ path: [...path, 'ip'], message: `another NIC has ${address} already` }];
    taken.add(key);
    return [];
  });
}
