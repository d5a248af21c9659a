import { CertificateRefused, type Happened, Unreachable, type ZvmError } from './errors.ts';
import { PinDiffers } from './tls.ts';

/** What is known of an exchange that ended without an answer. */
export interface FaultContext {
  readonly operation: string;
  readonly site: string;
  readonly address: string;
  readonly timedOutAfterMs: number | undefined;
  /** The caller's signal ended an effect after it had gone out. */
  readonly abandoned: boolean;
  readonly happened: Happened;
}

/** The named error for a failed exchange. The original is not kept: it may hold the request's headers. */
export function faultOf(error: unknown, context: FaultContext): ZvmError {
  const { operation, site, address, happened } = context;
  const facts = { operation, site, happened };
  const root = rootOf(error);
  const certificate = certificateFault(root);
  if (certificate !== undefined) {
    return new CertificateRefused(
      `The certificate of site "${site}" at ${address} is refused: ${certificate}. Nothing was sent.`,
      { ...facts, happened: 'no', retryable: false },
    );
  }
  const after = happened === 'unknown' ? ' Whether it happened is not known: look at the VPG before repeating it.' : '';
  if (context.abandoned) {
    return new Unreachable(`${operation} at site "${site}" was broken off after it had been sent.${after}`, {
      ...facts,
      retryable: true,
    });
  }
  const saw =
    context.timedOutAfterMs === undefined ? describe(root) : `no answer within ${context.timedOutAfterMs / 1000} s`;
  return new Unreachable(
    `Site "${site}" at ${address} did not answer ${operation}: ${saw}. Check that the ZVM runs, the address and port, and the firewall.${after}`,
    { ...facts, retryable: true },
  );
}

/** fetch wraps the fault of the socket; a name with several addresses collects one for each. */
function rootOf(error: unknown): Error & { code?: string } {
  if (error instanceof PinDiffers) return error;
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  if (error instanceof Error) return error.cause instanceof Error ? rootOf(error.cause) : error;
  return new Error(String(error));
}

const mend = 'give the CA of the ZVM in drillbook.yaml as tls: { ca: FILE }, or pin it by its fingerprint';

function certificateFault(root: Error & { code?: string }): string | undefined {
  if (root instanceof PinDiffers) {
    return `its fingerprint is ${root.presented}, not the one in drillbook.yaml; if the ZVM was given a new certificate, put that into tls: { fingerprint: … }, or trust its CA by tls: { ca: FILE }`;
  }
  switch (root.code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return `it is self-signed and not trusted (${root.code}); ${mend}`;
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_UNTRUSTED':
    case 'CERT_SIGNATURE_FAILURE':
    case 'INVALID_CA':
      return `it is signed by a CA that is not trusted (${root.code}); ${mend}`;
    case 'CERT_HAS_EXPIRED':
      return `it has expired; renew it on the ZVM, then give its CA as tls: { ca: FILE }`;
    case 'CERT_NOT_YET_VALID':
      return 'it is not valid yet; compare the clocks of both machines';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `it is for another name than the one in the url; use a name that it holds, or pin it with tls: { fingerprint: … }, or issue one with this name and give tls: { ca: FILE }`;
    case undefined:
      return undefined;
    default:
      return root.code.startsWith('CERT_') ? `${root.code}; ${mend}` : undefined;
  }
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'its name is not known to DNS',
  EAI_AGAIN: 'DNS does not answer',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ECONNRESET: 'the connection was broken',
  EPIPE: 'the connection was broken',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection could not be made in time',
  UND_ERR_SOCKET: 'the connection was broken',
  UND_ERR_HEADERS_TIMEOUT: 'the answer did not come in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped halfway',
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
};

function describe(root: Error & { code?: string }): string {
  if (root.code === undefined) return root.message;
  const known = words[root.code] ?? (root.code.startsWith('ERR_SSL') ? 'TLS failed' : root.message);
  return `${known} (${root.code})`;
}
