import { isLiveMode } from '../actions/modes.ts';
import type { Plan } from '../compiler/plan.ts';
import type { CliContext } from './context.ts';
import { Refused, WrongUsage } from './problems.ts';

export interface LiveFlags {
  readonly reason?: string;
  readonly confirm?: string;
  readonly yes: boolean;
  /** ms since 1970. */
  readonly lossAt?: number;
  readonly withoutLock?: string;
  readonly unpublished?: string;
}

/** A loss further back is a mistyped date: the run would report an RTO of months. */
const lossWithinDays = 30;

/** What a mode needs before a line of the runbook is read. Throws WrongUsage. */
export function checkLiveFlags(mode: string, flags: LiveFlags, now: number): void {
  if (!isLiveMode(mode)) {
    if (flags.lossAt !== undefined) throw new WrongUsage(`--loss-at belongs to a live mode: mode ${mode} has no loss.`);
    if (flags.withoutLock !== undefined)
      throw new WrongUsage(`--without-lock belongs to a live mode: mode ${mode} waits for its locks.`);
    if (flags.unpublished !== undefined)
      throw new WrongUsage(`--unpublished belongs to a live mode: mode ${mode} runs any file.`);
    return;
  }
  if ((flags.reason ?? '').trim() === '') throw new WrongUsage(`--reason is needed in mode ${mode}.`);
  if (flags.lossAt === undefined) return;
  if (flags.lossAt > now) throw new WrongUsage('--loss-at is in the future: it is when the service was lost.');
  if (flags.lossAt < now - lossWithinDays * 86_400_000)
    throw new WrongUsage(`--loss-at is more than ${lossWithinDays} days ago: it is when the service was lost.`);
}

/**
 * Production is touched only by whoever types the runbook's name, or gives it with `--confirm`; `--yes` is no confirmation.
 * Throws WrongUsage, or Refused where something else was typed.
 */
export async function confirmLive(context: CliContext, plan: Plan, flags: LiveFlags): Promise<void> {
  const { name, mode, site } = plan;
  if (!isLiveMode(mode)) return;
  if (flags.confirm === name) return;
  if (flags.confirm !== undefined)
    throw new WrongUsage(`--confirm ${flags.confirm} does not confirm this runbook: its name is ${name}.`);
  if (flags.yes || context.ask === undefined)
    throw new WrongUsage(
      `Mode ${mode} touches production: confirm it with --confirm ${name}${flags.yes ? ' (--yes is not enough)' : ''}.`,
    );
  const typed = await context.ask(
    `${name} runs in mode ${mode} at ${site}: this touches production. Type the runbook's name to start it: `,
  );
  if (typed.trim() !== name) throw new Refused(`Nothing was started: that is not ${name}.`);
}

/** `2026-11-21T02:10:00Z`, with its offset: a local time means another moment on another machine. */
export function time(text: string): number {
  const local = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/.exec(text)?.[1];
  if (local === undefined)
    throw new Error('it is a time with its offset: 2026-11-21T02:10:00Z or 2026-11-21T03:10:00+01:00');
  if (!exists(local)) throw new Error('there is no such date or time');
  return Date.parse(text);
}

/** JavaScript reads 31 February as 3 March, and 24:00 as the next day. */
function exists(local: string): boolean {
  const at = Date.parse(`${local}Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(local.slice(0, 16));
}
