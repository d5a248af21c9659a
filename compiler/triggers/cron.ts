import { didYouMean } from '../diagnostics.ts';

/** A schedule's times (docs/language.md, rule 17). Each field: its numbers, rising. */
export interface Cron {
  /** As written, single spaces between the fields. */
  readonly text: string;
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  /** From 1. */
  readonly months: readonly number[];
  /** Sunday is 0. */
  readonly daysOfWeek: readonly number[];
  /** Day of month and day of week are both restricted: both must match, unlike crontab's rule. */
  readonly bothDays: boolean;
}

/** Why a text is no cron, and which part of it: offsets of UTF-16 units. */
export interface CronProblem {
  readonly why: string;
  readonly start: number;
  readonly end: number;
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly words?: readonly string[];
}

const monthNames = 'january february march april may june july august september october november december'.split(' ');
const dayNames = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

const minute: Field = { name: 'minute', from: 0, to: 59 };
const hour: Field = { name: 'hour', from: 0, to: 23 };
const dayOfMonth: Field = { name: 'day of month', from: 1, to: 31 };
const month: Field = { name: 'month', from: 1, to: 12, words: monthNames };
/** Seven is Sunday too. */
const dayOfWeek: Field = { name: 'day of week', from: 0, to: 7, words: dayNames };
const fields: readonly Field[] = [minute, hour, dayOfMonth, month, dayOfWeek];

const macros: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/** Five fields to their numbers, or the first thing that is wrong in each of them. Never throws. */
export function parseCron(text: string): { readonly cron: Cron } | { readonly problems: readonly CronProblem[] } {
  const refusal = refusedWhole(text);
  if (refusal !== undefined) return { problems: [{ start: 0, end: text.length, ...refusal }] };
  const parts = [...text.matchAll(/\S+/g)].map(m => ({ text: m[0], start: m.index }));
  if (parts.length !== fields.length) {
    const why = `five fields are wanted (${fields.map(f => f.name).join(', ')}), these are ${parts.length}`;
    const seconds = parts.length === 6 ? '; seconds and years are not part of it' : '';
    return { problems: [{ why: why + seconds, start: 0, end: text.length }] };
  }
  const problems: CronProblem[] = [];
  const numbers = parts.map((part, i) => {
    const field = fields[i];
    const read = field === undefined ? [] : readField(part.text, part.start, field);
    if ('why' in read) problems.push(read);
    return 'why' in read ? [] : read;
  });
  if (problems.length > 0) return { problems };
  const [minutes = [], hours = [], daysOfMonth = [], months = [], days = []] = numbers;
  const cron: Cron = {
    text: parts.map(p => p.text).join(' '),
    minutes,
    hours,
    daysOfMonth,
    months,
    daysOfWeek: sorted(days.map(d => d % 7)),
    bothDays: daysOfMonth.length < 31 && new Set(days.map(d => d % 7)).size < 7,
  };
  if (fires(cron)) return { cron };
  const why = 'it never fires: no year has such a day';
  return {
    problems: [{ why, start: parts[2]?.start ?? 0, end: (parts[4]?.start ?? 0) + (parts[4]?.text.length ?? 0) }],
  };
}

function refusedWhole(text: string): Pick<CronProblem, 'why'> | CronProblem | undefined {
  const zone = /\b(?:CRON_)?TZ=\S*/.exec(text);
  if (zone !== null)
    return {
      why: `"${zone[0]}" does not stand here: the zone stands in \`time-zone\``,
      start: zone.index,
      end: zone.index + zone[0].length,
    };
  if (!text.trimStart().startsWith('@')) return undefined;
  const fields = macros.get(text.trim().toLowerCase());
  const mend = fields === undefined ? 'write the five fields' : `write ${fields}`;
  return { why: `"${text.trim()}" is refused: ${mend}` };
}

