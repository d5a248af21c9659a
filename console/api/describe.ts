import type { z } from '@hono/zod-openapi';
import { problem } from './schemas.ts';

/** Parts that descriptions of routes share. */

const problems = {
  400: 'The request cannot be read',
  401: 'Nobody is known by this token, or none was sent',
  403: 'The caller’s roles do not let him',
  404: 'There is no such run or schedule',
  409: 'Not asked, not offered, not counted, the run has ended, or its plan is another than was shown',
  422: 'Nothing was started: why, with places in the runbook',
  429: 'Too many wrong tokens came from this address, or too many plans',
  503: 'No worker, or Temporal, answers',
} as const;

type Status = keyof typeof problems;

/** With `usual`: what every call may answer. */
export function problemsOf<S extends Status = never>(...more: readonly S[]) {
  const usual = [401, 403, 429, 503] as const;
  const entries = [...usual, ...more].map(status => [
    status,
    { description: problems[status], content: { 'application/problem+json': { schema: problem } } },
  ]);
  return Object.fromEntries(entries) as Record<
    S | (typeof usual)[number],
    { description: string; content: { 'application/problem+json': { schema: typeof problem } } }
  >;
}

export function answer<T extends z.ZodType>(description: string, schema: T) {
  return { description, content: { 'application/json': { schema } } };
}

export function body<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } };
}

/** Who may call it: each line is one way. */
export const security = [{ token: [] }, { session: [] }];
