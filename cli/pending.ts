import type { RunPending } from '../control/pending.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { config, json } from './flags.ts';
import { Refused } from './problems.ts';
import { describeWait } from './waits.ts';

interface Flags {
  readonly mine: boolean;
  readonly json: boolean;
  readonly config?: string;
}

/** What waits for people in all runs. */
export const pending = defineCommand<Flags, []>(
  {
    docs: { brief: 'What waits for people, since when, for whom' },
    parameters: {
      flags: {
        mine: {
          kind: 'boolean',
          brief: 'Only what you may answer and have not voted on',
          default: false,
          withNegated: false,
        },
        json,
        config: { ...config, brief: 'The drillbook.yaml with your groups (default: in this folder or above it)' },
      },
    },
  },
  list,
);

async function list(context: CliContext, flags: Flags): Promise<ExitCode> {
  const { terminal, outside } = context;
  const isMine = flags.mine ? await mine(context, flags.config) : undefined;
  const control = await outside.connect();
  try {
    const all = await outside.pendingOfAll(control);
    const shown = isMine === undefined ? all : all.map(run => ({ ...run, pending: run.pending.filter(isMine) }));
    const left = shown.filter(run => run.pending.length > 0 || run.silent === true || run.unasked === true);
    if (flags.json) terminal.answer(JSON.stringify(left));
    else terminal.answer(left.length === 0 ? 'Nothing waits.' : left.map(describeRun).join('\n\n'));
    return exitCodes.fine;
  } finally {
    await control.close();
  }
}

function describeRun({ run, pending: waits, silent, unasked }: RunPending): string {
  if (silent === true) return `${run} does not answer: no worker serves it.`;
  if (unasked === true)
    return `${run} could not be asked in time, for many runs go on or Temporal is busy: what waits there is not known. "drillbook watch ${run}" asks it alone.`;
  return [run, ...waits.flatMap(wait => describeWait(run, wait)).map(line => `  ${line}`)].join('\n');
}

/** What names nobody is anybody's; a vote that was given needs no other. */
async function mine(
  context: CliContext,
  flag: string | undefined,
): Promise<(waits: RunPending['pending'][number]) => boolean> {
  const { outside, cwd } = context;
  const path = await outside.findConfig(cwd, configPathOf(context, flag));
  if (path === undefined)
    throw new Refused('--mine needs your groups: there is no drillbook.yaml here or above (--config names one).');
  const people = await outside.readPeople(path);
  if ('unreadable' in people) throw new Refused(`--mine needs your groups: ${people.unreadable}.`);
  const me = people.personOf(context.user()) ?? context.user();
  return ({ from, votes }) => (from.length === 0 || people.isAmong(me, from)) && !votes.some(({ by }) => by === me);
}
