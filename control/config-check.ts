import type { z } from 'zod';
import { didYouMean } from '../compiler/diagnostics.ts';
import { firstLine, headOf } from '../compiler/keys.ts';
import type { MapNode, Node } from '../compiler/nodes.ts';
import type { Reporter } from '../compiler/reporter.ts';
import { nodeAt } from './config-nodes.ts';
import { type ConfigSections, isConfigName } from './config-schema.ts';

/** zod's issues as diagnostics, each at its place in the file. A value is never repeated: it may be a secret. */
export function reportIssues(
  issues: readonly z.core.$ZodIssue[],
  root: Node,
  reported: ReadonlySet<Node>,
  reporter: Reporter,
): void {
  for (const issue of issues) {
    // What is missing there is missing because something else was reported.
    if (issue.code !== 'unrecognized_keys' && reported.has(nodeAt(root, issue.path).node)) continue;
    const where = issue.path.length === 0 ? 'drillbook.yaml' : issue.path.map(String).join('.');
    const { node } = nodeAt(root, issue.path);
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const at = node.kind === 'map' ? (node.entries.find(e => e.key === key)?.at ?? node) : node;
        reporter.report('DB8002', at, { key, where, suggestion: didYouMean(key, knownKeys(issue.path)) });
      }
    } else if (issue.code === 'invalid_type' && isMissing(root, issue.path)) {
      const parent = nodeAt(root, issue.path.slice(0, -1)).node;
      const at = parent.kind === 'map' ? firstLine(parent, reporter) : headOf(parent, reporter);
      reporter.report('DB8001', at, {
        message: `"${String(issue.path.at(-1))}" is missing in ${parentName(issue.path)}`,
      });
    } else {
      reporter.report('DB8001', headOf(node, reporter), { message: `${where}: ${lower(issue.message)}` });
    }
  }
}

const lower = (s: string): string => s.charAt(0).toLowerCase() + s.slice(1);

const parentName = (path: readonly PropertyKey[]): string =>
  path.length === 1 ? 'drillbook.yaml' : path.slice(0, -1).map(String).join('.');

function isMissing(root: Node, path: readonly PropertyKey[]): boolean {
  const parent = nodeAt(root, path.slice(0, -1)).node;
  return parent.kind === 'map' && !parent.entries.some(e => e.key === path.at(-1));
}

/** Keys that may stand at a path, for suggestions. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const [section] = path;
  if (section === undefined)
    return ['apiVersion', 'organisation', 'secrets', 'sites', 'probes', 'targets', 'people', 'groups', 'identity'];
  switch (section) {
    case 'sites':
      if (path.length > 2) return ['kind', 'username', 'password', 'ca', 'fingerprint'];
      return [
        'url',
        'zerto-name',
        'generation',
        'account',
        'tls',
        'peer',
        'test-networks',
        'overlapping-networks',
        'allowed-scripts',
      ];
    case 'secrets':
      return ['env', 'file'];
    case 'probes':
      return ['proxy'];
    case 'targets':
      return path.length > 2 ? ['path'] : ['file'];
    case 'people':
      return ['name', 'email', 'oidc', 'slack', 'pagerduty', 'os-user', 'telephone', 'sealed-token'];
    case 'identity':
      return ['unverified'];
    default:
      return [];
  }
}

/** Before the schema: values that must not even be repeated in a message. Gives the nodes that were reported. */
export function reportSecretValues(root: MapNode, reporter: Reporter): ReadonlySet<Node> {
  const found = new Set<Node>();
  const { node: secrets, entry } = nodeAt(root, ['secrets']);
  if (entry !== undefined && secrets.kind === 'map')
    for (const { value } of secrets.entries) if (holdsValue(value)) found.add(value);
  collectUrls(root, found);
  for (const node of found) reporter.report('DB8005', node, {});
  return found;
}

/** Text in place of `{ env: … }` or `{ file: … }`, or a key like `value` in it. */
function holdsValue(node: Node): boolean {
  if (node.kind === 'scalar') return node.value !== null;
  return node.kind === 'map' && node.entries.some(e => !['env', 'file', 'files'].includes(e.key));
}

function collectUrls(node: Node, found: Set<Node>): void {
  switch (node.kind) {
    case 'scalar':
      if (typeof node.value === 'string' && /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i.test(node.value))
        found.add(node);
      return;
    case 'list':
      for (const item of node.items) collectUrls(item, found);
      return;
    case 'map':
      for (const { value } of node.entries) collectUrls(value, found);
  }
}

/** What the schema cannot see: names, and what they refer to. */
export function checkReferences(config: ConfigSections, root: Node, reporter: Reporter): void {
  for (const section of ['secrets', 'sites', 'probes', 'targets', 'people', 'groups']) {
    const { node, entry } = nodeAt(root, [section]);
    if (entry === undefined || node.kind !== 'map') continue;
    for (const { key, at } of node.entries) if (!isConfigName(key)) reporter.report('DB8006', at, { name: key });
  }
  checkSites(config, root, reporter);
  checkGroups(config, root, reporter);
}

function checkSites(config: ConfigSections, root: Node, reporter: Reporter): void {
  if (Object.keys(config.sites).length === 0)
    reporter.report('DB8001', headOf(nodeAt(root, ['sites']).node, reporter), {
      message: 'sites: at least one site is wanted',
    });
  for (const [name, site] of Object.entries(config.sites)) {
    // What stands here may be the password itself.
    if (!Object.hasOwn(config.secrets, site.account.password))
      reporter.report('DB8005', nodeAt(root, ['sites', name, 'account', 'password']).node, {});
    if (site.peer === undefined) continue;
    const at = nodeAt(root, ['sites', name, 'peer']).node;
    const peer = Object.hasOwn(config.sites, site.peer) ? config.sites[site.peer] : undefined;
    if (peer === undefined || site.peer === name) {
      const suggestion = didYouMean(site.peer, Object.keys(config.sites));
      reporter.report('DB8004', at, { kind: 'site', name: site.peer, suggestion });
    } else if (peer.peer !== undefined && peer.peer !== name) {
      reporter.report('DB8001', at, {
        message: `peers are peers both ways: ${site.peer} names ${peer.peer}, not ${name}`,
      });
    }
  }
}

function checkGroups(config: ConfigSections, root: Node, reporter: Reporter): void {
  const known = [...Object.keys(config.people), ...Object.keys(config.groups)];
  for (const [name, members] of Object.entries(config.groups)) {
    const { entry } = nodeAt(root, ['groups', name]);
    if (entry !== undefined && Object.hasOwn(config.people, name)) reporter.report('DB8007', entry.at, { name });
    if (!Array.isArray(members)) continue;
    for (const [i, member] of members.entries())
      if (!known.includes(member))
        reporter.report('DB8004', nodeAt(root, ['groups', name, i]).node, {
          kind: 'person or group',
          name: member,
          suggestion: didYouMean(member, known),
        });
    if (entry !== undefined && reaches(config, name, name, new Set())) reporter.report('DB8008', entry.at, { name });
  }
}

function reaches(config: ConfigSections, from: string, wanted: string, seen: Set<string>): boolean {
  const members = Object.hasOwn(config.groups, from) ? config.groups[from] : undefined;
  if (!Array.isArray(members)) return false;
  for (const member of members) {
    if (member === wanted) return true;
    if (seen.has(member)) continue;
    seen.add(member);
    if (reaches(config, member, wanted, seen)) return true;
  }
  return false;
}
