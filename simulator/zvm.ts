import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Request } from './exchange.ts';
import type { FaultKind } from './faults.ts';
import { askKeycloak, sessionOfBearer } from './keycloak.ts';
import { Refusal } from './refusal.ts';
import { createCall, findRoute, fieldOf, type Reply } from './router.ts';
import { refreshAlerts } from './alerts.ts';
import { routes } from './routes.ts';
import { answerOpenly } from './routes-open.ts';
import { endSessions, openSession, useSession } from './sessions.ts';
import { restart, silence, wake } from './silence.ts';
import type { RequestRecord, SiteState, World } from './state.ts';
import { errorXml, toXml, wantsXml } from './xml.ts';

/** What becomes of a request: an answer, a cut connection, or silence. */
export type Outcome =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'drop' }
  | { readonly kind: 'hang' };

const rememberedRequests = 100_000;

/** One request to the ZVM of a site, with the fault that meets it. */
export async function receive(world: World, site: SiteState, request: Request): Promise<Outcome> {
  world.clock.settle();
  const [path = '', query = ''] = splitOnce(request.target, '?');
  const method = request.method.toUpperCase();
  const record: RequestRecord = { site: site.name, method, path, status: 0, at: world.clock.now() };
  world.requests.push(record);
  if (world.requests.length > rememberedRequests) world.requests.shift();

  if (site.silentSince !== undefined) return { kind: world.choices.silence };
  refreshAlerts(world, site);
  const segments = segmentsOf(path);
  const fault = world.faults.take(site.name, method, pathOf(segments));
  if (fault !== undefined) record.fault = fault.kind;
  const answer = await meet(world, site, fault, request.signal, () =>
    execute(world, site, { ...request, method }, segments, query, fault, username => {
      record.by = username;
    }),
  );
  if (answer.kind !== 'answer') return answer;
  record.status = answer.answer.status;
  return { kind: 'answer', answer: { ...answer.answer, headers: { ...serverOf(site), ...answer.answer.headers } } };
}

async function meet(
  world: World,
  site: SiteState,
  fault: FaultKind | undefined,
  signal: AbortSignal,
  act: () => Answer,
): Promise<Outcome> {
  switch (fault?.kind) {
    case 'hang':
      return { kind: 'hang' };
    case 'drop-before':
      return { kind: 'drop' };
    case 'drop-after':
      act();
      return { kind: 'drop' };
    case 'status':
      return { kind: 'answer', answer: answerWith(fault.status, fault.body) };
    case 'delay':
      await sleep(fault.ms, undefined, { signal, ref: false });
      world.clock.settle();
      break;
    case 'expire-sessions':
      endSessions(site);
      break;
    case 'late': {
      const answer = act();
      await sleep(fault.ms, undefined, { signal, ref: false });
      return { kind: 'answer', answer };
    }
    case 'twice': {
      const first = act();
      const second = act();
      if (fault.answer === 'none') return { kind: 'drop' };
      return { kind: 'answer', answer: fault.answer === 'first' ? first : second };
    }
    case 'lose-settings':
      site.settings.clear();
      break;
    case 'jump-clock':
      world.clock.advance(fault.ms);
      break;
    case 'restart':
      restart(site);
      if (fault.silentMs === 0) break;
      silence(world, site.name);
      world.later(world.clock.now() + fault.silentMs, () => {
        wake(world, site.name);
      });
      return { kind: 'drop' };
    case 'slow-task':
    case 'fail-task':
    case undefined:
      break;
  }
  return { kind: 'answer', answer: act() };
}

