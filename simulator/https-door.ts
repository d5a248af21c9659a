import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { KeyedCertificate } from './certificates.ts';
import { listenOnLoopback } from './guests.ts';
import type { SiteState, World } from './state.ts';
import { receive } from './zvm.ts';

const largestBody = 16 * 1024 * 1024;

/** Puts a site's ZVM on a port of 127.0.0.1 (0: a free one), by HTTPS. Gives how to close it. */
export async function openHttpsDoor(
  world: World,
  site: SiteState,
  certificate: KeyedCertificate,
  port: number,
): Promise<() => void> {
  const server = createServer({ cert: certificate.certificate, key: certificate.key }, (request, response) => {
    serve(world, site, request, response).catch(() => response.destroy());
  });
  try {
    site.url = `https://127.0.0.1:${await listenOnLoopback(server, port)}`;
  } catch (error) {
    if (isCode(error, 'EADDRINUSE')) throw new Error(`Port ${port} is taken: give the simulator another one, or none.`);
    throw error;
  }
  return () => {
    server.close();
    server.closeAllConnections();
  };
}

async function serve(world: World, site: SiteState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => {
    gone.abort();
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) {
      response.destroy();
      return;
    }
    chunks.push(chunk);
  }
  const outcome = await receive(world, site, {
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    header: name => {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: Buffer.concat(chunks).toString('utf8'),
    signal: gone.signal,
  });
  switch (outcome.kind) {
    case 'answer': {
      const { status, headers, body } = outcome.answer;
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
      return;
    }
    case 'drop':
      request.socket.destroy();
      return;
    case 'hang':
      return;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
