import { checkHttp as checkHttpContract } from '../../actions/check-http.ts';
import { createServer, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server as TcpServer } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ActionCall } from '../../actions/call.ts';
import type { Input } from '../../actions/index.ts';
import { checkHttp } from '../../activities/check-http.ts';
import { checkTcp } from '../../activities/check-tcp.ts';
import type { Context } from '../../activities/surroundings.ts';
import { issueCertificates } from '../../simulator/certificates.ts';
import { openSocksDoor } from '../../simulator/socks-door.ts';
import { callOf, endingFrom, nothingWritten, setStage, type Stage } from './stage.ts';

const context: Context = {
  sites: {
    zvm: () => Promise.reject(new Error('no site')),
    settings: () => {
      throw new Error('no site');
    },
  },
  probes: () => undefined,
  telling: () => Promise.resolve({ targets: () => undefined }),
  files: { base: '.' },
  openings: nothingWritten,
  whyNotAsked: () => Promise.resolve(undefined),
  configSha256: '',
  clock: Date.now,
  signal: new AbortController().signal,
  memory: { attempt: 1, recalled: undefined, keep: () => undefined },
};
const seenFrom = (proxy: string): Context => ({
  ...context,
  probes: name => (name === 'bubble-b' ? { proxy } : undefined),
});

