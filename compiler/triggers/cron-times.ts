import { type Cron, isCronDay } from './cron.ts';
import { type OffsetAt, offsetsOf } from './zone.ts';

/** A time of a schedule. */
export interface CronTime {
  /** ms since 1970. Of a time in the gap: the moment at which the clocks leap over it. */
  readonly at: number;
  /** As the zone's clocks show it: `2027-03-28T01:30`. */
  readonly local: string;
  /** The clocks leap over it: it does not happen. */
  readonly gap?: true;
  /** The clocks show it twice: it fires once, at the second pass. */
  readonly repeated?: true;
}

const day = 86_400_000;
const minute = 60_000;

/**
 * The times of a cron in a zone from `from` up to and without `to` (ms since 1970), rising; made as they are asked for. A
 * repeated hour fires once, at its second pass; what lies in a gap is given with its mark (docs/language.md, rule 17).
 */
export function* cronTimes(cron: Cron, zone: string, from: number, to: number): Generator<CronTime, void, undefined> {
  const offsetAt = offsetsOf(zone);
  // Clocks are at most 14 hours from UTC; days are those of the zone.
  for (let date = Math.floor(from / day) * day - day; date < to + day; date += day) {
    const on = new Date(date);
    if (!isCronDay(cron, on.getUTCFullYear(), on.getUTCMonth() + 1, on.getUTCDate())) continue;
    // Of a change in the night before or after: two in three days never happened.
    const [before, after] = [offsetAt(date - day), offsetAt(date + 2 * day)];
    for (const hour of cron.hours)
      for (const min of cron.minutes) {
        const time = timeOf(date + (hour * 60 + min) * minute, before, after, offsetAt);
        if (time.at >= from && time.at < to) yield time;
      }
  }
}

/** The first time within the span over which the clocks leap. Cheap: only the days of a change are looked at closely. */
export function firstGap(cron: Cron, zone: string, from: number, to: number): CronTime | undefined {
  const offsetAt = offsetsOf(zone);
  for (let date = Math.floor(from / day) * day; date < to; date += day) {
    if (offsetAt(date - day) === offsetAt(date + 2 * day)) continue;
    for (const time of cronTimes(cron, zone, Math.max(from, date - day), Math.min(to, date + 2 * day)))
      if (time.gap === true) return time;
  }
  return undefined;
}

/** `wall`: what the clocks show, as if it were UTC. */
function timeOf(wall: number, before: number, after: number, offsetAt: OffsetAt): CronTime {
  const local = new Date(wall).toISOString().slice(0, 16);
  if (before === after) return { at: wall - before, local };
  const passes = [before, after].filter(offset => offsetAt(wall - offset) === offset).map(offset => wall - offset);
  if (passes.length === 0) return { at: leap(wall, before, after, offsetAt), local, gap: true };
  const at = Math.max(...passes);
  return passes.length === 1 ? { at, local } : { at, local, repeated: true };
}

/** The moment at which the clocks leap over a time, to the second. */
function leap(wall: number, before: number, after: number, offsetAt: OffsetAt): number {
  let [low, high] = [wall - after, wall - before];
  while (high - low > 1_000) {
    const middle = Math.floor((low + high) / 2_000) * 1_000;
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
