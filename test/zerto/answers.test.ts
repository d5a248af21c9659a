import { expect, test } from 'vitest';
import { TooLate } from '../../zerto/errors.ts';
import { rejection, type Reply, scripted } from './scripted-zvm.ts';

const soon = () => ({ notAfter: Date.now() + 60_000 });
const message = { Message: 'Cannot start  the test:\n VPG is busy.' };

const cases: readonly (readonly [string, Reply, object, object])[] = [
  // [what, answer, of a failed effect, of a failed read]
  [
    'a 500 with a Message is a refusal',
    { status: 500, body: message },
    {
      name: 'Refused',
      retryable: false,
      happened: 'no',
      status: 500,
      vendorMessage: 'Cannot start the test: VPG is busy.',
    },
    { name: 'Refused', retryable: false, happened: 'no' },
  ],
  [
    'so is one in other casing',
    { status: 500, body: { message: 'no' } },
    { name: 'Refused', vendorMessage: 'no' },
    { name: 'Refused' },
  ],
  [
    '10.x wraps the sentence',
    { status: 500, body: { Message: 'Oops. Exception occurred in API: it is so;' } },
    { name: 'Refused', vendorMessage: 'it is so' },
    { name: 'Refused' },
  ],
  ['a 400', { status: 400, body: message }, { name: 'Refused', retryable: false, happened: 'no' }, { name: 'Refused' }],
  ['a 403 without a body', { status: 403 }, { name: 'Refused', vendorMessage: undefined }, { name: 'Refused' }],
  ['a 404', { status: 404 }, { name: 'NotFound', retryable: false, happened: 'no' }, { name: 'NotFound' }],
  [
    'a 500 with a page',
    { status: 500, text: '<html>' },
    { name: 'ServerFault', retryable: true, happened: 'unknown' },
    { name: 'ServerFault', happened: 'no' },
  ],
  ['a 502', { status: 502 }, { name: 'ServerFault', retryable: true, happened: 'unknown' }, { name: 'ServerFault' }],
  [
    'a 503 with a Message is no refusal',
    { status: 503, body: message },
    { name: 'ServerFault', retryable: true, happened: 'unknown' },
    { name: 'ServerFault' },
  ],
  ['a 429', { status: 429 }, { name: 'ServerFault', retryable: true, happened: 'no' }, { name: 'ServerFault' }],
  [
    'a redirect',
    { status: 302, headers: { location: 'https://elsewhere.test/' } },
    { name: 'NotUnderstood', retryable: false, happened: 'unknown' },
    { name: 'NotUnderstood', happened: 'no' },
  ],
  [
    'a page where JSON should be',
    { text: '<html>' },
    { name: 'NotUnderstood', retryable: false, happened: 'yes' },
    { name: 'NotUnderstood', retryable: false, happened: 'no' },
  ],
  [
    'other JSON',
    { body: { a: 1 } },
    { name: 'NotUnderstood', happened: 'yes' },
    { name: 'NotUnderstood', happened: 'no' },
  ],
];

test.each(cases)('%s', async (_, reply, ofEffect, ofRead) => {
  const { zvm } = scripted(({ path }) => (path === 'session/add' ? undefined : reply));
  const effect = await rejection(zvm.vpgs.failoverTest('v1', {}, soon()));
  expect(effect).toMatchObject({ ...ofEffect, operation: 'POST vpgs/v1/FailoverTest', site: 'site-b' });
  expect((effect as Error).message).toMatch(/^\S.*"site-b".*\.$/);
  expect(await rejection(zvm.vpgs.list())).toMatchObject({ ...ofRead, operation: 'GET vpgs' });
});

test('an effect past its time is refused before anything goes out, the sign-in included', async () => {
  const { zvm, seen } = scripted(() => ({ body: 'task' }), { clock: () => 1001 });
  const error = await rejection(zvm.vpgs.failoverTest('v1', {}, { notAfter: 1000 }));
  expect(error).toBeInstanceOf(TooLate);
  expect(error).toMatchObject({ happened: 'no', retryable: false });
  expect(seen).toEqual([]);
});

test('an effect whose time passes during the sign-in is not sent', async () => {
  let now = 1000;
  const { zvm, seen } = scripted(
    ({ path }) => {
      if (path === 'session/add') now = 3000;
      return undefined;
    },
    { clock: () => now },
  );
  expect(await rejection(zvm.vpgs.failoverTest('v1', {}, { notAfter: 2000 }))).toBeInstanceOf(TooLate);
  expect(seen.map(({ path }) => path)).toEqual(['session/add']);
});

test('a url without TLS is refused, since the sign-in carries the password', () => {
  expect(() => scripted(() => ({}), { url: 'http://zvm.test:9669' })).toThrow('must begin with https://');
});
