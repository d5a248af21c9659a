import { offsetsOf } from '../../compiler/triggers/zone.ts';

/**
 * The moment at which a zone's clocks show a time; `wall`: that time as if it were UTC, ms. Of a time that they show twice the first,
 * of one that they leap over the moment after it.
 */
export function instantOf(wall: number, timeZone: string): number {
  const offsetAt = offsetsOf(timeZone);
  const [before, after] = [offsetAt(wall - 86_400_000), offsetAt(wall + 86_400_000)];
  const passes = [before, after].map(offset => wall - offset).filter(at => offsetAt(at) === wall - at);
  return passes.length === 0 ? wall - before : Math.min(...passes);
}

/** `2026-12-15`, and so many days later, as the zone's midnight. */
export function midnightOf(day: string, timeZone: string, later = 0): number {
  return instantOf(Date.parse(`${day}T00:00:00Z`) + later * 86_400_000, timeZone);
}
