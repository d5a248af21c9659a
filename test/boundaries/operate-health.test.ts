import { execFile } from 'node:child_process';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { parse, parseAllDocuments } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder } from '../cli/folder.ts';

/** Defect: the health check asked for a certificate of 127.0.0.1, which none has, so the console was never healthy. */
const read = (name: string): string => readFileSync(new URL(`../../docs/operate/${name}`, import.meta.url), 'utf8');
interface Service {
  readonly healthcheck: { readonly test: readonly string[] };
  readonly environment?: Readonly<Record<string, string>>;
}
const { services } = parse(read('compose.yaml'), { merge: true }) as {
  services: Record<'worker' | 'console', Service>;
};

/** What Docker or the kubelet would run, with the place that a test has instead. */
function run(command: readonly string[], from: string, to: string): Promise<number> {
  const [, program = '', ...args] = command[0] === 'CMD' ? command : ['', ...command];
  expect(program).toBe('node');
  expect(args.join(' ')).toContain(from);
  const changed = args.map(arg => arg.replaceAll(from, to));
  return new Promise(resolve => {
    const child = execFile(process.execPath, changed, { timeout: 10_000 }, error => {
      resolve(error === null ? 0 : (child.exitCode ?? 1));
    });
  });
}

describe("the console's health check", () => {
  let status = 200;
  let port = 0;
  const server = { close: (): void => undefined };
  beforeAll(async () => {
    const name = 'drillbook.dr.example.com';
    const made = await generate([{ name: 'commonName', value: name }], {
      keySize: 2048,
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
    });
    const https = createServer({ key: made.private, cert: made.cert }, (request, response) => {
      response.writeHead(request.url === '/readyz' ? status : 404).end();
    });
    await new Promise<void>(resolve => https.listen(0, '127.0.0.1', resolve));
    port = (https.address() as AddressInfo).port;
    server.close = () => https.close();
  });
  afterAll(() => {
    server.close();
  });

  const check = () => run(services.console.healthcheck.test, '127.0.0.1:8443', `127.0.0.1:${port}`);

  it('passes with a certificate of the public name alone, and fails where the console is not ready or not there', async () => {
    await expect(fetch(`https://127.0.0.1:${port}/readyz`)).rejects.toThrow();
    expect(await check()).toBe(0);
    status = 503;
    expect(await check()).toBe(1);
    server.close();
    port = 1;
    expect(await check()).toBe(1);
  });
});

describe("the worker's sign of life", () => {
  interface Container {
    readonly name: string;
    readonly env?: readonly { readonly name: string; readonly value: string }[];
    readonly livenessProbe?: { readonly exec?: { readonly command: readonly string[] } };
  }
  const containers = ['kubernetes/drillbook.yaml', 'kubernetes/site-worker.yaml'].flatMap(file =>
    parseAllDocuments(read(file)).flatMap(document => {
      const { spec } = document.toJS() as { spec?: { template?: { spec: { containers: readonly Container[] } } } };
      return (spec?.template?.spec.containers ?? []).filter(({ name }) => name === 'worker');
    }),
  );
  const probes = [
    {
      where: 'compose',
      command: services.worker.healthcheck.test,
      file: services.worker.environment?.['DRILLBOOK_ALIVE'],
    },
    ...containers.map(({ livenessProbe, env = [] }, i) => ({
      where: `kubernetes ${i}`,
      command: livenessProbe?.exec?.command ?? [],
      file: env.find(({ name }) => name === 'DRILLBOOK_ALIVE')?.value,
    })),
  ];

  it('is asked for in compose and of both workers in Kubernetes', () => {
    expect(probes).toHaveLength(3);
  });

  it.each(probes)('$where: a new file passes; an old one, and none, do not', async ({ command, file = '' }) => {
    expect(file).toBe('/tmp/alive');
    const path = join(makeFolder(), 'alive');
    expect(await run(command, file, path)).not.toBe(0);
    writeFileSync(path, '1\n');
    expect(await run(command, file, path)).toBe(0);
    const old = Date.now() / 1_000 - 90;
    utimesSync(path, old, old);
    expect(await run(command, file, path)).toBe(1);
  });
});
