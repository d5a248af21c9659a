import type { Config } from '../config/config.ts';
import type { Control } from '../connection.ts';
import { refuseOtherConfig } from '../other-config.ts';
import { startRun } from '../runs.ts';
import type { Sign } from '../say.ts';
import { sending } from '../temporal-away.ts';
import { type Existing, findSchedule } from './existing.ts';

/** There is no such schedule, or it is not drillbook's. */
export class ScheduleUnknown extends Error {
  override readonly name = 'ScheduleUnknown';
}

/** One of drillbook's, of any project. Throws ScheduleUnknown. */
export async function scheduleOf(control: Control, id: string): Promise<Existing> {
  const found = await findSchedule(control, id);
  if (found === 'none') throw new ScheduleUnknown(`There is no schedule ${id} ("drillbook schedule list").`);
  if (found === 'stranger')
    throw new ScheduleUnknown(`The schedule ${id} was not made by drillbook: it is left alone.`);
  return found;
}

/** It stays so, whatever is applied, until somebody resumes it. Who has paused it before stays in its note. Throws ScheduleUnknown. */
export async function pauseSchedule(control: Control, id: string, by: string, reason: string): Promise<void> {
  const { paused, note = '' } = (await scheduleOf(control, id)).description.state;
  const before = paused && note !== '' ? `${note}; ` : '';
  const text = `${before}paused by ${by}: ${reason}`;
  await sending(() => control.client.schedule.getHandle(id).pause(text), `the schedule ${id}`);
}

/** Throws ScheduleUnknown. */
export async function resumeSchedule(control: Control, id: string, by: string, reason = ''): Promise<void> {
  await scheduleOf(control, id);
  const text = `resumed by ${by}${reason === '' ? '' : `: ${reason}`}`;
  await sending(() => control.client.schedule.getHandle(id).unpause(text), `the schedule ${id}`);
}

/** Who starts it by hand, from where, and by which drillbook.yaml. */
interface TriggeredBy {
  readonly by: string;
  readonly reason: string;
  readonly config: Config;
  readonly sign?: Sign | undefined;
  readonly trigger?: 'cli' | 'console' | 'api';
}

/**
 * Runs now what the schedule would: its Plan, its queues, at the word of whoever asks for it, whom the worker judges. Neither a pause
 * nor a blackout nor a surprise keeps it back. Gives the run's id. Throws ScheduleUnknown, WorkersUnready.
 */
export async function triggerSchedule(
  control: Control,
  id: string,
  { by, reason, config, sign, trigger = 'cli' }: TriggeredBy,
): Promise<string> {
  const { start } = await scheduleOf(control, id);
  const { plan, queues, schedule: { catchUpMs: holdOffMs } = {} } = start;
  await refuseOtherConfig(control, plan, config);
  const why = `schedule ${id}, by hand${reason === '' ? '' : `: ${reason}`}`;
  const info = {
    trigger,
    requester: by,
    verified: false,
    reason: why,
    url: '',
    configSha256: config.pinnedSha256,
  } as const;
  const more = holdOffMs === undefined ? {} : { holdOffMs };
  return await startRun(control, plan, { ...info, ...more }, queues, sign, id);
}
