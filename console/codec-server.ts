import { createHash, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { serve } from '@hono/node-server';
import type { PayloadCodec } from '@temporalio/common';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { loadConfig, resolveSecrets } from '../control/config/config.ts';
import { listenOf } from '../control/config/schema/console.ts';
import { isLoopback } from '../control/config/schema/loopback.ts';
import { usualCodecServer } from '../control/config/schema/keeping.ts';
import { codecWithKeys } from '../control/codec.ts';
import { payloadsFromWire, payloadsToWire } from '../control/codec-wire.ts';
import { PayloadEncrypted } from '../control/payload-codec.ts';

/** Encrypts and decrypts for whoever may not read the keys: the command line, Temporal's web page and its command line. */
export interface CodecServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface CodecServerOptions {
  /** Of drillbook.yaml. */
  readonly configPath: string;
  /** Instead of that of drillbook.yaml; 0: a free one. */
  readonly port?: number;
}

/** The codec server cannot serve. The message is a sentence for people. */
export class CodecServerRefused extends Error {
  override readonly name = 'CodecServerRefused';
}

/** A request with a large history in base64, bytes. */
const mostBytes = 64 * 1024 * 1024;

/** Serves `/encode` and `/decode`. Throws ConfigRefused, SecretUnreadable, or CodecServerRefused where the port is taken. */
export async function startCodecServer(options: CodecServerOptions): Promise<CodecServer> {
  const config = await loadConfig(options.configPath);
  const base = dirname(options.configPath);
  if (!config.payloads.encrypt)
    throw new CodecServerRefused('There is nothing to decrypt: `payloads.encrypt` of drillbook.yaml is not set.');
  const { listen, origins, token } = config.payloads['codec-server'] ?? usualCodecServer;
  const { host, port } = listenOf(listen) ?? { host: '127.0.0.1', port: 0 };
  const app = codecApp({
    codec: await codecWithKeys(config, base),
    origins,
    loopback: isLoopback(host),
    ...(token === undefined ? {} : { tokens: () => resolveSecrets(config, token, base) }),
  });
  return await open(app, host, options.port ?? port);
}

interface AppOptions {
  readonly codec: PayloadCodec;
  readonly origins: readonly string[];
  /** A page that has its name point here must not get in: only loopback names are served. */
  readonly loopback: boolean;
  /** Read at each request; absent: whoever reaches it may ask. */
  readonly tokens?: () => Promise<readonly string[]>;
}

export function codecApp({ codec, origins, loopback, tokens }: AppOptions): Hono {
  const app = new Hono();
  const allowed = new Set(origins.map(origin => new URL(origin).origin));
  app.use(async (context, next) => {
    const { origin, host = '' } = context.req.header();
    if (origin !== undefined && !allowed.has(origin))
      return refuse(
        context,
        403,
        `pages of ${origin} may not ask: \`payloads.codec-server.origins\` lists those that may`,
      );
    if (loopback && !isLoopback(new URL(`http://${host}`).hostname))
      return refuse(context, 403, 'ask by a loopback address');
    return next();
  });
  app.use(
    cors({
      origin: [...allowed],
      allowMethods: ['POST'],
      allowHeaders: ['Content-Type', 'Authorization', 'X-Namespace'],
      credentials: true,
    }),
  );
  app.use(async (context, next) => {
    if (tokens !== undefined && !mayAsk(context.req.header('authorization'), await tokens()))
      return refuse(context, 401, 'a bearer token is wanted');
    return next();
  });
  app.use(bodyLimit({ maxSize: mostBytes, onError: context => refuse(context, 413, 'that is too much at once') }));
  for (const way of ['encode', 'decode'] as const)
    app.post(`/${way}`, async context => {
      const document: unknown = await context.req.json().catch(() => undefined);
      const payloads = payloadsFromWire(document);
      if (payloads === undefined) return refuse(context, 400, 'a JSON document with `payloads` is wanted');
      return context.json(payloadsToWire(await codec[way](payloads)));
    });
  app.notFound(context => refuse(context, 404, 'there are only POST /encode and POST /decode'));
  app.onError((error, context) => {
    // The page shows it, and it may only say what was written for people.
    const said =
      error instanceof PayloadEncrypted || error.name === 'SecretUnreadable' ? error.message : 'it could not be done';
    return refuse(context, 422, said);
  });
  return app;
}

function refuse(context: Context, status: 400 | 401 | 403 | 404 | 413 | 422, message: string): Response {
  return context.json({ message }, status);
}

/** In the same time for every wrong token. */
function mayAsk(header: string | undefined, tokens: readonly string[]): boolean {
  const given = digest(/^Bearer (.+)$/.exec(header ?? '')?.[1] ?? '');
  return tokens.filter(token => timingSafeEqual(digest(token), given)).length > 0;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function open(app: Hono, hostname: string, port: number): Promise<CodecServer> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, hostname, port }, (address: AddressInfo) => {
      const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      resolve({
        url: `http://${host}:${address.port}`,
        close: () =>
          new Promise(done => {
            server.close(() => {
              done();
            });
            if ('closeAllConnections' in server) server.closeAllConnections();
          }),
      });
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'something else listens there' : (error.code ?? error.message);
      reject(new CodecServerRefused(`The codec server cannot listen on ${hostname}:${port}: ${why}.`));
    });
  });
}
