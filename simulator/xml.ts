import {
  alertStatuses,
  entityTypes,
  pairingStatuses,
  priorities,
  taskStateNames,
  vpgStatuses,
  vpgSubStatuses,
} from './enums.ts';
import { eventEntities, eventTypes } from './enums-event.ts';

/** Whether a request would rather have XML: JSON is what it gets unless it says so. */
export function wantsXml(accept: string | undefined): boolean {
  const wanted = (accept ?? '').split(',').map(range => {
    const [type = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase());
    const q = parameters.find(parameter => parameter.startsWith('q='))?.slice(2) ?? '1';
    return { type, q: Number(q) };
  });
  const best = (types: readonly string[]) =>
    Math.max(0, ...wanted.filter(({ type }) => types.includes(type)).map(({ q }) => q));
  return best(['application/xml', 'text/xml']) > best(['application/json', 'text/json', '*/*', 'application/*']);
}

const zerto = 'http://schemas.zerto.com/zvm/api';
const arrays = 'http://schemas.microsoft.com/2003/10/Serialization/Arrays';
const scalars = 'http://schemas.microsoft.com/2003/10/Serialization/';
const instance = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"';

/**
 * A JSON answer as the .NET serialiser would write it. Only `ArrayOfVpgApi`, `VpgApi` and the odd key are documented; the
 * rest is named by their pattern (docs/zerto.md §11).
 * @param route the path of the route, lower case: `vpgs/{vpg}/checkpoints`
 */
export function toXml(route: string, value: unknown): string {
  const type = typeOf(route);
  if (Array.isArray(value)) {
    const words = value.length > 0 && value.every(item => typeof item !== 'object');
    const item = words ? 'string' : type;
    const inner = value.map(each => element(item, each)).join('');
    return wrap(`ArrayOf${item}`, words ? arrays : zerto, inner);
  }
  if (value === null) return `<${type} ${instance} xmlns="${zerto}" i:nil="true" />`;
  if (typeof value !== 'object') return wrap(scalarName(value), scalars, text('', value));
  return wrap(type, zerto, content(value));
}

/** A refusal, as ASP.NET writes it. */
export function errorXml(message: string): string {
  return `<Error>${element('Message', message)}</Error>`;
}

const types: Readonly<Record<string, string>> = {
  '': 'ResourceLinkApi',
  vpgs: 'VpgApi',
  checkpoints: 'CheckpointApi',
  stats: 'CheckpointsStatsApi',
  tasks: 'TaskApi',
  alerts: 'AlertApi',
  events: 'EventApi',
  vms: 'VmApi',
  localsite: 'LocalSiteApi',
  peersites: 'PeerSiteApi',
  recovery: 'RecoveryReportApi',
  resources: 'VmResourcesReportApi',
  zorgs: 'ZorgApi',
  serviceprofiles: 'ServiceProfileApi',
  virtualizationsites: 'VirtualizationSiteApi',
  vpgsettings: 'VpgSettingsApi',
  datastoreclusters: 'DatastoreClusterApi',
  hostclusters: 'HostClusterApi',
  resourcepools: 'ResourcePoolApi',
  orgvdcs: 'OrgVdcApi',
  storagepolicies: 'StoragePolicyApi',
};

/** Of the last segment that is no identifier; others by their own name: `networks` gives `NetworkApi`. */
function typeOf(route: string): string {
  const last = route.split('/').findLast(segment => !segment.startsWith('{')) ?? '';
  return types[last] ?? `${last.charAt(0).toUpperCase()}${singular(last.slice(1))}Api`;
}

const singular = (word: string): string => word.replace(/ies$/, 'y').replace(/s$/, '');

const enums: Readonly<Record<string, readonly string[]>> = {
  Status: vpgStatuses,
  SubStatus: vpgSubStatuses,
  Priority: priorities,
  AlertStatus: alertStatuses,
  State: taskStateNames,
  PairingStatus: pairingStatuses,
  EventType: eventTypes,
  EntityType: eventEntities,
  LimitType: ['Unlimited', 'Megabytes', 'Percentage'],
  ...Object.fromEntries(['Protected', 'Recovery', 'Source', 'Target'].map(end => [end, entityTypes])),
};

function content(value: object): string {
  return Object.entries(value)
    .map(([name, member]) => element(name, member))
    .join('');
}

function element(name: string, value: unknown): string {
  const tag = encodeName(name);
  if (value === null || value === undefined) return `<${tag} i:nil="true" />`;
  const words = Array.isArray(value) && value.length > 0 && value.every(item => typeof item !== 'object');
  const inner = Array.isArray(value)
    ? value.map(item => element(words ? 'a:string' : itemName(name, item), item)).join('')
    : typeof value === 'object'
      ? content(value)
      : text(name, value);
  const space = words ? ` xmlns:a="${arrays}"` : '';
  return inner === '' ? `<${tag}${space} />` : `<${tag}${space}>${inner}</${tag}>`;
}

function itemName(list: string, item: unknown): string {
  const isLink = typeof item === 'object' && item !== null && 'href' in item;
  return isLink ? 'ResourceLinkApi' : `${singular(list)}Api`;
}

function text(name: string, value: unknown): string {
  const word = typeof value === 'number' ? enums[name]?.[value] : undefined;
  return escape(word ?? String(value));
}

function scalarName(value: unknown): string {
  return typeof value === 'number' ? 'int' : typeof value === 'boolean' ? 'boolean' : 'string';
}

function wrap(name: string, namespace: string, inner: string): string {
  return `<${name} ${instance} xmlns="${namespace}">${inner}</${name}>`;
}

/** What a name may not hold stands there by its number: `Link_{0}` is `Link__x007B_0_x007D_`. */
function encodeName(name: string): string {
  return name.replace(/[^\w:.-]/g, char => `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`);
}

function escape(value: string): string {
  return (
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('\r', '&#xD;')
      // What XML 1.0 cannot hold at all.
      .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
  );
}
