import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import { serve } from '@hono/node-server';
import type { Hono } from 'hono';
import type { ConsoleEnv } from './deps.ts';

/** The console cannot serve. The message is a sentence for people. */
export class ConsoleRefused extends Error {
  override readonly name = 'ConsoleRefused';
}

/** PEM. */
export interface TlsPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Place {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly tls?: TlsPair;
}

export interface Listening {
  readonly url: string;
  /** Ends event streams too. */
  close(): Promise<void>;
  /** New connections are served by another certificate. Throws ConsoleRefused where it is none, and goes on with the one before. */
  readonly renew: (pair: TlsPair) => void;
}

/** A request must have come within this, ms. Answers may take as long as they like: event streams do. */
const times = { headersTimeout: 15_000, requestTimeout: 30_000, keepAliveTimeout: 10_000 };

/** Throws ConsoleRefused where the port is taken or the certificate is none. */
export function listen(app: Hono<ConsoleEnv>, { host, port, tls }: Place): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const listening = (address: AddressInfo): void => {
      const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      resolve({
        url: `${tls === undefined ? 'http' : 'https'}://${name}:${address.port}`,
        close: () =>
          new Promise(done => {
            server.close(() => {
              done();
            });
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
        renew: pair => {
          const secure = secureOf(pair);
          // Tried apart: a server that fails half-way would have half of it.
          tryPair(secure);
          if (server instanceof TlsServer) server.setSecureContext(secure);
        },
      });
    };
    const own = { fetch: app.fetch, hostname: host, port };
    const refuse = (error: NodeJS.ErrnoException): void => {
      const why = error.code === 'EADDRINUSE' ? 'something else listens there' : (error.code ?? error.message);
      reject(new ConsoleRefused(`The console cannot listen on ${host}:${port}: ${why}.`));
    };
    let server: ReturnType<typeof serve>;
    try {
      server =
        tls === undefined
          ? serve({ ...own, serverOptions: times }, listening)
          : serve(
              {
                ...own,
                createServer: createTlsServer,
                serverOptions: { ...times, ...secureOf(tls) },
              },
              listening,
            );
    } catch {
      reject(noPair());
      return;
    }
    server.once('error', refuse);
  });
}

const secureOf = ({ certificate, key }: TlsPair) => ({ cert: certificate, key, minVersion: 'TLSv1.2' }) as const;

function tryPair(secure: ReturnType<typeof secureOf>): void {
  try {
    createSecureContext(secure);
  } catch {
    throw noPair();
  }
}

/** What OpenSSL says of a key may repeat it. */
const noPair = (): ConsoleRefused =>
  new ConsoleRefused('The certificate and key of console.tls are not a PEM certificate and its key.');
