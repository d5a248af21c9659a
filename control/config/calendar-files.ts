import { resolve } from 'node:path';
import type { Diagnostic } from '../../compiler/diagnostics.ts';
import { Reporter } from '../../compiler/reporter.ts';
import { read } from '../../compiler/yaml/read.ts';
import { sourceOf } from '../../compiler/yaml/source.ts';
import { whyNoICalendar } from '../schedules/calendars.ts';
import { guarded } from './guard.ts';
import { childOf, entriesOf, textOf } from './nodes.ts';

/**
 * Of a drillbook.yaml without errors, the iCalendar files that cannot be used (DB8040), at the places that name them: each drill with such
 * a calendar would not start. `base`: its folder; `now`: ms since 1970.
 */
export async function checkCalendarFiles(
  text: string,
  file: string,
  base: string,
  now: number,
): Promise<readonly Diagnostic[]> {
  const source = sourceOf(file, text);
  const root = read(new Reporter(source));
  if (root?.kind !== 'map') return [];
  const reporter = new Reporter(source);
  for (const { value } of entriesOf(childOf(root, 'calendars'))) {
    const named = textOf(value, 'file');
    const why = named && (await whyNoICalendar(resolve(base, named.value), now));
    if (named !== undefined && why !== undefined) reporter.report('DB8040', named, { why });
  }
  return guarded(reporter.diagnostics(), source, root);
}
