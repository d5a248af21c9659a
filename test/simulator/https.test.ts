import { execFileSync, spawn } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:https';
import { describe, expect, it } from 'vitest';
import { describeForScripts } from '../../simulator/server.ts';
import { basic, simulate, siteOf } from './harness.ts';

function ask(
  url: string,
  method: string,
  headers: Record<string, string>,
  ca?: string,
): Promise<{ status: number | undefined; headers: Record<string, unknown>; body: string }> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers, ...(ca === undefined ? {} : { ca }), agent: false }, response => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('over HTTPS', () => {
  it('verifies with the CA, for 127.0.0.1 and localhost, at both sites', async () => {
    const simulator = await simulate();
    for (const site of simulator.sites) {
      const ca = await readFile(site.ca, 'utf8');
      const authorization = basic(site.username, site.password);
      const signedIn = await ask(`${site.url}/v1/session/add`, 'POST', { authorization }, ca);
      expect([signedIn.status, signedIn.body, signedIn.headers['content-length']]).toEqual([200, '', '0']);
      const token = String(signedIn.headers['x-zerto-session']);
      const byName = site.url.replace('127.0.0.1', 'localhost');
      const local = await ask(`${byName}/v1/localsite`, 'GET', { 'x-zerto-session': token }, ca);
      expect(JSON.parse(local.body)).toMatchObject({ SiteName: site.zertoName, Version: '9.7.40' });
    }
  });

  it('is not trusted without the CA', async () => {
    const { sites } = await simulate();
    await expect(ask(`${sites[0]?.url ?? ''}/v1/`, 'GET', {})).rejects.toThrow(/unable to verify|self.signed/);
  });

  it('answers 401 with an empty body without a session, and lists its APIs to everybody', async () => {
    const simulator = await simulate();
    const { url, ca } = siteOf(simulator, 'site-a');
    const pem = await readFile(ca, 'utf8');
    expect(await ask(`${url}/v1/vpgs`, 'GET', {}, pem)).toMatchObject({ status: 401, body: '' });
    expect(await ask(`${url}/v1/`, 'GET', {}, pem)).toMatchObject({ status: 200 });
  });

  it('cuts the connection where a fault says so', async () => {
    const simulator = await simulate();
    const { url, ca } = siteOf(simulator, 'site-a');
    simulator.faults.add({ method: 'GET', path: 'localsite', then: { kind: 'drop-before' } });
    await expect(ask(`${url}/v1/localsite`, 'GET', {}, await readFile(ca, 'utf8'))).rejects.toThrow('socket hang up');
  });

  it('closes while a request hangs', async () => {
    const simulator = await simulate();
    const { url, ca } = siteOf(simulator, 'site-a');
    simulator.faults.add({ method: 'GET', path: 'localsite', then: { kind: 'hang' } });
    const asked = ask(`${url}/v1/localsite`, 'GET', {}, await readFile(ca, 'utf8'));
    asked.catch(() => undefined);
    await expect.poll(() => simulator.requests.length).toBe(1);
    await simulator.close();
    await expect(asked).rejects.toThrow('socket hang up');
  });

  it('satisfies a strict verifier: key identifiers, usages, basic constraints', async ({ skip }) => {
    const { sites } = await simulate();
    const { url, ca } = sites[0] ?? { url: '', ca: '' };
    try {
      execFileSync('openssl', ['version'], { stdio: 'ignore' });
    } catch {
      skip('no openssl on this machine');
    }
    const host = new URL(url).host;
    const child = spawn('openssl', [
      's_client',
      '-connect',
      host,
      '-CAfile',
      ca,
      '-x509_strict',
      '-verify_return_error',
    ]);
    child.stdin.end();
    let seen = '';
    for await (const chunk of child.stdout) seen += String(chunk);
    expect(seen).toContain('Verify return code: 0 (ok)');
  });

  it('writes the CA for everybody to read and describes itself for scripts', async () => {
    const simulator = await simulate();
    const { sites } = describeForScripts(simulator);
    expect(sites.map(site => [site.name, site.generation])).toEqual([
      ['site-a', 'windows'],
      ['site-b', 'windows'],
    ]);
    expect(Object.keys(sites[0] ?? {})).toEqual(['name', 'url', 'generation', 'ca', 'username', 'password']);
    expect(((await stat(sites[0]?.ca ?? '')).mode & 0o444).toString(8)).toBe('444');
    expect(await readFile(sites[0]?.ca ?? '', 'utf8')).not.toContain('PRIVATE');
  });

  it('takes the ports that it is given, and says when one is taken', async () => {
    const first = await simulate();
    const port = Number(new URL(siteOf(first, 'site-a').url).port);
    await expect(simulate({ ports: [port] })).rejects.toThrow(`Port ${port} is taken`);
    await first.close();
    const second = await simulate({ ports: [port] });
    expect(siteOf(second, 'site-a').url).toBe(`https://127.0.0.1:${port}`);
  });
});
