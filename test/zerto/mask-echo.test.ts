import { expect, test } from 'vitest';
import { maskEcho } from '../../zerto/mask-echo.ts';

const request = { method: 'POST', path: 'x' } as const;

test('what a request was signed with is not repeated from its refusal', () => {
  const basic = Buffer.from('DR\\svc:hunter2"x').toString('base64');
  const signed = { ...request, headers: { authorization: `Basic ${basic}` } };
  expect(maskEcho(`bad header Basic ${basic}, password hunter2\\"x`, signed)).toBe(
    'bad header Basic [secret], password [secret]',
  );
  const bearer = { ...request, headers: { authorization: 'Bearer aaa.bbb.ccc', 'x-zerto-session': 'f00d-1' } };
  expect(maskEcho('token aaa.bbb.ccc or session f00d-1', bearer)).toBe('token [secret] or session [secret]');
  const form = { grant_type: 'password', client_id: 'zerto-client', username: 'ana', password: 'hunter2&' };
  expect(maskEcho('grant password of zerto-client: hunter2& (hunter2%26)', { ...request, form })).toBe(
    'grant password of zerto-client: [secret] ([secret])',
  );
  expect(maskEcho('nothing was signed', request)).toBe('nothing was signed');
});
