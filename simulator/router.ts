import { vpgsSeenBy } from './connection.ts';
import type { Operation } from './enums.ts';
import { Refusal } from './refusal.ts';
import { isRecord } from './settings-merge.ts';
import type { Session, SiteState, Vpg, World } from './state.ts';
import type { Order } from './vpg.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/v1/`, lower case: `vpgs/{vpg}/failovertest`. */
  readonly path: string;
  /** What the account must be allowed; reading is allowed to all. */
  readonly needs?: Operation;
  readonly handle: (call: Call) => Reply;
}

/** A request of a signed-in client, as a route gets it. */
export interface Call {
  readonly world: World;
  readonly site: SiteState;
  readonly session: Session;
  /** A segment that the path of the route names. */
  param(name: string): string;
  /** A query parameter, its name in any case. */
  query(name: string): string | undefined;
  /** The JSON body; undefined without one. */
  readonly body: unknown;
  /** A property of the body, its name in any case. */
  field(name: string): unknown;
  /** Set by a fault: the task that this call starts ends Failed with these words. */
  readonly failure: string | undefined;
  /** Set by a fault: the task that this call starts takes so much longer, in ms. */
  readonly slowerMs: number;
}

/** What is answered with 200: a JSON value, or nothing. */
export type Reply = { readonly json: unknown } | 'empty';

export const json = (value: unknown): Reply => ({ json: value });

/** The route of a request and what its path names. Refuses as ASP.NET does. */
export function findRoute(routes: readonly Route[], method: string, segments: readonly string[]) {
  let otherMethod = false;
  for (const route of routes) {
    const params = matchPath(route.path, segments);
    if (params === undefined) continue;
    if (route.method === method) return { route, params };
    otherMethod = true;
  }
  if (otherMethod) throw new Refusal(405, `The requested resource does not support http method '${method}'.`);
  throw new Refusal(404, `No HTTP resource was found that matches the request URI '/v1/${segments.join('/')}'.`);
}

function matchPath(path: string, segments: readonly string[]): Map<string, string> | undefined {
  const wanted = path.split('/');
  if (wanted.length !== segments.length) return undefined;
  const params = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    const given = segments[index] ?? '';
    if (part.startsWith('{')) params.set(part.slice(1, -1), given);
    else if (part !== given.toLowerCase()) return undefined;
  }
  return params;
}

export function createCall(
  parts: Omit<Call, 'param' | 'query' | 'field'>,
  params: Map<string, string>,
  query: string,
): Call {
  const parameters = new Map([...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]));
  return {
    ...parts,
    param: name => params.get(name) ?? '',
    query: name => parameters.get(name.toLowerCase()),
    field: name => fieldOf(parts.body, name),
  };
}

export function fieldOf(body: unknown, name: string): unknown {
  if (!isRecord(body)) return undefined;
  return Object.entries(body).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** The VPG that the path names, where this site knows of it. */
export function vpgOf(call: Call): Vpg {
  const id = call.param('vpg');
  const vpg = vpgsSeenBy(call.world, call.site).find(candidate => candidate.id === id.toLowerCase());
  if (vpg === undefined) throw new Refusal(404, `VPG ${id} was not found.`);
  return vpg;
}

export function orderOf(call: Call): Order {
  return { site: call.site, by: call.session.username, failure: call.failure, slowerMs: call.slowerMs };
}

/** A time of a query in ms since 1970; undefined without it, a refusal when it is none. */
export function timeParameter(call: Call, name: string): number | undefined {
  const value = call.query(name);
  if (value === undefined || value === '') return undefined;
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new Refusal(400, `The value '${value}' is not valid for ${name}.`);
  return time;
}

/** Whether a query asks for this enum value, by number or by name; true when it does not ask. */
export function asksFor(call: Call, name: string, names: readonly string[], value: number): boolean {
  const wanted = call.query(name)?.toLowerCase();
  return wanted === undefined || wanted === `${value}` || wanted === names[value]?.toLowerCase();
}

/** Whether a query asks for this text, in any case; true when it does not ask. */
export function asksForText(call: Call, name: string, value: string): boolean {
  const wanted = call.query(name)?.toLowerCase();
  return wanted === undefined || wanted === value.toLowerCase();
}
