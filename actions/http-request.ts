import { z } from 'zod';
import { contract, type Declared, type Effect, higher, minute, politely } from './contract.ts';
import { endpointName, span } from './fields.ts';
import { bodyKeys, checkBody, expectation, message, methods } from './http.ts';
import { asMap, asText, type Raw, ruled } from './rules.ts';
import { namedSecrets, secretKeys, secretText } from './secret.ts';

/** Below the endpoint's URL, and never out of it. */
const path = z.string().superRefine((text, context) => {
  const why = !text.startsWith('/')
    ? 'it begins with "/": the rest of the URL is the endpoint’s'
    : /[?#]/.test(text)
      ? 'a query stands under `query`'
      : /[\s\\]|^\/\/|\/\.{1,2}(\/|$)|%2e|%2f|%5c/i.test(text)
        ? 'no space, no "\\", no "//" at its beginning, no "." or ".." as a part'
        : undefined;
  if (why !== undefined) context.addIssue(why);
});

const request = {
  method: z.enum(methods).default('GET').describe('Method, one of those that the endpoint allows.'),
  path: path.describe('Path below the endpoint’s URL.'),
  query: namedSecrets(z.string(), secretText(), secretKeys)
    .optional()
    .describe('Query by name; a value may be `{ secret: NAME }`, a password or token must be.'),
  ...message,
};

export const httpRequest = contract({
  name: 'http/request',
  summary: 'calls an endpoint of drillbook.yaml; its `undo` is only ever called at a person’s word',
  input: ruled(
    z.strictObject({
      endpoint: endpointName().describe('The entry of `endpoints` in drillbook.yaml.'),
      ...request,
      expect: expectation.optional().describe('What the answer must be.'),
      undo: ruled(z.strictObject(request), { atMostOneOf: [bodyKeys], check: checkBody })
        .optional()
        .describe('The call of the same endpoint with which a person can undo it.'),
    }),
    { atMostOneOf: [bodyKeys], check: checkBody },
  ),
  output: z.strictObject({
    status: z.number().describe('Status of the answer.'),
    answered_after: span().describe('Time from the first byte of the connection to the end of the answer.'),
  }),
  effect: effectOfRequest,
  performer: 'activity',
  undoneBy: 'http/request',
  built: false,
  timeoutMs: 5 * minute,
  transport: politely,
});

/** The higher of the call's and of its `undo`'s. What an expression gives may be any endpoint and any method. */
function effectOfRequest({ endpoint, method, undo }: Raw, declared: Declared): Effect {
  const name = asText(endpoint);
  const effectOf = (how: unknown = 'GET'): Effect =>
    name === undefined || typeof how !== 'string' ? 'irreversible' : declared.endpoint(name, how);
  if (undo === undefined) return effectOf(method);
  const back = asMap(undo);
  return higher(effectOf(method), back === undefined ? 'irreversible' : effectOf(back['method']));
}