async function listen(server: Server | TcpServer): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createTcp();
  const port = await new Promise<number>(resolve => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function page(body: string, status = 200, delayMs = 0): Promise<number> {
  return listen(
    createServer((request, response) => {
      setTimeout(() => {
        response.writeHead(status, { 'x-version': '7', 'content-type': 'text/plain' });
        response.end(`${body} ${request.headers.host ?? ''} ${String(request.headers['x-mine'] ?? '')}`);
      }, delayMs);
    }),
  );
}

const tcp = (given: object, more: Partial<ActionCall<Input<'check/tcp'>>> = {}) =>
  callOf('check/tcp', { host: '127.0.0.1', ...given }, more);
const http = (given: object, more: Partial<ActionCall<Input<'check/http'>>> = {}) => callOf('check/http', given, more);

describe('check/tcp', () => {
  test('a port that answers', async () => {
    const port = await listen(createTcp(socket => socket.end()));
    const { outputs, tries } = await checkTcp(tcp({ port }), context);
    expect(outputs.connected_after).toBeGreaterThanOrEqual(0);
    expect(tries).toBe(1);
  });

  test('a port that does not is failed', async () => {
    const port = await freePort();
    expect(await endingFrom(checkTcp(tcp({ port }), context))).toMatchObject({
      type: 'failed',
      message: `127.0.0.1:${port} refused the connection`,
    });
  });

  test('comes up while it is tried', async () => {
    const port = await freePort();
    const server = createTcp();
    setTimeout(() => server.listen(port, '127.0.0.1'), 60);
    onTestFinished(() => void server.close());
    const { tries, attempts } = await checkTcp(
      tcp({ port }, { until: { everyMs: 25, backoff: 1, forMs: 5_000 } }),
      context,
    );
    expect(tries).toBeGreaterThan(1);
    expect(attempts?.map(a => a.ok)).toEqual([false, true]);
  });

  test('a name without an address is failed', async () => {
    const ending = await endingFrom(checkTcp(tcp({ host: 'nobody.invalid', port: 80 }), context));
    expect(ending.type).toBe('failed');
  });
});

describe('through a probe', () => {
  test('the far address is the one that the probe sees', async () => {
    const port = await listen(createTcp(socket => socket.end()));
    const asked: string[] = [];
    const door = await openSocksDoor((host, p) => {
      asked.push(`${host}:${p}`);
      return { kind: 'port', port: Promise.resolve(port) };
    });
    onTestFinished(() => {
      door.close();
    });
    await checkTcp(tcp({ host: '10.99.1.10', port: 5432 }, { via: 'bubble-b' }), seenFrom(door.url));
    expect(asked).toEqual(['10.99.1.10:5432']);
  });

  test('an address that the probe cannot reach, or that refuses it, is failed', async () => {
    const door = await openSocksDoor((_, port) => ({ kind: port === 5432 ? 'refused' : 'unreachable' }));
    onTestFinished(() => {
      door.close();
    });
    const look = (port: number) =>
      endingFrom(checkTcp(tcp({ host: '10.99.1.10', port }, { via: 'bubble-b' }), seenFrom(door.url)));
    expect(await look(5432)).toMatchObject({ type: 'failed', message: '10.99.1.10:5432 refused the connection' });
    expect(await look(80)).toMatchObject({ type: 'failed', message: '10.99.1.10:80 cannot be reached' });
  });

  test('a probe that is away is errored: nobody looked', async () => {
    const port = await freePort();
    const ending = await endingFrom(
      checkTcp(tcp({ port: 5432 }, { via: 'bubble-b' }), seenFrom(`socks5://127.0.0.1:${port}`)),
    );
    expect(ending).toMatchObject({
      type: 'errored',
      message: `the probe bubble-b (127.0.0.1:${port}) refused the connection, so we could not look`,
    });
  });

  test('a probe that is none is errored', async () => {
    const closes = await listen(createTcp(socket => socket.end()));
    const ending = await endingFrom(
      checkTcp(tcp({ port: 1 }, { via: 'bubble-b' }), seenFrom(`socks5://127.0.0.1:${closes}`)),
    );
    expect(ending).toMatchObject({ type: 'errored', message: expect.stringContaining('could not look') as string });
    const silent = await listen(createTcp());
    const call = tcp({ port: 1, timeout: 50 }, { via: 'bubble-b' });
    expect((await endingFrom(checkTcp(call, seenFrom(`socks5://127.0.0.1:${silent}`)))).message).toContain(
      'did not answer within 50ms',
    );
  });

  test('a probe that is a worker of its own looks from there, and nobody else looks for it', async () => {
    const port = await listen(createTcp());
    const call = tcp({ port }, { via: 'bubble-b' });
    const there: Context = { ...context, probes: () => ({ here: true }) };
    expect((await checkTcp(call, there)).outputs).toHaveProperty('connected_after');
    const elsewhere: Context = { ...context, probes: () => ({ 'task-queue': 'probe-b' }) };
    expect(await endingFrom(checkTcp(call, elsewhere))).toMatchObject({
      type: 'errored',
      message: expect.stringContaining('("drillbook worker --probe bubble-b")') as string,
    });
  });

  test('a probe that nobody named is errored', async () => {
    expect(await endingFrom(checkTcp(tcp({ port: 1, via: 'lan-b' }), context))).toMatchObject({
      type: 'errored',
      message: 'drillbook.yaml names no probe "lan-b"',
    });
  });

  test('proxy variables of the environment count for nothing', async () => {
    const port = await page('Welcome');
    process.env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    process.env['http_proxy'] = 'http://127.0.0.1:1';
    onTestFinished(() => {
      delete process.env['HTTP_PROXY'];
      delete process.env['http_proxy'];
    });
    expect((await checkHttp(http({ url: `http://127.0.0.1:${port}/` }), context)).outputs.status).toBe(200);
  });
});

describe('check/http', () => {
  test('a page that answers as expected, through a probe', async () => {
    const port = await page('Welcome');
    const door = await openSocksDoor(() => ({ kind: 'port', port: Promise.resolve(port) }));
    onTestFinished(() => {
      door.close();
    });
    const expectation = {
      status: [200, 204],
      header: { 'X-Version': '7' },
      'body-contains': 'Welcome 10.99.1.30 mine',
      within: 5_000,
    };
    const call = http(
      { url: 'http://10.99.1.30/', headers: { 'x-mine': 'mine' }, expect: expectation },
      { via: 'bubble-b' },
    );
    const { outputs } = await checkHttp(call, seenFrom(door.url));
    expect(outputs.status).toBe(200);
  });

  test('everything that does not fit is told', async () => {
    const port = await page('Sorry', 503);
    const call = http({
      url: `http://127.0.0.1:${port}/health?token=abc`,
      expect: { 'body-contains': 'up', header: { 'x-version': '8', 'x-none': '1' } },
    });
    const ending = await endingFrom(checkHttp(call, context));
    expect(ending.type).toBe('failed');
    expect(ending.message).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/health answered 503 in \d+ms, but a status from 200 to 299 is expected and its header x-version is not "8" and its header x-none is missing "1" and its body does not contain "up"$/,
    );
  });

  test('one that is too slow is failed, in either way', async () => {
    const port = await page('Welcome', 200, 80);
    const url = `http://127.0.0.1:${port}/`;
    expect((await endingFrom(checkHttp(http({ url, timeout: 30 }), context))).message).toContain(
      'did not answer within 30ms',
    );
    expect((await endingFrom(checkHttp(http({ url, expect: { within: 20 } }), context))).message).toContain(
      'it is expected within 20ms',
    );
  });

  test('a redirect is an answer, not followed', async () => {
    const port = await page('', 302);
    expect(
      (await checkHttp(http({ url: `http://127.0.0.1:${port}/`, expect: { status: 302 } }), context)).outputs.status,
    ).toBe(302);
  });

  test('what is no HTTP is failed', async () => {
    const port = await listen(createTcp(socket => socket.end('SSH-2.0-x\r\n')));
    expect(await endingFrom(checkHttp(http({ url: `http://127.0.0.1:${port}/` }), context))).toMatchObject({
      type: 'failed',
    });
    const cut = await listen(createTcp(socket => socket.destroy()));
    expect((await endingFrom(checkHttp(http({ url: `http://127.0.0.1:${cut}/` }), context))).type).toBe('failed');
  });

  test('HEAD has no body', async () => {
    const port = await page('Welcome');
    expect((await checkHttp(http({ url: `http://127.0.0.1:${port}/`, method: 'HEAD' }), context)).outputs.status).toBe(
      200,
    );
  });

  test('a password in a URL is refused by the contract and not repeated', () => {
    const read = checkHttpContract.input.safeParse({ url: 'http://ana:geheim@127.0.0.1/' });
    expect(read.error?.message).toContain('without a name or password');
    expect(read.error?.message).not.toContain('geheim');
  });

  describe('over TLS', () => {
    async function secure({ dir }: Stage) {
      const { authority, servers } = issueCertificates(['web']);
      await writeFile(join(dir, 'web.pem'), authority);
      const { key = '', certificate: cert = '' } = servers[0] ?? {};
      const port = await listen(createSecure({ key, cert }, (_, response) => response.end('Welcome')));
      return { port, url: `https://127.0.0.1:${port}/`, context: { ...context, files: { base: dir } } };
    }

    test('a certificate must verify, with the named authority', async () => {
      const { port, url, context: here } = await secure(await setStage());
      expect((await checkHttp(http({ url, ca: 'web.pem' }), here)).outputs.status).toBe(200);
      const untrusted = await endingFrom(checkHttp(http({ url }), here));
      expect(untrusted.type).toBe('failed');
      expect(untrusted.message).toContain('shows a certificate that is not trusted');
      const door = await openSocksDoor(() => ({ kind: 'port', port: Promise.resolve(port) }));
      onTestFinished(() => {
        door.close();
      });
      const byName = (name: string) => http({ url: `https://${name}:${port}/`, ca: 'web.pem' }, { via: 'bubble-b' });
      const through = { ...seenFrom(door.url), files: here.files };
      expect((await checkHttp(byName('localhost'), through)).outputs.status).toBe(200);
      const elsewhere = await endingFrom(checkHttp(byName('bank.example'), through));
      expect(elsewhere.type).toBe('failed');
      expect(elsewhere.message).toContain('not trusted');
    });

    test('an authority file that is not there is errored', async () => {
      const ending = await endingFrom(checkHttp(http({ url: 'https://127.0.0.1:1/', ca: 'none.pem' }), context));
      expect(ending).toMatchObject({
        type: 'errored',
        message: 'the certificate file none.pem cannot be read: it is looked for beside drillbook.yaml',
      });
    });
  });

  test('a cancel ends it at once', async () => {
    const port = await listen(createTcp());
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(new Error('cancelled'));
    }, 20);
    const work = checkHttp(http({ url: `http://127.0.0.1:${port}/` }), { ...context, signal: controller.signal });
    await expect(work).rejects.toThrow('cancelled');
  });
});
