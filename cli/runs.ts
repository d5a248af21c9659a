import type { ListedRun } from '../control/run-list.ts';
import { formatTime } from '../report/times.ts';
import { toOneLine } from '../report/visible.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { json } from './flags.ts';
import { renderTable } from './table.ts';

interface Flags {
  readonly json: boolean;
  readonly last: number;
}

/** The latest runs. */
export const runs = defineCommand<Flags, []>(
  {
    docs: { brief: 'List the latest runs: mode, verdict, when, who asked for it' },
    parameters: {
      flags: {
        json,
        last: { kind: 'parsed', parse: count, brief: 'So many', placeholder: 'number', default: '20' },
      },
    },
  },
  list,
);

function count(text: string): number {
  const number = Number(text);
  if (!/^\d{1,4}$/.test(text) || number === 0) throw new Error('a number from 1 to 9999 is wanted');
  return number;
}

async function list({ terminal, outside }: CliContext, flags: Flags): Promise<ExitCode> {
  const control = await outside.connect();
  try {
    const all = await outside.listRuns(control, flags.last);
    if (flags.json) terminal.answer(JSON.stringify(all));
    else terminal.answer(all.length === 0 ? 'There are no runs.' : table(all));
    return exitCodes.fine;
  } finally {
    await control.close();
  }
}

const head = ['run', 'mode', 'verdict', 'started', 'ended', 'requester'];

function table(all: readonly ListedRun[]): string {
  const rows = all.map(({ run, mode, verdict, startedAt, endedAt, requester }) => [
    ...[run, mode, verdict, formatTime(startedAt)],
    ...[endedAt === undefined ? '' : formatTime(endedAt), requester],
  ]);
  return renderTable([head, ...rows].map(row => row.map(cell => toOneLine(cell))));
}
