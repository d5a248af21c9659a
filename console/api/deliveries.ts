import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ConsoleEnv } from '../deps.ts';
import { answer } from './describe.ts';
import { problem } from './schemas.ts';

/** How senders of deliveries prove themselves: each kind of `triggers` in its own way. */
const schemes = {
  pagerduty: {
    ...({ type: 'apiKey', in: 'header', name: 'X-PagerDuty-Signature' } as const),
    description: 'v1= and the HMAC-SHA256 of the body, hexadecimal',
  },
  alertmanager: { type: 'http', scheme: 'bearer', description: 'The secret itself; or as the password of basic auth' },
  hmac: {
    ...({ type: 'apiKey', in: 'header', name: 'webhook-signature' } as const),
    description:
      'v1, and the HMAC-SHA256 of id.timestamp.body in Base64, with the headers webhook-id and webhook-timestamp (Standard Webhooks)',
  },
  slack: {
    ...({ type: 'apiKey', in: 'header', name: 'X-Slack-Signature' } as const),
    description: 'v0= and the HMAC-SHA256 of v0:timestamp:body, with the header X-Slack-Request-Timestamp',
  },
} as const;

const delivered = z
  .object({
    runs: z.array(
      z.object({
        runbook: z.string(),
        mode: z.string(),
        run: z.string(),
        again: z.boolean().openapi({ description: 'It was started by an earlier delivery' }),
      }),
    ),
    notMeant: z.array(z.string()).openapi({ description: 'Webhooks whose `if` is not true for it' }),
    refused: z.array(z.object({ webhook: z.string(), why: z.string() })),
    reason: z.string().optional().openapi({ description: 'Why nothing was started, where nothing listens' }),
  })
  .openapi('Delivered');

const problems = {
  400: 'No JSON',
  401: 'The signature or the secret is wrong, or it is too old',
  403: '`may` does not let it',
  404: 'drillbook.yaml has no trigger of this name; or, for kind hmac, no runbook listens to it',
  413: 'More than 1 MiB',
  415: 'No application/json',
  422: 'Nothing was started: the payload, or the runbook as it stands, does not fit',
  429: 'Too many wrong signatures from this address, or more than at-most',
  503: 'Temporal does not answer, a secret cannot be read, drillbook.yaml has mistakes, or nothing signs',
} as const;

/** `POST /hooks/NAME` in the description; it is served beside the API, and by no token. */
export function describeDeliveries({ openAPIRegistry }: OpenAPIHono<ConsoleEnv>): void {
  for (const [name, scheme] of Object.entries(schemes))
    openAPIRegistry.registerComponent('securitySchemes', name, scheme);
  openAPIRegistry.registerPath({
    ...{ method: 'post', path: '/hooks/{name}', tags: ['deliveries'], operationId: 'deliver', servers: [{ url: '/' }] },
    summary: 'What PagerDuty, Alertmanager, Slack or anything that signs delivers',
    description:
      '`name` is an entry of `triggers` in drillbook.yaml, whose kind says how the sender proves itself. An answer never repeats what came in.',
    security: Object.keys(schemes).map(name => ({ [name]: [] })),
    request: {
      params: z.object({ name: z.string().openapi({ param: { name: 'name', in: 'path' }, example: 'pagerduty' }) }),
      body: {
        required: true,
        content: {
          'application/json': { schema: { type: 'object' } },
          'application/x-www-form-urlencoded': { schema: { type: 'object', description: 'Of Slack' } },
        },
      },
    },
    responses: {
      200: answer('It was read; of Slack, what it shows to whoever asked', delivered),
      202: answer(
        'Nothing listens: no runbook has a webhook from this trigger (kinds pagerduty, alertmanager)',
        delivered,
      ),
      ...Object.fromEntries(
        Object.entries(problems).map(([status, description]) => [
          status,
          { description, content: { 'application/problem+json': { schema: problem } } },
        ]),
      ),
    },
  });
}
