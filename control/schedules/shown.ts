import { dirname } from 'node:path';
import { parseCron } from '../../compiler/triggers/cron.ts';
import type { Config } from '../config/config.ts';
import { CalendarUnreadable, readCalendars } from './calendars.ts';
import type { Coming } from './coming.ts';
import { comingTimes, type Times } from './preview.ts';

/** The coming times of a schedule, for a page: with its blackouts, as drillbook.yaml has them now. */
export interface ShownTimes {
  readonly times: readonly Coming[];
  /** Why its blackouts are not among them. A drill whose calendar cannot be read does not begin. */
  readonly unreadable?: string;
}

export type ShowTimes = (schedule: Omit<Times, 'cron'> & { readonly cron: Times['cron'] | string }) => ShownTimes;

/** Reads the calendars once, for several schedules. `config.file`: calendars are found beside it; `now`: ms since 1970. */
export async function timesShown(
  config: Pick<Config, 'calendars' | 'file'>,
  now: number,
  count: number,
): Promise<ShowTimes> {
  const find = await readCalendars(config, dirname(config.file));
  return ({ cron: given, ...schedule }) => {
    const cron = typeof given === 'string' ? cronOf(given) : given;
    if (cron === undefined) return { times: [] };
    const timed = { ...schedule, cron };
    try {
      return { times: comingTimes(timed, now, count, find) };
    } catch (error) {
      if (!(error instanceof CalendarUnreadable)) throw error;
      return { times: comingTimes(timed, now, count, () => undefined), unreadable: error.message };
    }
  };
}

/** Undefined: somebody has changed it in Temporal. */
function cronOf(text: string): Times['cron'] | undefined {
  const parsed = parseCron(text);
  return 'problems' in parsed ? undefined : parsed.cron;
}
