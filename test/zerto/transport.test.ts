import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createZvm } from '../../zerto/client.ts';
import { CertificateRefused, TooLate, Unreachable, ZvmError } from '../../zerto/errors.ts';
import {
  type LoopbackZvm,
  options,
  password,
  rejection,
  type Script,
  selfSigned,
  startLoopbackZvm,
} from './scripted-zvm.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(thing => thing.close()));
});

async function start(script: Script, certificate?: ReturnType<typeof selfSigned>): Promise<LoopbackZvm> {
  const zvm = await startLoopbackZvm(script, certificate);
  open.push(zvm);
  return zvm;
}

const soon = () => ({ notAfter: Date.now() + 60_000 });
const trusting = (zvm: LoopbackZvm) => ({
  ...options,
  url: zvm.url,
  tls: { kind: 'ca', pem: zvm.certificate } as const,
});

test('a pinned CA is trusted, and the session and the label are sent', async () => {
  const server = await start(({ path }) => (path === 'vpgs' ? { body: [] } : undefined));
  expect(await createZvm(trusting(server)).vpgs.list()).toEqual([]);
  expect(server.seen.map(({ headers }) => [headers['x-zerto-session'], headers['zerto-triggered-by']])).toEqual([
    [undefined, 'drillbook'],
    ['t1', 'drillbook'],
  ]);
});

test('an untrusted certificate is refused before anything is sent, and the message says how to mend it', async () => {
  const server = await start(() => undefined);
  const error = await rejection(createZvm({ ...options, url: server.url, tls: { kind: 'system' } }).vpgs.list());
  expect(error).toBeInstanceOf(CertificateRefused);
  expect(error).toMatchObject({ retryable: false, happened: 'no', site: 'site-b', operation: 'POST session/add' });
  expect((error as Error).message).toContain('tls: { ca: FILE }');
  expect(server.seen).toEqual([]);
});

test('an expired certificate and one for another address are refused', async () => {
  const expired = await start(() => undefined, selfSigned({ from: new Date(2020, 1), to: new Date(2021, 1) }));
  const elsewhere = await start(() => undefined, selfSigned({}, '10.9.9.9'));
  const first = await rejection(createZvm(trusting(expired)).signIn());
  const second = await rejection(createZvm(trusting(elsewhere)).signIn());
  expect(first).toBeInstanceOf(CertificateRefused);
  expect(second).toBeInstanceOf(CertificateRefused);
  expect((first as Error).message).toContain('has expired');
  expect((second as Error).message).toContain('another name');
});

test.each([
  ['as openssl prints it', (pin: string) => pin],
  ['as drillbook.yaml writes it', plainPin],
])('a fingerprint %s is trusted, whatever name and CA', async (_, write) => {
  const server = await start(() => undefined, selfSigned({}, '10.9.9.9'));
  const tls = { kind: 'fingerprint', sha256: write(server.fingerprint) } as const;
  await createZvm({ ...options, url: server.url, tls }).signIn();
  expect(server.seen).toHaveLength(1);
});

function plainPin(pin: string): string {
  return `sha256:${pin.replaceAll(':', '').toLowerCase()}`;
}

test('another fingerprint is refused before the password goes out, and the message shows the one presented', async () => {
  const server = await start(() => undefined);
  const tls = { kind: 'fingerprint', sha256: `sha256:${'0'.repeat(64)}` } as const;
  const error = await rejection(createZvm({ ...options, url: server.url, tls }).signIn());
  expect(error).toBeInstanceOf(CertificateRefused);
  expect((error as Error).message).toContain(plainPin(server.fingerprint));
  expect(server.seen).toEqual([]);
});

test('a refused port is unreachable: nothing happened, worth another try', async () => {
  const server = await start(() => undefined);
  const zvm = createZvm(trusting(server));
  await server.close();
  const error = await rejection(zvm.vpgs.failoverTest('v1', {}, soon()));
  expect(error).toBeInstanceOf(Unreachable);
  expect(error).toMatchObject({ retryable: true, happened: 'no' });
  expect((error as Error).message).toMatch(/connection was refused \(ECONNREFUSED\)/);
});

test('an effect that finds the port closed after its sign-in did not happen', async () => {
  const server = await start(() => undefined);
  const zvm = createZvm(trusting(server));
  await zvm.signIn();
  await server.close();
  expect(await rejection(zvm.vpgs.failoverTest('v1', {}, soon()))).toMatchObject({
    operation: 'POST vpgs/v1/FailoverTest',
    happened: 'no',
  });
});

test('an unknown name is unreachable', async () => {
  const zvm = createZvm({ ...options, url: 'https://zvm.invalid:9669', tls: { kind: 'system' } });
  expect(await rejection(zvm.signIn())).toMatchObject({ name: 'Unreachable', retryable: true, happened: 'no' });
});

test('a port that does not speak TLS is unreachable, and nothing was sent', async () => {
  const plain = createServer(socket =>
    socket
      .on('error', () => undefined)
      .resume()
      .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  );
  await new Promise<void>(resolve => plain.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () =>
      new Promise(resolve =>
        plain.close(() => {
          resolve();
        }),
      ),
  });
  const url = `https://127.0.0.1:${(plain.address() as AddressInfo).port}`;
  const error = await rejection(createZvm({ ...options, url, tls: { kind: 'system' } }).signIn());
  expect(error).toMatchObject({ name: 'Unreachable', happened: 'no' });
  expect((error as Error).message).toContain('does not speak TLS');
});

