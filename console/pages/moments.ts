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
  const local = zone === undefined ? '' : localTime(at, zone);
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

/** `04:12 BST`; empty where its clocks show UTC, and where there is no such zone. */
function localTime(at: number, zone: string): string {
  try {
    const clock = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
    const local = new Intl.DateTimeFormat('en-GB', { ...clock, timeZone: zone }).format(at);
    return /(GMT|UTC)$/.test(local) ? '' : local;
  } catch {
    return '';
  }
}

/** Whole seconds. */
export const spell = (ms: number): string => formatDuration(Math.max(0, Math.floor(ms / 1_000) * 1_000));
