import { execFile } from 'node:child_process';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { parse, parseAllDocuments } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenOf } from '../../control/config/schema/console.ts';
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

interface Probe {
  readonly httpGet?: object;
}
interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly ports?: readonly object[];
    readonly template?: {
      readonly spec: {
        readonly containers: readonly {
          readonly ports?: readonly object[];
          readonly livenessProbe?: Probe;
          readonly readinessProbe?: Probe;
        }[];
      };
    };
  };
}

/** What Docker or the kubelet would run, with what a test has instead. */
function run(
  command: readonly string[],
  ...instead: readonly (readonly [from: string, to: string])[]
): Promise<number> {
  const [, program = '', ...args] = command[0] === 'CMD' ? command : ['', ...command];
  expect(program).toBe('node');
  for (const [from] of instead) expect(args.join(' ')).toContain(from);
  const changed = args.map(arg => instead.reduce((text, [from, to]) => text.replaceAll(from, to), arg));
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

  const check = (address = '127.0.0.1') =>
    run(
      services.console.healthcheck.test,
      ["require('node:os').hostname()", `'${address}'`],
      [`port: 8443`, `port: ${port}`],
    );

  it("asks at the container's own address: a console that listens on loopback alone, where nobody reaches it, is not healthy", async () => {
    // The server of this test listens at 127.0.0.1 alone.
    expect(await check('127.0.0.2')).toBe(1);
  });

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

describe('where each set-up asks', () => {
  interface Console {
    readonly listen: string;
    readonly 'public-url': string;
    readonly tls: object;
  }
  const { console: own } = parse(read('drillbook.yaml')) as { console: Console };
  const url = new URL(own['public-url']);
  const listening = listenOf(own.listen);

  it('the drillbook.yaml of the page listens where containers are reached, by TLS, and its public-url has the port that is published', () => {
    expect(listening).toEqual({ host: '0.0.0.0', port: 8443 });
    expect(own.tls).toBeDefined();
    const { ports } = services.console as { ports?: readonly string[] };
    expect(ports).toEqual([`${url.port}:${String(listening?.port)}`]);
  });

  it('Kubernetes: at the port of console.listen, by HTTPS, and the service has the port of public-url', () => {
    const objects = parseAllDocuments(read('kubernetes/drillbook.yaml')).map(each => each.toJS() as KubernetesObject);
    const deployment = objects.find(({ kind }) => kind === 'Deployment');
    const [container] = deployment?.spec.template?.spec.containers ?? [];
    expect(container?.ports).toEqual([{ name: 'https', containerPort: listening?.port }]);
    for (const probe of [container?.livenessProbe, container?.readinessProbe])
      expect(probe?.httpGet).toMatchObject({ port: 'https', scheme: 'HTTPS' });
    const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'drillbook-console');
    expect(service?.spec.ports).toEqual([{ name: 'https', port: Number(url.port), targetPort: 'https' }]);
  });

  it('systemd: by public-url, with the certificate that the page makes for that name', () => {
    const page = read('../operate.md');
    expect(page).toContain(`--cacert ../dr/certs/console.pem ${url.origin}/readyz`);
    expect(page).toContain(`-addext subjectAltName=DNS:${url.hostname}`);
    expect(read('drillbook-worker.service')).toMatch(/^Environment=DRILLBOOK_ALIVE=\/run\/drillbook-worker\/alive$/m);
    expect(read('drillbook-worker.service')).toMatch(/^RuntimeDirectory=drillbook-worker$/m);
    expect(page).toContain('find /run/drillbook-worker/alive -mmin -1');
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
    expect(await run(command, [file, path])).not.toBe(0);
    writeFileSync(path, '1\n');
    expect(await run(command, [file, path])).toBe(0);
    const old = Date.now() / 1_000 - 90;
    utimesSync(path, old, old);
    expect(await run(command, [file, path])).toBe(1);
  });
});
