import { headOf } from '../../compiler/shape/keys.ts';
import type { MapNode, Node } from '../../compiler/yaml/nodes.ts';
import type { Reporter } from '../../compiler/reporter.ts';
import { circlesOf } from './circles.ts';
import { isDate } from './dates.ts';
import { childOf, entriesOf, isText, itemsOf, type TextNode, textOf } from './nodes.ts';
import { loginKey } from './same-login.ts';
import { isConfigName, namedSections } from './schema.ts';
import { listenOf } from './schema/console.ts';
import { isLoopback } from './schema/loopback.ts';

/** What concerns several places of the file at once. Reads the file itself, so that other mistakes do not hide these. */
export function checkRules(root: MapNode, reporter: Reporter): void {
  checkNames(root, reporter);
  checkSites(root, reporter);
  checkGroups(root, reporter);
  checkFallbacks(root, reporter);
  checkLogins(root, reporter);
  checkTriggers(root, reporter);
  checkPeriods(root, reporter);
  checkEndpoints(root, reporter);
  checkConsole(root, reporter);
}

function checkNames(root: MapNode, reporter: Reporter): void {
  for (const section of namedSections)
    for (const { key, at } of entriesOf(childOf(root, section)))
      if (!isConfigName(key)) reporter.report('DB8006', at, { name: key });
}

function checkSites(root: MapNode, reporter: Reporter): void {
  const section = childOf(root, 'sites');
  const sites = entriesOf(section);
  if (section?.kind === 'map' && sites.length === 0)
    reporter.report('DB8001', headOf(section, reporter), { message: 'sites: at least one site is wanted' });
  for (const { key: name, value: site } of sites) {
    for (const account of ['account', 'drill-account']) checkAccount(site, account, reporter);
    checkPeer(name, site, sites, reporter);
  }
}

const kindsOf: Readonly<Record<string, readonly string[]>> = {
  windows: ['windows', 'hypervisor'],
  appliance: ['password', 'client'],
};

function checkAccount(site: Node, account: string, reporter: Reporter): void {
  const generation = textOf(site, 'generation')?.value ?? '';
  const kinds = Object.hasOwn(kindsOf, generation) ? kindsOf[generation] : undefined;
  const kind = textOf(site, account, 'kind');
  const known = Object.values(kindsOf).flat();
  if (kinds === undefined || kind === undefined || !known.includes(kind.value) || kinds.includes(kind.value)) return;
  reporter.report('DB8020', kind, { kind: kind.value, generation, kinds: kinds.join(' or ') });
}

function checkPeer(name: string, site: Node, sites: ReturnType<typeof entriesOf>, reporter: Reporter): void {
  const peer = textOf(site, 'peer');
  const other = sites.find(e => e.key === peer?.value);
  if (peer === undefined || other === undefined) return;
  if (peer.value === name) {
    reporter.report('DB8011', peer, { why: 'a site is not its own peer' });
    return;
  }
  const back = childOf(other.value, 'peer');
  if (back !== undefined && isText(back) && back.value !== name)
    reporter.report('DB8011', peer, { why: `${peer.value} names ${back.value}, not ${name}` });
  const rival = sites.find(s => s.key !== name && textOf(s.value, 'peer')?.value === peer.value);
  if (back === undefined && rival !== undefined)
    reporter.report('DB8011', peer, { why: `${rival.key} names ${peer.value} too` });
}

function checkGroups(root: MapNode, reporter: Reporter): void {
  const people = new Set(entriesOf(childOf(root, 'people')).map(e => e.key));
  const groups = new Map<string, readonly string[]>();
  for (const { key, at, value } of entriesOf(childOf(root, 'groups'))) {
    if (people.has(key)) reporter.report('DB8007', at, { name: key });
    groups.set(
      key,
      itemsOf(value)
        .filter(isText)
        .map(item => item.value),
    );
  }
  const circles = circlesOf(groups);
  for (const { key, at } of entriesOf(childOf(root, 'groups')))
    if (circles.has(key)) reporter.report('DB8008', at, { name: key });
}

