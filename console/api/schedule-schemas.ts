import { z } from '@hono/zod-openapi';
import { listedRun, runId, time } from './schemas.ts';

export const listedSchedule = z
  .object({
    id: z.string().openapi({ example: 'payments/weekly' }),
    runbook: z.string(),
    project: z.string().openapi({ description: 'Whose files it is made of' }),
    file: z.string(),
    cron: z.string(),
    timeZone: z.string(),
    plan: z.string().openapi({ description: 'The hash of the Plan that was applied' }),
    appliedBy: z.string(),
    paused: z.string().optional().openapi({ description: 'Nothing is started until somebody resumes it; the note' }),
    overdueSince: time.optional().openapi({
      description: 'No drill of its runbook has passed since, longer than policy.drill-interval; by the timekeeper',
    }),
    within: z.string().optional().openapi({ description: 'A surprise: it begins at some time in this span' }),
    jitter: z.string().optional(),
    blackouts: z.array(z.string()),
    missed: z.int().openapi({ description: 'Since it was made: times at which Temporal was away for too long' }),
    skipped: z.int().openapi({ description: 'Since it was made: times at which the run before was still going on' }),
    last: listedRun.array(),
    times: z
      .array(z.object({ at: time, until: time.optional(), happens: z.boolean(), marks: z.array(z.string()) }))
      .openapi({ description: 'The next five that happen, with those between them that do not' }),
    unreadable: z.string().optional().openapi({ description: 'A calendar cannot be read: no drill begins' }),
  })
  .openapi('Schedule');

export const scheduleParam = z.object({
  runbook: z
    .string()
    .max(100)
    .openapi({ param: { name: 'runbook', in: 'path' }, example: 'payments' }),
  name: z
    .string()
    .max(100)
    .openapi({ param: { name: 'name', in: 'path' }, example: 'weekly' }),
});

export const handed = z
  .object({ text: z.string().openapi({ example: 'payments/weekly is paused' }), run: runId.optional() })
  .openapi('HandedSchedule');
