import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SocksClient } from 'socks';
import { afterEach } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/server.ts';

const running: Simulator[] = [];

afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
});

/** A simulator that is closed after the test. */
export async function simulate(options: Omit<SimulatorOptions, 'dir'> = {}): Promise<Simulator> {
  const dir = await mkdtemp(join(tmpdir(), 'drillbook-simulator-'));
  const simulator = await startSimulator({ ...options, dir });
  running.push(simulator);
  return simulator;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // What the simulator answers is what the tests are about: they read it as it comes.
  // biome-ignore format: one line
  readonly json: any; // eslint-disable-line @typescript-eslint/no-explicit-any
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
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
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
      const { json } = await call('GET', `vpgs?name=${wanted}`);
      return (json as { VpgIdentifier: string }[])[0]?.VpgIdentifier ?? '';
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
