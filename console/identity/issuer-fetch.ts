import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Agent, request } from 'undici';
import type { Config } from '../../control/config/config.ts';

/** The identity provider of drillbook.yaml. */
export type Issuer = NonNullable<Config['identity']['oidc']>;

/** The identity provider does not answer, or not as one does. The message says which, for people. */
export class IssuerSilent extends Error {
  override readonly name = 'IssuerSilent';
}

export interface IssuerAsk {
  readonly method?: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly withinMs: number;
}

export interface IssuerAnswer {
  readonly status: number;
  readonly text: string;
}

const mostBytes = 512 * 1024;

/**
 * Asks the provider for something, and follows nothing: a redirect would take a code elsewhere. Its certificate must verify with
 * `tls.ca`, else with what the system trusts. `base`: the folder of drillbook.yaml. Throws IssuerSilent.
 */
export async function askIssuer(
  { tls }: Pick<Issuer, 'tls'>,
  base: string,
  url: string,
  { method = 'GET', headers, body, withinMs }: IssuerAsk,
): Promise<IssuerAnswer> {
  const connect = { timeout: withinMs, ...(tls === undefined ? {} : { ca: await readIssuerCa(tls.ca, base) }) };
  // For this call alone: the next may have to be trusted by another file.
  const dispatcher = new Agent({ connect });
  const signal = AbortSignal.timeout(withinMs);
  try {
    const answer = await request(url, { method, headers, body: body ?? null, signal, dispatcher });
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of answer.body as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > mostBytes) throw new IssuerSilent(`${url} answers more than 512 KiB`);
      parts.push(part);
    }
    return { status: answer.statusCode, text: Buffer.concat(parts).toString('utf8') };
  } catch (error) {
    throw error instanceof IssuerSilent ? error : new IssuerSilent(whySilent(url, error as NodeJS.ErrnoException));
  } finally {
    // Not waited for: a connection that is still being made to nowhere would be.
    void dispatcher.destroy();
  }
}

/** As OpenSSL calls what is wrong with a certificate. */
const ofCertificate = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/;

function whySilent(url: string, { code = '' }: NodeJS.ErrnoException): string {
  if (!ofCertificate.test(code)) return `${url} does not answer`;
  return `the certificate of ${new URL(url).host} cannot be trusted (${code}): identity.oidc.tls.ca of drillbook.yaml names the authority that issues it`;
}

/** PEM, read anew each time. Throws IssuerSilent with the mend. */
async function readIssuerCa(ca: string, base: string): Promise<string> {
  const file = resolve(base, ca);
  const why = (how: string): IssuerSilent =>
    new IssuerSilent(`The identity provider cannot be asked: ${file} (identity.oidc.tls.ca of drillbook.yaml) ${how}`);
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    throw why(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`);
  });
  try {
    // Node takes a file without one for an empty list.
    new X509Certificate(pem);
  } catch {
    throw why('is no certificate in PEM');
  }
  return pem;
}

/** Why the identity provider cannot be asked by what stands beside drillbook.yaml, for the log at the start; undefined: it can. */
export async function whyNoIssuerCa({ identity: { oidc } }: Pick<Config, 'identity'>, base: string) {
  if (oidc?.tls === undefined) return undefined;
  try {
    await readIssuerCa(oidc.tls.ca, base);
    return undefined;
  } catch (error) {
    if (error instanceof IssuerSilent) return `${error.message}: until then nobody signs in by it.`;
    throw error;
  }
}
