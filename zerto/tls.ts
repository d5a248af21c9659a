import * as tls from 'node:tls';
import { Agent, buildConnector } from 'undici';

/** Whom we take for the ZVM. Its certificate is self-signed by default, so a CA or a fingerprint is the usual case. */
export type Trust =
  /** The CAs of Node and, where this Node can read them (22.19, 24.5), of the operating system. */
  | { readonly kind: 'system' }
  /** PEM text of one or more CAs: these and no others. */
  | { readonly kind: 'ca'; readonly pem: string }
  /** The SHA-256 of the certificate itself; name and validity no longer count. */
  | { readonly kind: 'fingerprint'; readonly sha256: string };

/** The certificate at the address is not the pinned one. */
export class PinDiffers extends Error {
  override readonly name = 'PinDiffers';
  readonly presented: string;

  constructor(presented: string) {
    super('The certificate has another fingerprint.');
    this.presented = presented;
  }
}

// One ZVM serves a whole site: a run with a hundred VPGs must not open a hundred connections to it.
const connections = 10;
const connectTimeoutMs = 10_000;

/** Connections to one ZVM. Idle ones do not keep the process alive. */
export function createAgent(trust: Trust, requestTimeoutMs: number): Agent {
  const timeout = Math.min(connectTimeoutMs, requestTimeoutMs);
  // The bound of a request is http.ts's own timer; these only must not be shorter or endless.
  const limits = { connections, headersTimeout: requestTimeoutMs + 1000, bodyTimeout: requestTimeoutMs + 1000 };
  switch (trust.kind) {
    case 'system':
      return new Agent({ ...limits, connect: { timeout, ...systemAuthorities() } });
    case 'ca':
      return new Agent({ ...limits, connect: { timeout, ca: trust.pem } });
    case 'fingerprint':
      return new Agent({ ...limits, connect: connectPinned(trust.sha256, timeout) });
  }
}

/** `@types/node` of Node 20 does not know it yet. */
interface NewerTls {
  readonly getCACertificates?: (kind: 'default' | 'system') => string[];
}

function systemAuthorities(): { ca?: string[] } {
  const read = (tls as NewerTls).getCACertificates;
  return read === undefined ? {} : { ca: [...read('default'), ...read('system')] };
}

/** Compares the fingerprint after the handshake and before the first byte of a request. */
function connectPinned(sha256: string, timeout: number): buildConnector.connector {
  const wanted = plainFingerprint(sha256);
  // Without cached TLS sessions every handshake shows the certificate.
  const connect = buildConnector({ rejectUnauthorized: false, timeout, maxCachedSessions: 0 });
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error !== null) {
        callback(error, null);
        return;
      }
      const presented =
        socket instanceof tls.TLSSocket ? plainFingerprint(socket.getPeerCertificate().fingerprint256) : '';
      if (presented === wanted) {
        callback(null, socket);
      } else {
        socket.destroy();
        callback(new PinDiffers(`sha256:${presented}`), null);
      }
    });
  };
}

/** `sha256:1CE2…`, `1C:E2:…` and `1ce2…` are the same. */
function plainFingerprint(text: string): string {
  return text
    .toLowerCase()
    .replace(/^sha256:/, '')
    .replaceAll(':', '');
}
