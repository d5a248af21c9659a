import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseCron } from '../../compiler/triggers/cron.ts';
import { cronTimes } from '../../compiler/triggers/cron-times.ts';
import { type Config, ConfigRefused, loadConfig } from '../config/config.ts';
import { spansOfICalendar } from './icalendar.ts';
import { type Span, type SpansOf, touches } from './spans.ts';
import { midnightOf } from './wall-time.ts';

/** A calendar cannot be read: one sentence, with the file. */
export class CalendarUnreadable extends Error {
  override readonly name = 'CalendarUnreadable';
}

export interface Blackout {
  readonly calendar: string;
  /** When this span of it ends, ms since 1970. */
  readonly until: number;
}

/** Gives the blackout that a time, or a span, touches. `timeZone`: whose days those of an iCalendar file are. */
export type FindBlackout = (names: readonly string[], timeZone: string, touched: Span) => Blackout | undefined;

/** The calendars of drillbook.yaml, read now. Whoever asks for one that cannot be read gets CalendarUnreadable. `base`: the folder of drillbook.yaml. */
export async function readCalendars(config: Pick<Config, 'calendars'>, base: string): Promise<FindBlackout> {
  const calendars = new Map<string, SpansOf | CalendarUnreadable>();
  for (const [name, calendar] of Object.entries(config.calendars))
    calendars.set(name, await read(name, calendar, base).catch(unreadable));
  return (names, timeZone, touched) => {
    for (const calendar of names) {
      const spansOf = calendars.get(calendar);
      if (spansOf === undefined) throw new CalendarUnreadable(`drillbook.yaml has no calendar "${calendar}"`);
      if (spansOf instanceof CalendarUnreadable) throw spansOf;
      const found = spansOf(touched, timeZone).filter(span => touches(span, touched));
      if (found.length > 0) return { calendar, until: Math.max(...found.map(({ to }) => to)) };
    }
    return undefined;
  };
}

function unreadable(error: unknown): CalendarUnreadable {
  if (error instanceof CalendarUnreadable) return error;
  throw error;
}

/** By drillbook.yaml as it stands now, for the worker: a calendar that is changed counts without a new apply. */
export function blackoutsOf(configPath: string) {
  return async (names: readonly string[], timeZone: string, at: number): Promise<Blackout | undefined> => {
    const config = await load(configPath);
    const find = await readCalendars({ calendars: only(config.calendars, names) }, dirname(configPath));
    return find(names, timeZone, { from: at, to: at });
  };
}

async function load(configPath: string): Promise<Config> {
  try {
    return await loadConfig(configPath);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    if (error instanceof ConfigRefused) throw new CalendarUnreadable('drillbook.yaml has mistakes');
    throw new CalendarUnreadable(`drillbook.yaml cannot be read${code}`);
  }
}

function only<T>(entries: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => names.includes(name)));
}

async function read(name: string, calendar: Config['calendars'][string], base: string): Promise<SpansOf> {
  if ('periods' in calendar) {
    const zone = calendar['time-zone'];
    const spans = calendar.periods.map(({ from, to }) => ({
      from: midnightOf(from, zone),
      to: midnightOf(to, zone, 1),
    }));
    return () => spans;
  }
  if ('cron' in calendar) return everyTime(calendar.cron, calendar['time-zone'], calendar.lasts);
  const path = resolve(base, calendar.file);
  const refused = (error: unknown): never => {
    throw new CalendarUnreadable(`the calendar "${name}" cannot be read: ${path} (${spell(error)})`);
  };
  const spansOf = await readICalendar(path).catch(refused);
  return (touched, timeZone) => {
    try {
      return spansOf(touched, timeZone);
    } catch (error) {
      return refused(error);
    }
  };
}

async function readICalendar(path: string): Promise<SpansOf> {
  return spansOfICalendar(await readFile(path, 'utf8'));
}

/** Why an iCalendar file cannot be used: read, and asked for the year that comes. Undefined: it can. `now`: ms since 1970. */
export async function whyNoICalendar(path: string, now: number): Promise<string | undefined> {
  try {
    const spansOf = await readICalendar(path);
    spansOf({ from: now, to: now + 366 * 86_400_000 }, 'UTC');
    return undefined;
  } catch (error) {
    return spell(error);
  }
}

function spell(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error) return error.code === 'ENOENT' ? 'there is no such file' : String(error.code);
  return error.message.split('\n', 1)[0] ?? '';
}

function everyTime(text: string, timeZone: string, lasts: number): SpansOf {
  const parsed = parseCron(text);
  if ('problems' in parsed) throw new CalendarUnreadable(`"${text}" is no cron`);
  const { cron } = parsed;
  // A span that begins at a time which the clocks leap over begins as they do.
  return ({ from, to }) =>
    [...cronTimes(cron, timeZone, from - lasts, to + 1)].map(({ at }) => ({ from: at, to: at + lasts }));
}
