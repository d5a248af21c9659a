import { describe, expect, it } from 'vitest';
import { wantsXml } from '../../simulator/xml.ts';
import { basic, simulate, siteOf } from './harness.ts';

async function ask(path: string, accept: string) {
  const simulator = await simulate();
  const { username, password } = siteOf(simulator, 'site-b');
  const fetch = simulator.fetchFor('site-b');
  const headers = { authorization: basic(username, password) };
  const signedIn = await fetch('https://zvm.invalid/v1/session/add', { method: 'POST', headers });
  const token = signedIn.headers.get('x-zerto-session') ?? '';
  const response = await fetch(`https://zvm.invalid/v1/${path}`, { headers: { accept, 'x-zerto-session': token } });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

describe('XML', () => {
  it('is written for who asks for it: namespace, root, words for numbers, the odd key, nothing', async () => {
    const { type, text } = await ask('vpgs?name=crm', 'application/xml');
    expect(type).toBe('application/xml; charset=utf-8');
    expect(text).toMatch(/^<ArrayOfVpgApi [^>]*xmlns="http:\/\/schemas\.zerto\.com\/zvm\/api"><VpgApi>/);
    expect(text).toContain('<VpgName>crm</VpgName>');
    expect(text).toContain('<Status>MeetingSLA</Status><SubStatus>None</SubStatus><Priority>Medium</Priority>');
    expect(text).toMatch(/<Link__x007B_0_x007D_><href>/);
    expect(text).toContain('<RunningFailOverTestApi i:nil="true" />');
    expect(text).toContain('<Entities><Protected>VCVpg</Protected>');
  });

  it('of a list of words and of one value', async () => {
    const words = await ask('vpgs/priorities', 'text/xml');
    expect(words.text).toMatch(/^<ArrayOfstring [^>]*Arrays"><string>Low<\/string><string>Medium<\/string>/);
    expect((await ask('serverdatetime/serverdatetimeutc', 'text/xml')).text).toMatch(/^<string [^>]*>2\d{3}-/);
  });

  it('of a refusal', async () => {
    const { status, text } = await ask('vpgs/nobody', 'application/xml');
    expect([status, text]).toEqual([404, '<Error><Message>VPG nobody was not found.</Message></Error>']);
  });

  it.each([
    [undefined, false],
    ['*/*', false],
    ['application/json', false],
    ['application/xml', true],
    ['text/xml;q=0.9, application/json;q=0.5', true],
    ['application/json, application/xml', false],
    ['text/html, application/xml;q=0.9, */*;q=0.8', true],
    ['application/xml;q=0', false],
  ])('is wanted by %s: %s', (accept, wanted) => {
    expect(wantsXml(accept)).toBe(wanted);
  });
});
