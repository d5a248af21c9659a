import { buildRouteMap } from '@stricli/core';
import type { CliContext } from './context.ts';
import { apply, diff } from './schedule-apply.ts';
import { list, pause, resume, trigger } from './schedule-list.ts';
import { preview } from './schedule-preview.ts';

/** Drills that come by themselves: what runbooks say against what Temporal has. */
export const schedule = buildRouteMap<
  'diff' | 'apply' | 'list' | 'preview' | 'pause' | 'resume' | 'trigger',
  CliContext
>({
  routes: { diff, apply, list, preview, pause, resume, trigger },
  docs: { brief: 'Drills by schedule: compare, apply, list, preview, pause, resume, trigger' },
});
