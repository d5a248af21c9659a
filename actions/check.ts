import { z } from 'zod';
import { contract, minute, politely, second } from './contract.ts';
import { duration, port, probeName } from './fields.ts';

export const checkTcp = contract({
  name: 'check/tcp',
  summary: 'proves that a TCP port answers',
  input: z.strictObject({
    host: z.string().min(1),
    port: port(),
    timeout: duration().default(10 * second),
    via: probeName().optional(),
  }),
  output: z.strictObject({ connected_after: z.number().meta({ kind: 'duration' }) }),
  effect: 'read',
  performer: 'activity',
  built: true,
  timeoutMs: 10 * minute,
  until: true,
  transport: politely,
});

const expectation = z.strictObject({
  status: z.union([z.number().int().min(100).max(599), z.array(z.number().int().min(100).max(599)).min(1)]).optional(),
  header: z.record(z.string(), z.string()).optional(),
  'body-contains': z.string().min(1).optional(),
  within: duration().optional(),
});

export const checkHttp = contract({
  name: 'check/http',
  summary: 'proves that a page or an API answers as expected',
  input: z.strictObject({
    url: z.string().regex(/^https?:\/\/[^\s\/@?#]+([\/?#]\S*)?$/, 'an http or https URL without a name or password'),
    method: z.enum(['GET', 'HEAD']).default('GET'),
    headers: z.record(z.string(), z.string()).optional(),
    timeout: duration().default(10 * second),
    /** PEM file beside drillbook.yaml that the server's certificate must verify with. */
    ca: z.string().min(1).optional(),
    expect: expectation.optional(),
    via: probeName().optional(),
  }),
  output: z.strictObject({ status: z.number(), answered_after: z.number().meta({ kind: 'duration' }) }),
  effect: 'read',
  performer: 'activity',
  built: true,
  timeoutMs: 10 * minute,
  until: true,
  transport: politely,
});
