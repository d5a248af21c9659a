import { whyOutOfScope } from '../actions/key-scopes.ts';
import { offsetsOf } from '../compiler/triggers/zone.ts';
import type { ListedSchedule } from '../control/schedules/list.ts';
import { formatDuration, formatTime } from '../report/times.ts';
import { toOneLine } from '../report/visible.ts';
import { defineCommand } from './define-command.ts';
import { exitCodes } from './exit-codes.ts';
import { config, json, mustReason, plainText, reason } from './flags.ts';
import { requesterInfo } from './requester.ts';
import { projectOf, refuseUnlessAdmin } from './schedule-project.ts';
import { keyFlag, type Signed, signerOf } from './signer.ts';
import { Refused } from './problems.ts';

const name = {
  brief: 'RUNBOOK/NAME',
  parse: (text: string): string => {
    const id = plainText(text);
    if (!/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/.test(id)) throw new Error('RUNBOOK/NAME is wanted, as payments/weekly');
    return id;
  },
  placeholder: 'NAME',
} as const;

export const list = defineCommand<{ readonly json: boolean }, []>(
  { docs: { brief: 'The schedules in Temporal: next times, last results, pauses' }, parameters: { flags: { json } } },
  async ({ terminal, outside }, flags) => {
    const control = await outside.connect();
    try {
      const all = await outside.listSchedules(control);
      if (flags.json) terminal.answer(JSON.stringify(all));
      else terminal.answer(all.length === 0 ? 'There are no schedules.' : all.map(describe).join('\n'));
      return exitCodes.fine;
    } finally {
      await control.close();
    }
  },
);

function describe(schedule: ListedSchedule): string {
  const { id, project, file, cron, timeZone, paused, next, withinMs, blackouts, last, missed, skipped } = schedule;
  const [first] = next;
  const within = withinMs === undefined ? '' : ` or within ${formatDuration(withinMs)} after`;
  const coming = first === undefined ? 'none' : `${formatTime(first)}${localOf(first, timeZone)}${within}`;
  const results = last.map(({ run, verdict, startedAt }) => `${verdict} ${formatTime(startedAt)} (${run})`);
  const lines = [
    `${id}  ${cron} (${timeZone})`,
    ...(paused === undefined ? [`  next: ${coming}`] : [`  PAUSED${paused === '' ? '' : `: ${paused}`}`]),
    `  last: ${results.length === 0 ? 'never' : results.join(', ')}`,
    ...(missed + skipped === 0 ? [] : [`  ${missed} missed, ${skipped} fell into the run before`]),
    ...(blackouts.length === 0 ? [] : [`  blackouts: ${blackouts.join(', ')}`]),
    `  from ${file} of ${project}, applied by ${schedule.appliedBy}`,
  ];
  return lines.map(line => `${line.startsWith('  ') ? '  ' : ''}${toOneLine(line.trim())}`).join('\n');
}

/** With its day, which may be another than UTC's; empty for a zone that this machine does not know. */
function localOf(at: number, timeZone: string): string {
  try {
    const wall = new Date(at + offsetsOf(timeZone)(at)).toISOString();
    return ` (${wall.slice(0, 16).replace('T', ' ')} ${timeZone})`;
  } catch {
    return '';
  }
}

interface HandFlags extends Signed {
  readonly config?: string;
}

export const pause = defineCommand<HandFlags & { readonly reason: string }, [id: string]>(
  {
    docs: { brief: 'Nothing is started until it is resumed; `apply` leaves it so' },
    parameters: {
      positional: { kind: 'tuple', parameters: [name] },
      flags: { reason: mustReason, config, key: keyFlag },
    },
  },
  async (context, flags, id) => {
    const by = await adminOf(context, flags, id);
    const control = await context.outside.connect();
    try {
      await context.outside.pauseSchedule(control, id, by, flags.reason);
      context.terminal.say(`${id} is paused.`);
      return exitCodes.fine;
    } finally {
      await control.close();
    }
  },
);

