import { suggest } from '../../expressions/suggest.ts';

/**
 * Whether a text is the name of an IANA time zone as Temporal reads it: `UTC`, or Area/City, letter for letter, while Intl takes any case,
 * on newer engines `+01:00`, and ICU's own abbreviations, which mean what nobody expects: BST is Asia/Dhaka. What is near, where it is not.
 */
export function checkZone(name: string): { readonly ok: true } | { readonly ok: false; readonly suggestion?: string } {
  const isZone = name === 'UTC' || (areaAndCity.test(name) && !onlyIcu.test(name));
  const resolved = isZone ? resolve(name) : undefined;
  const sameButCase = resolved !== undefined && resolved.toLowerCase() === name.toLowerCase() && resolved !== name;
  if (resolved !== undefined && !sameButCase) return { ok: true };
  const known = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  const folded = name.toLowerCase().replaceAll(' ', '_');
  const near =
    meant.get(name) ??
    known.find(zone => zone.toLowerCase() === folded) ??
    known.find(zone => zone.toLowerCase().endsWith(`/${folded}`)) ??
    suggest(name, known);
  return { ok: false, ...(near !== undefined && { suggestion: near }) };
}

const areaAndCity = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)+$/;

/** Names with a "/" that ICU alone knows: they never were, or are no longer, IANA's. */
const onlyIcu = /^(?:SystemV\/.*|US\/Pacific-New|Canada\/East-Saskatchewan)$/;

/** What is most often meant by an abbreviation, or by an old name without an area. A suggestion, no more. */
const meant: ReadonlyMap<string, string> = new Map([
  ...['GMT', 'GMT0', 'UCT', 'Z', 'Zulu'].map(name => [name, 'UTC'] as const),
  ...['BST', 'GB', 'WET'].map(name => [name, 'Europe/London'] as const),
  ...['CET', 'CEST', 'MET'].map(name => [name, 'Europe/Berlin'] as const),
  ...['EET', 'EEST'].map(name => [name, 'Europe/Helsinki'] as const),
  ['IST', 'Asia/Kolkata'],
  ...['JST', 'Japan'].map(name => [name, 'Asia/Tokyo'] as const),
  ...['EST', 'EDT', 'EST5EDT'].map(name => [name, 'America/New_York'] as const),
  ...['CST', 'CDT', 'CST6CDT'].map(name => [name, 'America/Chicago'] as const),
  ...['MST', 'MDT', 'MST7MDT'].map(name => [name, 'America/Denver'] as const),
  ...['PST', 'PDT', 'PST8PDT'].map(name => [name, 'America/Los_Angeles'] as const),
  ['AST', 'America/Halifax'],
  ['AEST', 'Australia/Sydney'],
]);

function resolve(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** ms that a zone's clocks are ahead of UTC at an instant (ms since 1970). The zone must be one. */
export type OffsetAt = (instant: number) => number;

export function offsetsOf(zone: string): OffsetAt {
  let offsets = known.get(zone);
  if (offsets === undefined) {
    if (known.size >= maxKnown) known.clear();
    offsets = makeOffsets(zone);
    known.set(zone, offsets);
  }
  return offsets;
}

/** Asking Intl costs some µs, and the schedules of a file ask for the same days again and again. */
const known = new Map<string, OffsetAt>();
const maxKnown = 20;
const maxInstants = 10_000;

function makeOffsets(zone: string): OffsetAt {
  const ask = askIntl(zone);
  const answers = new Map<number, number>();
  return instant => {
    let offset = answers.get(instant);
    if (offset === undefined) {
      if (answers.size >= maxInstants) answers.clear();
      offset = ask(instant);
      answers.set(instant, offset);
    }
    return offset;
  };
}

function askIntl(zone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return instant => {
    const of: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(instant)) of[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = of;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000;
  };
}
