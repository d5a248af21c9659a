import { parseCron } from '../../compiler/triggers/cron.ts';
import { cronTimes } from '../../compiler/triggers/cron-times.ts';
import { offsetsOf } from '../../compiler/triggers/zone.ts';

const day = 86_400_000;

/**
 * Why a drill does not begin although Temporal's time for it has come (ms since 1970), where the zone's clocks change: it begins once in a
 * repeated hour, and not at a time over which they leap. Measured on server 1.32: west of Greenwich both passes come, and where the
 * clocks leap by half an hour, a time in the gap comes that much later. Undefined: nothing is in the way.
 */
export function whyNotByClocks(cron: string, timeZone: string, at: number): string | undefined {
  const again = secondPassOf(at, timeZone);
  if (again !== undefined)
    return `the clocks of ${timeZone} show this time twice, and it begins at the second pass, ${new Date(again).toISOString().slice(0, 16)}Z`;
  const gap = leaptOver(cron, timeZone, at);
  return gap === undefined ? undefined : `the clocks of ${timeZone} leap over ${gap.replace('T', ' ')}`;
}

/** When the clocks show again what they show at a moment. */
function secondPassOf(at: number, timeZone: string): number | undefined {
  const offsetAt = offsetsOf(timeZone);
  const wall = at + offsetAt(at);
  const again = wall - offsetAt(at + day);
  return again > at && offsetAt(again) === wall - again ? again : undefined;
}

/** The cron's time in the gap for which this moment stands, as it would be without the leap. */
function leaptOver(text: string, timeZone: string, at: number): string | undefined {
  const offsetAt = offsetsOf(timeZone);
  const before = offsetAt(at - day);
  const parsed = parseCron(text);
  if (before === offsetAt(at) || 'problems' in parsed) return undefined;
  const near = [...cronTimes(parsed.cron, timeZone, at - day, at + 60_000)];
  if (near.some(time => time.gap !== true && time.at === at)) return undefined;
  return near.find(({ gap, local }) => gap === true && Date.parse(`${local}Z`) - before === at)?.local;
}