export const resume = defineCommand<HandFlags, [id: string]>(
  {
    docs: { brief: 'It starts drills again, from its next time on' },
    parameters: { positional: { kind: 'tuple', parameters: [name] }, flags: { config, key: keyFlag } },
  },
  async (context, flags, id) => {
    const by = await adminOf(context, flags, id);
    const control = await context.outside.connect();
    try {
      await context.outside.resumeSchedule(control, id, by);
      context.terminal.say(`${id} is resumed.`);
      return exitCodes.fine;
    } finally {
      await control.close();
    }
  },
);

interface TriggerFlags extends HandFlags {
  readonly reason?: string;
  readonly json: boolean;
}

export const trigger = defineCommand<TriggerFlags, [id: string]>(
  {
    docs: { brief: 'Run now what it would run; neither pause nor blackout keeps that back' },
    parameters: {
      positional: { kind: 'tuple', parameters: [name] },
      flags: { reason, json, config, key: keyFlag },
    },
  },
  async (context, flags, id) => {
    const { outside, terminal } = context;
    const project = await projectOf(context, flags);
    const sign = await signerOf(context, flags);
    const who = { config: project.config, configSha256: project.config.pinnedSha256 };
    const { requester } = requesterInfo(context, who, { mode: 'drill', signed: sign !== undefined });
    const control = await outside.connect({ configPath: project.path });
    try {
      const asked = { by: requester, reason: flags.reason ?? '', config: project.config, sign };
      const run = await outside.triggerSchedule(control, id, asked);
      terminal.answer(flags.json ? JSON.stringify({ run }) : run);
      terminal.say(`drillbook watch ${run}`);
      return exitCodes.fine;
    } finally {
      await control.close();
    }
  },
);

/** Who pauses or resumes, with the key that shows it. Throws Refused for whoever may not. */
async function adminOf(context: Parameters<typeof projectOf>[0], flags: HandFlags, id: string): Promise<string> {
  const project = await projectOf(context, flags);
  const [runbook = ''] = id.split('/', 1);
  await refuseUnlessAdmin(context, project, [runbook]);
  const by = context.user();
  const sign = await signerOf(context, flags);
  if (sign !== undefined) return `${by} (key ${await keyOf(context, project.path, by, sign)})`;
  if (project.config.identity.unverified === 'refuse')
    throw new Refused(
      `Nothing proves that you are ${by}, and drillbook.yaml refuses unverified names (identity.unverified: refuse): sign with --key, or do it at the console.`,
    );
  return by;
}

/** The id of the listed key that signs for somebody. No worker is asked about a pause, so it is looked at here. Throws Refused. */
async function keyOf(
  { outside, now }: Parameters<typeof projectOf>[0],
  configPath: string,
  by: string,
  sign: NonNullable<Awaited<ReturnType<typeof signerOf>>>,
): Promise<string> {
  const people = await outside.readPeople(configPath);
  if ('unreadable' in people) throw new Refused(`${people.unreadable}.`);
  const word = { person: by, run: '', step: '', to: 'schedule', choice: '', reason: '', id: '' };
  const key = people.keyOf(sign(word).key);
  if (key === undefined) throw new Refused('drillbook.yaml does not list this key (identity.keys).');
  const today = new Date(now()).toISOString().slice(0, 10);
  if ((key.from !== undefined && today < key.from) || (key.until !== undefined && today > key.until))
    throw new Refused(`The key ${key.id} is not valid today (identity.keys).`);
  const outOfScope = whyOutOfScope(key, 'schedule');
  if (outOfScope !== undefined) throw new Refused(`Nothing is done: ${outOfScope}.`);
  // A key without a person is the console's: it signs for others.
  if (key.person === undefined || key.person !== people.personOf(by))
    throw new Refused(`The key ${key.id} does not sign for ${by} (identity.keys).`);
  return key.id;
}
