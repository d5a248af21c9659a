import { type Html, html, nothing } from '../../report/html-markup.ts';
import { formatClock, formatDuration, formatPreciseTime } from '../../report/times.ts';

/** How a page tells times: UTC first, the house's zone beside it. */
export interface Zone {
  /** IANA, `policy.time-zone` of drillbook.yaml; absent: UTC alone. */
  readonly zone?: string | undefined;
  /** The moment of the page, ms since 1970. */
  readonly at: number;
}

/** `03:12:40Z`, with its day where that is not today's; beside it the time in the house's zone. */
export function renderMoment(at: number, { zone, at: now }: Zone): Html {
  const local = zone === undefined ? '' : localTime(at, zone, now);
  return html`<time datetime="${formatPreciseTime(at)}">${formatClock(at, now)}</time>${local === '' ? nothing : html` <span class="local">${local}</span>`}`;
}

/** `since 03:12:40Z, 4m12s`: the script of the page lets it grow. */
export function renderSince(at: number, moments: Zone): Html {
  return html`since ${renderMoment(at, moments)} <span class="age" data-since="${at}">(${spell(moments.at - at)})</span>`;
}

/** `until 03:42:40Z, in 12m`. */
export function renderUntil(at: number, moments: Zone): Html {
  const left = at - moments.at;
  const words = left < 0 ? `over for ${spell(-left)}` : `in ${spell(left)}`;
  return html`until ${renderMoment(at, moments)} <span class="age" data-until="${at}">(${words})</span>`;
}

/**
 * `04:12 BST`, with its date where that is not what stands beside it: the zone's day is another than UTC's, or, where UTC's is left out
 * as today's, another than the zone's own today. Empty where its clocks show UTC, and where there is no such zone.
 */
export function localTime(at: number, zone: string, now: number): string {
  try {
    const local = partsIn(at, zone);
    if (/^(GMT|UTC)$/.test(local.name)) return '';
    const utc = utcDay(at);
    const isToday = utc === utcDay(now);
    const isPlain = local.day === utc && (!isToday || local.day === partsIn(now, zone).day);
    return `${isPlain ? '' : `${local.day} `}${local.clock} ${local.name}`;
  } catch {
    return '';
  }
}

const utcDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** What a zone's clocks and calendars show. Throws RangeError where there is no such zone. */
function partsIn(
  at: number,
  timeZone: string,
): { readonly day: string; readonly clock: string; readonly name: string } {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return {
    day: `${of('year')}-${of('month')}-${of('day')}`,
    clock: `${of('hour')}:${of('minute')}`,
    name: of('timeZoneName'),
  };
}

/** To make one takes long: a page has many times, and few zones. */
const formats = new Map<string, Intl.DateTimeFormat>();
const mostFormats = 100;

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const two = '2-digit';
  const wanted = { year: 'numeric', month: two, day: two, hour: two, minute: two, timeZoneName: 'short' } as const;
  const format = new Intl.DateTimeFormat('en-GB', { ...wanted, hourCycle: 'h23', timeZone });
  if (formats.size >= mostFormats) formats.clear();
  formats.set(timeZone, format);
  return format;
}

/** Whole seconds. */
export const spell = (ms: number): string => formatDuration(Math.max(0, Math.floor(ms / 1_000) * 1_000));
