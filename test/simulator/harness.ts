import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SocksClient } from 'socks';
import { onTestFinished } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.ts';

/** A simulator that is closed after the test. */
export async function simulate(options: Omit<SimulatorOptions, 'dir'> = {}): Promise<Simulator> {
  const dir = await mkdtemp(join(tmpdir(), 'drillbook-simulator-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const simulator = await startSimulator({ ...options, dir });
  onTestFinished(() => simulator.close());
  return simulator;
}

/** A JSON value as a test reads it; asking for what is not there fails the test. */
export interface Seen {
  readonly json: unknown;
  /** The value itself, which is a text. */
  word(): string;
  items(): readonly Seen[];
  at(...path: readonly (string | number)[]): Seen;
}

function see(json: unknown): Seen {
  return {
    json,
    word() {
      if (typeof json !== 'string') throw new Error(`${JSON.stringify(json)} is no text`);
      return json;
    },
    items() {
      if (!Array.isArray(json)) throw new Error(`${JSON.stringify(json)} is no list`);
      return json.map(see);
    },
    at(...path) {
      const [first, ...rest] = path;
      if (first === undefined) return this;
      const next: unknown = Array.isArray(json)
        ? (json as unknown[]).at(Number(first))
        : Object.entries(json ?? {}).find(([key]) => key === first)?.[1];
      if (next === undefined) throw new Error(`${JSON.stringify(json)} has no ${first}`);
      return see(next).at(...rest);
    },
  };
}

export interface Reply extends Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Client {
  readonly token: string;
  call(method: string, path: string, body?: unknown): Promise<Reply>;
  get(path: string): Promise<Reply>;
  post(path: string, body?: unknown): Promise<Reply>;
  /** The identifier of a VPG. */
  vpg(name: string): Promise<string>;
}

export function siteOf(simulator: Simulator, name: string) {
  const site = simulator.sites.find(candidate => candidate.name === name);
  if (site === undefined) throw new Error(`no site ${name}`);
  return site;
}

export const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

/** One request in process. */
export async function send(
  simulator: Simulator,
  site: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Reply> {
  const response = await simulator.fetchFor(site)(`https://zvm.invalid/v1/${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const { status } = response;
  return Object.assign(see(text === '' ? undefined : JSON.parse(text)), { status, headers: response.headers, text });
}

/** A signed-in client of a site, in process. */
export async function signIn(simulator: Simulator, name = 'site-b'): Promise<Client> {
  const { username, password } = siteOf(simulator, name);
  const answer = await send(simulator, name, 'POST', 'session/add', { authorization: basic(username, password) });
  const token = answer.headers.get('x-zerto-session');
  if (token === null) throw new Error(`sign-in answered ${answer.status}`);
  const call = (method: string, path: string, body?: unknown): Promise<Reply> =>
    send(simulator, name, method, path, { 'x-zerto-session': token }, body);
  return {
    token,
    call,
    get: path => call('GET', path),
    post: (path, body) => call('POST', path, body),
    async vpg(wanted) {
      return (await call('GET', `vpgs?name=${wanted}`)).at(0, 'VpgIdentifier').word();
    },
  };
}

/** Connects through a SOCKS door; gives what an HTTP request is answered, or what went wrong. */
export async function through(door: string, host: string, port: number, path?: string): Promise<string> {
  const proxy = { host: '127.0.0.1', port: Number(new URL(door).port), type: 5 } as const;
  try {
    const { socket } = await SocksClient.createConnection({ proxy, command: 'connect', destination: { host, port } });
    if (path === undefined) {
      socket.destroy();
      return 'connected';
    }
    socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