/** A target that cannot be told is told to its fallback: that must come to an end. */
function checkFallbacks(root: MapNode, reporter: Reporter): void {
  const fallbacks = new Map<string, TextNode>();
  for (const { key, value } of entriesOf(childOf(root, 'targets'))) {
    const fallback = textOf(value, 'fallback');
    if (fallback !== undefined) fallbacks.set(key, fallback);
  }
  for (const name of circlesOf(new Map([...fallbacks].map(([key, to]) => [key, [to.value]])))) {
    const at = fallbacks.get(name);
    if (at !== undefined) reporter.report('DB8018', at, { name });
  }
}

/** A login that two people have would let one vote for the other. */
function checkLogins(root: MapNode, reporter: Reporter): void {
  const people = entriesOf(childOf(root, 'people'));
  const names = new Set(people.map(({ key }) => key));
  for (const login of ['oidc', 'slack', 'pagerduty', 'os-user', 'sealed-token']) {
    const owners = new Map<string, string>();
    for (const { key: person, value } of people) {
      const node = textOf(value, login);
      if (node === undefined) continue;
      // Where nobody has it as os-user, a login is the person of that name.
      const namesake = login === 'os-user' && node.value !== person && names.has(node.value) ? node.value : undefined;
      const key = loginKey(login, node.value);
      const owner = owners.get(key) ?? namesake;
      if (owner === undefined) owners.set(key, person);
      else reporter.report('DB8016', node, { login, person: owner });
    }
  }
}

/** What a trigger starts is started in its name: that must not be a person's. */
function checkTriggers(root: MapNode, reporter: Reporter): void {
  const people = entriesOf(childOf(root, 'people'));
  const groups = entriesOf(childOf(root, 'groups'));
  const taken = new Set([...people, ...groups].map(({ key }) => key));
  for (const { value } of people) taken.add(textOf(value, 'os-user')?.value ?? '');
  for (const { key, at } of entriesOf(childOf(root, 'triggers')))
    if (taken.has(key)) reporter.report('DB8007', at, { name: key });
}

function checkPeriods(root: MapNode, reporter: Reporter): void {
  for (const { value: calendar } of entriesOf(childOf(root, 'calendars')))
    for (const period of itemsOf(childOf(calendar, 'periods'))) {
      const [from, to] = [textOf(period, 'from'), textOf(period, 'to')];
      if (from === undefined || to === undefined || !isDate(from.value) || !isDate(to.value)) continue;
      if (from.value > to.value) reporter.report('DB8015', to, { from: from.value, to: to.value });
    }
}

function checkEndpoints(root: MapNode, reporter: Reporter): void {
  for (const { key, value: endpoint } of entriesOf(childOf(root, 'endpoints'))) {
    const url = textOf(endpoint, 'url');
    if (url !== undefined && /[?#]/.test(url.value))
      reporter.report('DB8001', url, {
        message: `endpoints.${key}.url: without "?" and "#": runbooks give the path below it`,
      });
  }
}

/** Whoever reaches the console may ask for what the console may do. */
function checkConsole(root: MapNode, reporter: Reporter): void {
  const listen = textOf(root, 'console', 'listen');
  const address = listen && listenOf(listen.value);
  const beyond = address !== undefined && !isLoopback(address.host);
  // Something that stands before the console leads others to it.
  const outside = textOf(root, 'console', 'public-url');
  const led = outside !== undefined && URL.canParse(outside.value) && !isLoopback(new URL(outside.value).hostname);
  if (!beyond && !led) return;
  const missing: string[] = [];
  if (beyond && childOf(root, 'console', 'tls') === undefined) missing.push('console.tls');
  const sealed = entriesOf(childOf(root, 'people')).some(e => childOf(e.value, 'sealed-token') !== undefined);
  const proved =
    childOf(root, 'identity', 'oidc') !== undefined || itemsOf(childOf(root, 'identity', 'tokens')).length > 0;
  if (!sealed && !proved) missing.push('an identity (identity.oidc, identity.tokens or a sealed-token)');
  if (missing.length > 0)
    reporter.report('DB8017', (beyond ? listen : outside) ?? root, { missing: missing.join(' and ') });
}