function readField(text: string, start: number, field: Field): readonly number[] | CronProblem {
  const found: number[] = [];
  let at = start;
  for (const part of text.split(',')) {
    const read = readPart(part, field);
    if (typeof read === 'string')
      return { why: `${field.name}: ${read}`, start: at, end: at + Math.max(part.length, 1) };
    found.push(...read);
    at += part.length + 1;
  }
  return sorted(found);
}

/** One of the parts between commas: `*`, a value, a range, each perhaps with a step. A text is what is wrong with it. */
function readPart(part: string, field: Field): readonly number[] | string {
  if (part === '') return 'nothing stands between two commas';
  const [range = '', step, ...more] = part.split('/');
  const [first = '', last, ...rest] = range.split('-');
  if (more.length > 0 || rest.length > 0) return `"${part}" cannot be read`;
  const every = step === undefined ? 1 : readNumber(step);
  if (every === undefined || every === 0) return `"${step ?? ''}" is no step: a whole number from 1 is wanted`;
  if (every > field.to - field.from) return `a step of ${every} is longer than the field`;
  if (first === '*' && last === undefined) return numbersOf(field.from, field === dayOfWeek ? 6 : field.to, every);
  const from = readValue(first, field);
  if (typeof from === 'string') return from;
  if (last === undefined) {
    // To some readers `5/15` is one time, to others four.
    return step === undefined
      ? [from]
      : `"${part}" can be read in two ways: write ${first}-${field.to}/${step} or ${first}`;
  }
  const end = readValue(last, field);
  if (typeof end === 'string') return end;
  const to = field === dayOfWeek && end === 0 && from > 0 ? 7 : end;
  if (to < from) return `"${range}" runs backwards: write two ranges, ${first}-${field.to},${field.from}-${last}`;
  return numbersOf(from, to, every);
}

function readValue(text: string, field: Field): number | string {
  const n = readNumber(text);
  if (n !== undefined)
    return n >= field.from && n <= field.to ? n : `${text} is not between ${field.from} and ${field.to}`;
  const word = text.toLowerCase();
  const named = field.words?.findIndex(w => w === word || (word.length === 3 && w.startsWith(word))) ?? -1;
  if (named >= 0) return named + (field === month ? 1 : 0);
  return refusedValue(text, field);
}

function refusedValue(text: string, field: Field): string {
  if (text.includes('#'))
    return `"${text}" is refused: the first Tuesday of a month is 1-7 as day of month and 2 as day of week`;
  if (text === '?') return '"?" is refused: write *';
  if (/^L$|^\d+L$|^L-\d+$|^[a-z]{3}L$/i.test(text))
    return `"${text}" is refused: the last day is not part of it; 28 comes in every month`;
  if (/^\d*L?W$/i.test(text)) return `"${text}" is refused: the nearest weekday is not part of it`;
  if (text === '') return 'a value is missing';
  const words = field.words?.map(w => w.slice(0, 3)) ?? [];
  const wanted = `${field.from} to ${field.to}${words.length === 0 ? '' : ` or ${words[0] ?? ''} to ${words.at(-1) ?? ''}`}`;
  return `"${text}" is none of ${wanted}${didYouMean(text, words)}`;
}

function readNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

function numbersOf(from: number, to: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
}

function sorted(numbers: readonly number[]): readonly number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** Whether its days come at all: the calendar repeats after 400 years, weekdays included. */
function fires(cron: Cron): boolean {
  for (let year = 2000; year < 2400; year++)
    for (const m of cron.months) for (const d of cron.daysOfMonth) if (isDay(cron, year, m, d)) return true;
  return false;
}

/** Whether a day exists and is one of the cron's weekdays. */
function isDay(cron: Cron, year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCDate() === day && cron.daysOfWeek.includes(date.getUTCDay());
}

/** Whether a cron has times on a day of the calendar; `month` from 1. */
export function isCronDay(cron: Cron, year: number, month: number, day: number): boolean {
  return cron.months.includes(month) && cron.daysOfMonth.includes(day) && isDay(cron, year, month, day);
}
