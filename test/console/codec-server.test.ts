import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Payload } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CodecServer, startCodecServer } from '../../console/codec-server.ts';
import { codecWithKeys, codecWithoutKeys } from '../../control/codec.ts';
import { loadConfig } from '../../control/config/config.ts';
import { plainCodec } from '../../control/payload-codec.ts';

const site =
  'sites: { s: { url: "https://10.1.1.1", zerto-name: S, account: { kind: windows, username: u, password: k } } }';
const configText = (payloads: string) =>
  `apiVersion: drillbook-config/v1\nsecrets: { k: { file: key }, t: { files: [token.new, token.old] } }\n${site}\npayloads: ${payloads}\n`;
const json = (value: unknown): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(JSON.stringify(value)),
});
const said = (payloads: Payload[]) => payloads.map(({ data }) => Buffer.from(data ?? []).toString());

let dir: string;
let configPath: string;
let server: CodecServer | undefined;

const write = (name: string, text: string): void => {
  writeFileSync(join(dir, name), text, { mode: 0o600 });
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'drillbook-codec-server-'));
  configPath = join(dir, 'drillbook.yaml');
  write('key', Buffer.alloc(32, '1').toString('base64'));
  write('drillbook.yaml', configText('{ encrypt: true, keys: k }'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = undefined;
  rmSync(dir, { recursive: true });
});

async function start(): Promise<string> {
  server = await startCodecServer({ configPath, port: 0 });
  return server.url;
}

/** A drillbook.yaml as the command line reads it: it names the server that just came up. */
function pointAt(url: string): void {
  vi.stubEnv('DRILLBOOK_CODEC', url);
}

async function post(url: string, headers: Record<string, string> = {}, body = '{"payloads":[]}'): Promise<Response> {
  return await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}

describe('the codec server', () => {
  test('encrypts and decrypts for a command line that reads no key', async () => {
    pointAt(await start());
    const remote = await codecWithoutKeys({ configPath });
    const own = await codecWithKeys(await loadConfig(configPath), dir);
    const large = 'payments-db '.repeat(2_000);
    const sealed = await remote.encode([json('payments-db'), json(large)]);
    expect(said(sealed).join()).not.toContain('payments');
    expect(said(await own.decode(sealed))).toEqual(['"payments-db"', JSON.stringify(large)]);
    const many = await Promise.all(Array.from({ length: 500 }, (_, i) => own.encode([json(i)])));
    // Each is asked for alone, as the payloads of a history are, and they go together.
    const fetched = vi.spyOn(globalThis, 'fetch');
    const read = await Promise.all(many.map(payloads => remote.decode(payloads)));
    expect(read.flatMap(said)).toEqual(many.map((_, i) => String(i)));
    expect(fetched).toHaveBeenCalledTimes(1);
    fetched.mockRestore();
  });

  test('lets the listed web pages ask, and no other', async () => {
    const url = await start();
    const ask = await fetch(`${url}/decode`, {
      method: 'OPTIONS',
      headers: { origin: 'http://localhost:8233', 'access-control-request-method': 'POST' },
    });
    expect(ask.headers.get('access-control-allow-origin')).toBe('http://localhost:8233');
    expect(ask.headers.get('access-control-allow-headers')).toBe('Content-Type,Authorization,X-Namespace');
    expect((await post(`${url}/decode`, { origin: 'http://localhost:8233' })).status).toBe(200);
    const other = await post(`${url}/decode`, { origin: 'https://evil.example' });
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  test('answers only to loopback names: a page whose name points to 127.0.0.1 is none', async () => {
    const { port } = new URL(await start());
    const { request } = await import('node:http');
    const status = await new Promise(resolve => {
      request({ port, path: '/decode', method: 'POST', headers: { host: 'evil.example' } }, answer => {
        answer.resume();
        resolve(answer.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });

  test('wants a token where drillbook.yaml names one; each of a rotated one counts', async () => {
    write('token.new', 'new-token\n');
    write('token.old', 'old-token\n');
    write('drillbook.yaml', configText('{ encrypt: true, keys: k, codec-server: { token: t } }'));
    const url = await start();
    expect((await post(`${url}/decode`)).status).toBe(401);
    expect((await post(`${url}/decode`, { authorization: 'Bearer wrong' })).status).toBe(401);
    for (const token of ['new-token', 'old-token'])
      expect((await post(`${url}/decode`, { authorization: `Bearer ${token}` })).status).toBe(200);
    pointAt(url);
    await expect(codecWithoutKeys({ configPath })).rejects.toThrow('DRILLBOOK_CODEC_TOKEN');
    vi.stubEnv('DRILLBOOK_CODEC_TOKEN', 'new-token');
    expect(said(await (await codecWithoutKeys({ configPath })).encode([json(1)]))).toHaveLength(1);
  });

  test('says what is wrong in a sentence, to whoever asks for what it cannot do', async () => {
    const url = await start();
    expect(await (await post(`${url}/decode`, {}, 'x')).json()).toEqual({
      message: 'a JSON document with `payloads` is wanted',
    });
    expect((await post(`${url}/keys`)).status).toBe(404);
    const sealed = await (await codecWithKeys(await loadConfig(configPath), dir)).encode([json(1)]);
    write('key', Buffer.alloc(32, '2').toString('base64'));
    await server?.close();
    pointAt(await start());
    const remote = await codecWithoutKeys({ configPath });
    await expect(remote.decode(sealed)).rejects.toThrow('add the older key behind the first');
  });

  test('that does not answer is a sentence with the mend', async () => {
    const url = await start();
    await server?.close();
    pointAt(url);
    await expect(codecWithoutKeys({ configPath })).rejects.toThrow(
      `the codec server at ${url} does not answer. Start one where the keys are ("drillbook codec-server")`,
    );
  });

  test('has nothing to do without encryption, and then nobody asks it', async () => {
    write('drillbook.yaml', configText('{}'));
    await expect(startCodecServer({ configPath })).rejects.toThrow('There is nothing to decrypt');
    pointAt('http://127.0.0.1:9');
    expect(await codecWithoutKeys({ configPath })).toBe(plainCodec);
  });

  test('on a port that is taken is a sentence', async () => {
    const { port } = new URL(await start());
    await expect(startCodecServer({ configPath, port: Number(port) })).rejects.toThrow(
      `The codec server cannot listen on 127.0.0.1:${port}: something else listens there.`,
    );
  });
});
