import { z } from 'zod';
import { contract, minute, politely, second } from './contract.ts';
import { duration, probeName, span } from './fields.ts';
import { authorizationOf, bodyKeys, carriesNone, checkBody, expectation, httpUrl, message, methods } from './http.ts';
import { asMap, type Finding, type Raw, ruled } from './rules.ts';
import { isSecretReference, namedSecrets, secretKeys, secretOnly, secretText } from './secret.ts';

const auth = ruled(
  z.strictObject({
    basic: z
      .strictObject({
        username: secretText().describe('Name of the account.'),
        password: secretOnly().describe('Its password: `{ secret: NAME }`.'),
      })
      .optional()
      .describe('Basic authentication.'),
    bearer: secretOnly().optional().describe('A bearer token: `{ secret: NAME }`.'),
  }),
  { exactlyOneOf: ['basic', 'bearer'] },
);

const login = ruled(
  z.strictObject({
    url: httpUrl().describe('Where to sign in, by POST.'),
    form: namedSecrets(z.string(), secretText(), secretKeys)
      .optional()
      .describe('Fields of the form; a value may be `{ secret: NAME }`, a password or token must be.'),
    json: namedSecrets(z.string(), secretText(), secretKeys).optional().describe('The same as a map of JSON.'),
  }),
  { exactlyOneOf: ['form', 'json'] },
);

const isAddress = (text: string): boolean => z.ipv4().safeParse(text).success || z.ipv6().safeParse(text).success;

export const checkHttp = contract({
  name: 'check/http',
  summary: 'proves that a page or an API answers as expected',
  input: ruled(
    z.strictObject({
      url: httpUrl().describe('What is asked for: an http or https URL without a name or password.'),
      method: z.enum(methods).default('GET').describe('Method of the request.'),
      ...message,
      timeout: duration()
        .default(10 * second)
        .describe('Longest that one try may take.'),
      auth: auth.optional().describe('How the request proves who it is from.'),
      resolve: z
        .string()
        .refine(isAddress, 'an IP address is wanted')
        .optional()
        .describe('IP address to connect to instead of what DNS says; name and certificate stay the URL’s.'),
      ca: z
        .string()
        .min(1)
        .optional()
        .describe('PEM file beside drillbook.yaml that the server’s certificate must verify with.'),
      follow: z.boolean().optional().describe('Follow redirects on the same host (default false).'),
      login: login.optional().describe('Sign in first; its cookies go with the request.'),
      expect: expectation.optional().describe('What the answer must be.'),
      via: probeName().optional().describe('Probe that the check looks from (default: the mode’s).'),
    }),
    { atMostOneOf: [bodyKeys], check: checkRequest },
  ),
  output: z.strictObject({
    status: z.number().describe('Status of the answer.'),
    answered_after: span().describe('Time from the first byte of the connection to the end of the answer.'),
  }),
  effect: ({ method }) => (carriesNone(method) ? 'read' : 'isolated'),
  performer: 'activity',
  built: true,
  notBuilt: notBuiltHttp,
  timeoutMs: 10 * minute,
  until: true,
  transport: politely,
});

function checkRequest(value: Raw): readonly Finding[] {
  const twice = value['auth'] === undefined ? undefined : authorizationOf(value['headers']);
  return [
    ...checkBody(value),
    ...(twice === undefined ? [] : [{ path: ['headers', twice], message: '`auth` says it already' }]),
  ];
}

function notBuiltHttp(input: Raw): string | undefined {
  const key = [...bodyKeys, 'auth', 'resolve', 'login'].find(k => input[k] !== undefined);
  if (key !== undefined) return `the key \`${key}\``;
  if (input['follow'] !== undefined && input['follow'] !== false) return 'the key `follow`';
  if (asMap(input['expect'])?.['json'] !== undefined) return 'the key `expect.json`';
  if (Object.values(asMap(input['headers']) ?? {}).some(isSecretReference)) return 'a secret in `headers`';
  const { method } = input;
  return typeof method === 'string' && !carriesNone(method) ? `the method ${method}` : undefined;
}