function execute(
  world: World,
  site: SiteState,
  request: Request,
  segments: readonly string[],
  query: string,
  fault: FaultKind | undefined,
  letIn: (username: string) => void,
): Answer {
  const xml = wantsXml(request.header('accept'));
  try {
    const byKeycloak = askKeycloak(world, site, request, segments);
    if (byKeycloak !== undefined) return byKeycloak;
    const open = answerOpenly(world, site, routes, request.method, segments, query);
    if (open !== undefined) return 'html' in open ? answerAs('text/html', 200, open.html) : answerOf(open, '', xml);
    const [version, ...rest] = segments;
    if (version?.toLowerCase() !== 'v1')
      throw new Refusal(404, `No HTTP resource was found that matches the request URI.`);
    const where = `${request.method} ${rest.join('/').toLowerCase()}`;
    const body = parseBody(request.body);
    if (where === 'POST session/add' && site.keycloak === undefined) return signIn(world, site, request, body);
    const session =
      site.keycloak === undefined
        ? useSession(world, site, request.header('x-zerto-session'))
        : sessionOfBearer(world, site, request.header('authorization'));
    // An appliance has no such resource, whoever asks.
    if (where === 'POST session/add') findRoute(routes, request.method, rest);
    // What a ZVM says with a 401 is not known; nobody should read it.
    if (session === undefined) return answerWith(401);
    letIn(session.username);
    if (where === 'DELETE session' && site.keycloak === undefined) {
      endSessions(site, session.token);
      return answerWith(200);
    }
    const { route, params } = findRoute(routes, request.method, rest);
    if (route.needs !== undefined && !session.account.may.includes(route.needs)) {
      throw new Refusal(403, `User ${session.username} is not permitted to do this (${route.needs}).`);
    }
    const failure = fault?.kind === 'fail-task' ? fault.reason : undefined;
    const slowerMs = fault?.kind === 'slow-task' ? fault.ms : 0;
    const call = createCall({ world, site, session, body, failure, slowerMs }, params, query);
    return answerOf(route.handle(call), route.path, xml);
  } catch (error) {
    if (error instanceof Refusal) return refusalWith(error, xml);
    throw error;
  }
}

/** HTTP Basic; the id of the session comes in a header, the body is empty. Either AuthenticationMethod will do. */
function signIn(world: World, site: SiteState, request: Request, body: unknown): Answer {
  const [scheme, encoded = ''] = splitOnce(request.header('authorization') ?? '', ' ');
  const [username = '', password] = splitOnce(Buffer.from(encoded, 'base64').toString('utf8'), ':');
  const method = fieldOf(body, 'AuthenticationMethod') ?? 0;
  if (![0, 1, '0', '1', 'Windows', 'VirtualizationManager'].includes(method as string | number)) {
    throw new Refusal(400, 'AuthenticationMethod is not valid.');
  }
  if (scheme?.toLowerCase() !== 'basic' || password === undefined) return answerWith(401);
  const session = openSession(world, site, username, password);
  if (session === undefined) return answerWith(401);
  return { ...answerWith(200), headers: { ...commonHeaders, 'x-zerto-session': session.token } };
}

/** Windows' own; what an appliance says is not known, so it says nothing. */
const serverOf = (site: SiteState): Record<string, string> =>
  site.keycloak === undefined ? { server: 'Microsoft-HTTPAPI/2.0' } : {};

const commonHeaders = {
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
};

function answerOf(reply: Reply, route: string, xml: boolean): Answer {
  if (reply === 'empty') return answerWith(200);
  return xml ? answerAs('application/xml', 200, toXml(route, reply.json)) : answerWith(200, reply.json);
}

function refusalWith({ status, message }: Refusal, xml: boolean): Answer {
  return xml ? answerAs('application/xml', status, errorXml(message)) : answerWith(status, { Message: message });
}

function answerWith(status: number, body?: unknown): Answer {
  return body === undefined
    ? { status, headers: commonHeaders, body: '' }
    : answerAs('application/json', status, JSON.stringify(body));
}

function answerAs(type: string, status: number, body: string): Answer {
  return { status, headers: { ...commonHeaders, 'content-type': `${type}; charset=utf-8` }, body };
}

/** As a fault names it: below `/v1/`, or from the root. */
function pathOf(segments: readonly string[]): string {
  const path = segments.join('/').toLowerCase();
  return path.replace(/^v1\//, '');
}

/** Doubled slashes are single ones, a last one is none: a real client sends `//v1/serviceprofiles`. */
function segmentsOf(path: string): string[] {
  return path
    .split('/')
    .filter(segment => segment !== '')
    .map(segment => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    });
}

function parseBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal(400, 'The request body is not valid JSON.');
  }
}

function splitOnce(text: string, separator: string): string[] {
  const place = text.indexOf(separator);
  return place === -1 ? [text] : [text.slice(0, place), text.slice(place + separator.length)];
}
