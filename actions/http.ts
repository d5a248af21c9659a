import { z } from 'zod';
import { duration, json, jsonWithSecrets } from './fields.ts';
import { asMap, asText, type Finding, type Raw, ruled } from './rules.ts';
import { namedSecrets, secretHeaders, secretKeys, secretText, textOrSecret } from './secret.ts';

/** Parts that check/http and http/request share. */

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export const bodyKeys = ['form', 'json', 'body'] as const;

/** A token of RFC 9110; no value may break its line. */
const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'a header is named by letters, digits and "-"');
const headerValue = z.string().regex(/^[^\r\n]*$/, 'a header is one line');

/** What a request carries. */
export const message = {
  headers: namedSecrets(headerName, textOrSecret(headerValue), secretHeaders)
    .optional()
    .describe('Headers by name; a value may be `{ secret: NAME }`, of one that proves who asks it must be.'),
  form: namedSecrets(z.string(), secretText(), secretKeys)
    .optional()
    .describe('Fields of a form, sent as its body; a value may be `{ secret: NAME }`, a password or token must be.'),
  json: jsonWithSecrets()
    .optional()
    .describe(
      'Any value, sent as a body of JSON; what stands in it may be `{ secret: NAME }`, a password or token must be.',
    ),
  body: z.string().optional().describe('Text, sent as the body as it stands.'),
};

export const carriesNone = (method: unknown): boolean => method === undefined || method === 'GET' || method === 'HEAD';

export function checkBody(value: Raw): readonly Finding[] {
  const method = value['method'];
  if (!carriesNone(method)) return [];
  const name = asText(method) ?? 'GET';
  return bodyKeys
    .filter(key => value[key] !== undefined)
    .map(key => ({ path: [key], message: `a ${name} request has no body: name another \`method\`` }));
}

const status = () => z.number().int().min(100).max(599);

export const expectation = ruled(
  z.strictObject({
    status: z
      .union([status(), z.array(status()).min(1)])
      .optional()
      .describe('Status, or a list of which one is expected (default: 200 to 299).'),
    header: z.record(headerName, z.string()).optional().describe('Headers that the answer has, with their values.'),
    'body-contains': z.string().min(1).optional().describe('Text that stands in the body.'),
    json: json().optional().describe('What the body says as JSON: a map may have more keys, all else must be equal.'),
    within: duration().optional().describe('Longest that the answer may take.'),
  }),
  { check: checkExpectation },
);

function checkExpectation(value: Raw): readonly Finding[] {
  const { status: wanted } = value;
  if (wanted !== 204 && wanted !== 304) return [];
  return ['json', 'body-contains']
    .filter(key => value[key] !== undefined)
    .map(key => ({ path: [key], message: `an answer ${wanted} has no body` }));
}

export const httpUrl = () =>
  z.string().regex(/^https?:\/\/[^\s\/@?#]+([\/?#]\S*)?$/, 'an http or https URL without a name or password');

export const authorizationOf = (headers: unknown): string | undefined =>
  Object.keys(asMap(headers) ?? {}).find(name => name.toLowerCase() === 'authorization');
