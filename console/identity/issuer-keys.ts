import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import { askIssuer, type Issuer, IssuerSilent } from './issuer-fetch.ts';

/** Public keys of an identity provider, and when it last gave them. */
export interface IssuerKeys {
  readonly issuer: string;
  readonly jwks: JSONWebKeySet;
  readonly authorizationEndpoint?: string;
  readonly tokenEndpoint?: string;
  /** ms since 1970. */
  readonly at: number;
}

const answerWithinMs = 5_000;
/** Keys are asked for anew after this, while the old ones still count. */
const freshMs = 10 * 60_000;
/** So rarely is a provider asked that has just failed, or that has just been asked for a key that it does not have. */
const pauseMs = 30_000;

export interface KeyStore {
  /** Keys that count now. `anew`: a token names a key that is not among them. Throws IssuerSilent. */
  keysOf(oidc: Issuer, anew?: boolean): Promise<IssuerKeys>;
}

/**
 * Asks an identity provider for its keys and keeps them in `folder`, so that they count while it is down, also after a restart:
 * so long as `jwks-cache` says. `base`: the folder of drillbook.yaml.
 */
export function createKeyStore(folder: string, clock: () => number, base: string): KeyStore {
  const file = join(folder, 'console-issuer.json');
  let kept: IssuerKeys | undefined;
  let asking: Promise<IssuerKeys> | undefined;
  let failed: { readonly at: number; readonly why: IssuerSilent } | undefined;
  let askedAt = -Infinity;

  const askOnce = (oidc: Issuer): Promise<IssuerKeys> => {
    askedAt = clock();
    asking ??= fetchKeys(oidc, clock, base)
      .then(async keys => {
        kept = keys;
        failed = undefined;
        // A copy that cannot be written is only missed after a restart.
        await writeFile(file, JSON.stringify(keys), { mode: 0o600 }).catch(() => undefined);
        return keys;
      })
      .catch((error: unknown) => {
        const why = error instanceof IssuerSilent ? error : new IssuerSilent(`${oidc.issuer} does not answer`);
        failed = { at: clock(), why };
        throw why;
      })
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };

  return {
    async keysOf(oidc, anew = false) {
      const { issuer, 'jwks-cache': cacheMs } = oidc;
      kept ??= await readKept(file);
      const own = kept?.issuer === issuer && clock() - kept.at < cacheMs ? kept : undefined;
      if (own !== undefined && !anew && clock() - own.at < freshMs) return own;
      const soon = clock() - askedAt < pauseMs;
      if (own !== undefined) {
        if (soon) return own;
        return await askOnce(oidc).catch(() => own);
      }
      if (soon && failed !== undefined) throw failed.why;
      return await askOnce(oidc);
    },
  };
}

async function readKept(file: string): Promise<IssuerKeys | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as IssuerKeys;
  } catch {
    return undefined;
  }
}

async function fetchKeys(oidc: Issuer, clock: () => number, base: string): Promise<IssuerKeys> {
  const at = clock();
  const { issuer } = oidc;
  const found = await readJson(oidc, base, `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const said = (key: string): string | undefined => {
    const value = found[key];
    return typeof value === 'string' ? value : undefined;
  };
  if (said('issuer') !== issuer)
    throw new IssuerSilent(`the identity provider at ${issuer} calls itself ${said('issuer') ?? 'nothing'}`);
  const place = said('jwks_uri');
  if (place === undefined || !isSafe(place)) throw new IssuerSilent(`${issuer} names no place of its keys`);
  const jwks = await readJson(oidc, base, place);
  const { keys } = jwks;
  if (!Array.isArray(keys)) throw new IssuerSilent(`${place} gives no keys`);
  const authorizationEndpoint = said('authorization_endpoint');
  const tokenEndpoint = said('token_endpoint');
  return {
    ...{ issuer, at, jwks: { keys: keys as JSONWebKeySet['keys'] } },
    ...(authorizationEndpoint !== undefined && isSafe(authorizationEndpoint) && { authorizationEndpoint }),
    ...(tokenEndpoint !== undefined && isSafe(tokenEndpoint) && { tokenEndpoint }),
  };
}

/** https, or http on this machine, as drillbook.yaml asks of the issuer. */
function isSafe(url: string): boolean {
  return /^https:\/\//.test(url) || /^http:\/\/(?:localhost|127(?:\.\d+){3}|\[::1\])[:/]/.test(url);
}

async function readJson(oidc: Issuer, base: string, url: string): Promise<Record<string, unknown>> {
  const asked = { headers: { accept: 'application/json' }, withinMs: answerWithinMs };
  const { status, text } = await askIssuer(oidc, base, url, asked);
  if (status !== 200) throw new IssuerSilent(`${url} answers ${status}`);
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === 'object' && read !== null) return read as Record<string, unknown>;
  } catch {
    // Below.
  }
  throw new IssuerSilent(`${url} answers no JSON`);
}
