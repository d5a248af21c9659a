import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isLoopback } from '../config/schema/loopback.ts';

/** A person's token of a console, as `drillbook login` keeps it. */
export interface Login {
  /** Of the console, without a slash at the end. */
  readonly url: string;
  readonly token: string;
}

/** Who the console says that somebody is. */
export interface Recognised {
  readonly person?: string;
  readonly name: string;
  readonly how: string;
  readonly verified: boolean;
}

/** The console does not take the token, or there is none. The message is a sentence for people, without the token. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused';
}

type Env = Readonly<Partial<Record<string, string>>>;

/** XDG_CONFIG_HOME, else `.config` of the home folder. */
export function loginFile(env: Env): string {
  const asked = env['XDG_CONFIG_HOME'];
  return join(asked === undefined || asked === '' ? join(homedir(), '.config') : asked, 'drillbook', 'login.json');
}

/** Only its owner can read it. */
export async function keepLogin(file: string, login: Login): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const made = `${file}.${process.pid}`;
  await writeFile(made, `${JSON.stringify(login)}\n`, { mode: 0o600, flag: 'wx' });
  await rename(made, file);
}

/** Undefined: nobody has signed in here. */
export async function readLogin(file: string): Promise<Login | undefined> {
  try {
    const read = JSON.parse(await readFile(file, 'utf8')) as Partial<Login>;
    return read.url === undefined || read.token === undefined ? undefined : { url: read.url, token: read.token };
  } catch {
    return undefined;
  }
}

/** Asks a console for something, as whoever has signed in. Throws LoginRefused. */
export async function askConsole({ url, token }: Login, path: string): Promise<unknown> {
  const place = URL.canParse(url) ? new URL(url) : undefined;
  if (place === undefined || !/^https?:$/.test(place.protocol))
    throw new LoginRefused(`"${url}" is no address of a console: https://drillbook.example.com.`);
  if (place.protocol === 'http:' && !isLoopback(place.hostname))
    throw new LoginRefused(`${url} has no TLS: everybody on the way could read the token. Use https.`);
  const answer = await fetch(`${url}${path}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(10_000),
  }).catch((error: unknown) => {
    const { cause } = error as { readonly cause?: { readonly code?: string } };
    throw new LoginRefused(`No console answers at ${url} (${cause?.code ?? 'no answer in 10 s'}).`);
  });
  const said: unknown = await answer.json().catch(() => ({}));
  if (answer.ok) return said;
  const { detail } = (said ?? {}) as { readonly detail?: string };
  throw new LoginRefused(detail ?? `The console at ${url} answers ${answer.status}.`);
}

/** Asks a console whose token it is. Throws LoginRefused. */
export async function whoAmIAt(login: Login): Promise<Recognised> {
  const { url } = login;
  const said = ((await askConsole(login, '/api/v1/whoami')) ?? {}) as Partial<Recognised>;
  if (typeof said.name !== 'string' || typeof said.how !== 'string')
    throw new LoginRefused(`What answers at ${url} is no console.`);
  const { person, name, how, verified = false } = said;
  return { ...(person === undefined ? {} : { person }), name, how, verified };
}