test('a connection broken after an effect was sent leaves it unknown, and it is sent once', async () => {
  const server = await start(({ path }) => (path.startsWith('vpgs/') ? 'reset' : undefined));
  const error = await rejection(createZvm(trusting(server)).vpgs.failoverTest('v1', {}, soon()));
  expect(error).toBeInstanceOf(Unreachable);
  expect(error).toMatchObject({ retryable: true, happened: 'unknown', operation: 'POST vpgs/v1/FailoverTest' });
  expect((error as Error).message).toContain('look at the VPG');
  expect(server.seen.filter(({ path }) => path === 'vpgs/v1/FailoverTest')).toHaveLength(1);
});

test('a connection broken after a read was sent changed nothing', async () => {
  const server = await start(({ path }) => (path === 'vpgs' ? 'reset' : undefined));
  expect(await rejection(createZvm(trusting(server)).vpgs.list())).toMatchObject({ retryable: true, happened: 'no' });
});

test('an answer that breaks off after its 200 proves that the effect happened', async () => {
  const server = await start(({ path }) => (path.startsWith('vpgs/') ? 'torn' : undefined));
  expect(await rejection(createZvm(trusting(server)).vpgs.failoverTest('v1', {}, soon()))).toMatchObject({
    name: 'Unreachable',
    happened: 'yes',
  });
});

test('a ZVM that never answers is given up after the time-out; an effect is then unknown', async () => {
  const server = await start(({ path }) => (path.startsWith('vpgs/') ? 'silence' : undefined));
  const error = await rejection(
    createZvm({ ...trusting(server), requestTimeoutMs: 100 }).vpgs.failoverTest('v1', {}, soon()),
  );
  expect(error).toMatchObject({ name: 'Unreachable', happened: 'unknown' });
  expect((error as Error).message).toContain('no answer within 0.1 s');
});

test("a caller's signal ends a read with its own reason, and an effect with the doubt that is left", async () => {
  const server = await start(({ path }) => (path.startsWith('vpgs') ? 'silence' : undefined));
  const zvm = createZvm(trusting(server));
  await zvm.signIn();
  const reason = new Error('worker stops');
  expect(await rejection(zvm.vpgs.list({}, { signal: abortingSoon(reason) }))).toBe(reason);
  expect(await rejection(zvm.vpgs.failoverTest('v1', {}, { ...soon(), signal: abortingSoon(reason) }))).toMatchObject({
    name: 'Unreachable',
    happened: 'unknown',
  });
  expect(await rejection(zvm.vpgs.list({}, { signal: AbortSignal.abort(reason) }))).toBe(reason);
});

function abortingSoon(reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => {
    controller.abort(reason);
  }, 60);
  return controller.signal;
}

test('an effect whose time passes while its connection is made is not sent', async () => {
  // Each answer ends its connection, so the effect needs one of its own.
  const server = await start(({ path }) => ({
    headers: { connection: 'close', ...(path === 'session/add' ? { 'x-zerto-session': 't' } : {}) },
    body: 'task',
  }));
  let now = 1000;
  const zvm = createZvm({ ...trusting(server), clock: () => now });
  await zvm.signIn();
  server.onConnection(() => {
    now = 3000;
  });
  const error = await rejection(zvm.vpgs.failoverTest('v1', {}, { notAfter: 2000 }));
  expect(error).toBeInstanceOf(TooLate);
  expect(error).toMatchObject({ retryable: false, happened: 'no' });
  expect(now).toBe(3000);
  expect(server.seen.map(({ path }) => path)).toEqual(['session/add']);
});

test('many calls at once share ten connections', async () => {
  const server = await start(({ path }) => (path === 'vpgs' ? { body: [] } : undefined));
  const zvm = createZvm(trusting(server));
  await Promise.all(Array.from({ length: 60 }, () => zvm.vpgs.list()));
  expect(server.connections()).toBeLessThanOrEqual(10);
});

test('no error holds the password, its Basic form or the session', async () => {
  const server = await start(({ path }) =>
    path === 'session/add'
      ? { headers: { 'x-zerto-session': 'SECRET-SESSION' } }
      : path === 'vpgs'
        ? 'reset'
        : { status: 500, text: '<html>' },
  );
  const zvm = createZvm(trusting(server));
  const errors = [
    await rejection(zvm.vpgs.list()),
    await rejection(zvm.sites.local()),
    await rejection(zvm.vpgs.failoverTest('v', {}, soon())),
  ];
  const { inspect } = await import('node:util');
  for (const error of errors) {
    expect(error).toBeInstanceOf(ZvmError);
    const shown = inspect(error, { depth: 10, showHidden: true });
    expect(shown).not.toContain('SECRET-SESSION');
    expect(shown).not.toContain(password);
    expect(shown).not.toContain(Buffer.from(`DR\\svc:${password}`).toString('base64'));
  }
});
