const second = 1_000;
const units = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3_600 },
  { name: 'm', seconds: 60 },
  { name: 's', seconds: 1 },
] as const;
const latest = 8.64e15;

/** ms as people read it: `5m12s`, `4.2s`, `340ms`; from 10 s on rounded to the second. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (Math.round(ms) < second) return formatMilliseconds(ms);
  const tenths = Math.round(ms / 100);
  return tenths < 100 ? `${tenths / 10}s` : spell(Math.round(ms / second));
}

/** ms to the last millisecond, for values that rounding would make equal: `30m0.4s`. */
export function formatExactDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms < 0) return `-${formatExactDuration(-ms)}`;
  const whole = Math.round(ms);
  if (whole < second) return formatMilliseconds(whole);
  const rest = whole % (60 * second);
  if (rest % second === 0) return spell(whole / second);
  const minutes = (whole - rest) / second;
  return `${minutes === 0 ? '' : spell(minutes)}${rest / second}s`;
}

/** `2026-11-21T02:10:00Z`. `at`: ms since 1970. */
export function formatTime(at: number): string {
  return toIso(at).replace(/\.\d{3}Z$/, 'Z');
}

/** `2026-11-21T02:10:00.412Z`. `at`: ms since 1970. */
export function formatPreciseTime(at: number): string {
  return toIso(at);
}

/** `02:10:00Z`, or the full time where it is not the UTC day of `day`. Both: ms since 1970. */
export function formatClock(at: number, day: number): string {
  return withoutDay(formatTime(at), formatTime(day));
}

/** `02:10:00.412Z`, or the full time where it is not the UTC day of `day`. Both: ms since 1970. */
export function formatPreciseClock(at: number, day: number): string {
  return withoutDay(formatPreciseTime(at), formatTime(day));
}

/** `2026-11-21T02:10:00Z to 02:15:12Z (5m12s)`; `since …` without an end. Both: ms since 1970. */
export function formatSpan(start: number, end: number | undefined): string {
  if (end === undefined) return `since ${formatTime(start)}`;
  return `${formatTime(start)} to ${formatClock(end, start)} (${formatDuration(end - start)})`;
}

/**
 * A time that a ZVM or a journal states, as ms since 1970: ISO 8601, or `/Date(1520423877045)/` as ZVM up to 7.0 writes
 * it. Without a zone it is read as UTC. `undefined` for anything else.
 */
export function parseTime(text: string): number | undefined {
  const wcf = /^\/Date\((-?\d{1,16})(?:[+-]\d{4})?\)\/$/.exec(text);
  if (wcf !== null) return Number(wcf[1]);
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  if (iso === null) return undefined;
  const at = Date.parse(iso[1] === undefined ? `${text}Z` : text);
  return Number.isNaN(at) ? undefined : at;
}

/** A span as .NET writes it, `00:02:41` or `1.00:02:41.5`, in ms; `undefined` for anything else. */
export function parseTimeSpan(text: string): number | undefined {
  const found = /^(?:(\d+)\.)?(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text);
  if (found === null) return undefined;
  const [days, hours, minutes, seconds] = found.slice(1).map(part => Number((part as string | undefined) ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 3_600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * second;
}

function formatMilliseconds(ms: number): string {
  return Math.round(ms) === 0 ? '0s' : `${Math.round(ms)}ms`;
}

function spell(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const unit of units) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count > 0 || parts.length > 0) parts.push(`${count}${unit.name}`);
    if (rest === 0) break;
  }
  return parts.length === 0 ? '0s' : parts.join('');
}

function toIso(at: number): string {
  return Number.isFinite(at) && Math.abs(at) <= latest ? new Date(at).toISOString() : 'unknown time';
}

function withoutDay(time: string, day: string): string {
  const date = day.slice(0, day.indexOf('T') + 1);
  return date !== '' && time.startsWith(date) ? time.slice(date.length) : time;
}
