import {
  pauseSchedule,
  resumeSchedule,
  ScheduleUnknown,
  scheduleOf,
  triggerSchedule,
} from '../control/schedules/hand.ts';
import { BadRequest } from './problem.ts';
import type { Place } from './start-run.ts';

/** What somebody does to a schedule by hand. */
export interface ScheduleWord {
  readonly how: 'pause' | 'resume' | 'trigger';
  readonly reason: string;
  readonly from: 'console' | 'api';
}

export interface HandedSchedule {
  readonly text: string;
  /** That was started, of `trigger`. */
  readonly run?: string;
}

/**
 * Pausing and resuming are an admin's, a run at once is an operator's, which the worker judges again by its signature. A pause is Temporal's:
 * no worker looks at it. Throws ScheduleUnknown, BadRequest, or what `check` does.
 */
export async function handSchedule(
  { control, readConfig, who, check }: Place,
  id: string,
  { how, reason: given, from: trigger }: ScheduleWord,
): Promise<HandedSchedule> {
  const [runbook = ''] = id.split('/', 1);
  const reason = given.trim();
  const sign = await check(how === 'trigger' ? 'start' : 'administer', { runbook, mode: 'drill' });
  const { start } = await scheduleOf(control, id);
  // Whoever may do it for the one runbook must not do it for another under its name.
  if (start.plan.name !== runbook)
    throw new ScheduleUnknown(`The schedule ${id} is not one of ${runbook}: it is left alone.`);
  const by = who.caller.person ?? who.caller.name;
  switch (how) {
    case 'pause':
      if (reason === '')
        throw new BadRequest('A pause needs a reason: it stands in the schedule until somebody resumes it.');
      await pauseSchedule(control, id, by, reason);
      return { text: `${id} is paused` };
    case 'resume':
      await resumeSchedule(control, id, by, reason);
      return { text: `${id} is resumed` };
    case 'trigger': {
      const config = await readConfig();
      const run = await triggerSchedule(control, id, { by, reason, config, sign, trigger });
      return { text: `started ${run}`, run };
    }
  }
}
