import { routes } from '../../simulator/routes.ts';
import { documented } from './contract-documented.ts';
import { type Exchange, keyOf } from './contract-record.ts';

/** Methods of the client that do their work by others: they ask for nothing of their own. */
export const composed = [
  'generation',
  'limitedTo',
  'tasks.wait',
  'server.clockSkew',
  'vpgSettings.read',
  'vpgSettings.apply',
  'vpgSettings.plan',
  'vpgSettings.replace',
];

/** The table of docs/zerto.md §13, from what happened. */
export function coverageTable(exchanges: readonly Exchange[]): string {
  const spelled = new Map<string, string>();
  const all = [
    ...documented,
    ...routes.map(({ method, path }) => `${method} ${path}`),
    ...exchanges.map(e => e.endpoint),
  ];
  for (const endpoint of all) {
    if (!spelled.has(keyOf(endpoint))) spelled.set(keyOf(endpoint), endpoint);
  }
  const answered = new Map<string, Exchange[]>();
  for (const exchange of exchanges) {
    const key = keyOf(exchange.endpoint);
    const found = answered.get(key) ?? [];
    if (exchange.status < 300) found.push(exchange);
    answered.set(key, found);
  }
  const methods = methodsOf(exchanges);
  const rows = [...spelled]
    .sort(([, a], [, b]) => (orderOf(a) < orderOf(b) ? -1 : 1))
    .map(([key, endpoint]) => {
      const found = answered.get(key) ?? [];
      const client = methods.get(key) ?? [];
      return `| \`${endpoint}\` | ${cell(client.map(name => `\`${name}\``))} | ${simulated(found)} | ${tested(found)} |`;
    });
  return ['| endpoint | client | simulator | contract test |', '|---|---|---|---|', ...rows].join('\n');
}

const cell = (words: readonly string[]): string => (words.length === 0 ? '–' : words.join(', '));

/** By path, then in the order of reading and changing. */
function orderOf(endpoint: string): string {
  const [method = '', path = ''] = endpoint.split(' ');
  return `${path.toLowerCase()} ${['GET', 'POST', 'PUT', 'DELETE'].indexOf(method)}`;
}

/** Not of the session, which any call may have to open. */
const isOwn = ({ endpoint }: Exchange): boolean => !/^\w+ (session|\/auth\/)/.test(endpoint);

/**
 * Of a call what it changes first is what it is for, since it may look before; of one that changes nothing what it asks
 * for first: a list of VPGs may then ask for the words of their states.
 */
function methodsOf(exchanges: readonly Exchange[]): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  const callOf = ({ scenario, generation, call }: Exchange) => `${scenario} ${generation} ${call}`;
  const changing = new Set(
    exchanges
      .filter(({ endpoint }) => !endpoint.startsWith('GET '))
      .filter(isOwn)
      .map(callOf),
  );
  let last: string | undefined;
  for (const exchange of exchanges) {
    const { by, endpoint } = exchange;
    if (by === undefined || composed.includes(by)) continue;
    // Any call may have to sign in first.
    const ofSession = !isOwn(exchange);
    if (ofSession !== ['signIn', 'signOut'].includes(by)) continue;
    const call = callOf(exchange);
    if (!ofSession && (last === call || (changing.has(call) && endpoint.startsWith('GET ')))) continue;
    last = call;
    const names = found.get(keyOf(endpoint)) ?? new Set();
    found.set(keyOf(endpoint), names.add(by));
  }
  return new Map([...found].map(([key, names]) => [key, [...names].sort()]));
}

function simulated(found: readonly Exchange[]): string {
  const generations = new Set(found.map(({ generation }) => generation));
  if (generations.size === 2) return 'yes';
  return generations.has('windows') ? 'Windows' : generations.has('appliance') ? 'appliance' : '–';
}

/** In which forms an answer came and was read; without a method of the client nothing reads more of it than the form. */
function tested(found: readonly Exchange[]): string {
  const forms = new Set(found.map(({ form }) => form));
  const words = (['json', 'xml', 'html'] as const).filter(form => forms.has(form)).map(form => form.toUpperCase());
  if (words.length === 0) return found.length === 0 ? '–' : 'done';
  return `${found.some(({ by }) => by !== undefined) ? '' : 'no schema: '}${words.join(', ')}`;
}

/** `page` with this table in place of the one below its heading. */
export function withTable(page: string, heading: string, table: string): string {
  const start = page.indexOf(heading);
  if (start === -1) throw new Error(`no heading ${heading}`);
  const first = page.indexOf('\n| endpoint ', start);
  if (first === -1) throw new Error(`no table below ${heading}`);
  const end = page.indexOf('\n\n', first);
  return `${page.slice(0, first + 1)}${table}${end === -1 ? '\n' : page.slice(end)}`;
}
