import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Journal } from '../report/journal.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { choice, config, plainText, runId } from './flags.ts';
import { organisationOf } from './organisation.ts';

const formats = ['html', 'json', 'text'] as const;
type Format = (typeof formats)[number];

interface Flags {
  readonly format: Format;
  readonly out?: string;
  readonly config?: string;
}

/** Gives the report of a run. */
export const report = defineCommand<Flags, [run: string]>(
  {
    docs: { brief: 'Give the report of a run' },
    parameters: {
      positional: { kind: 'tuple', parameters: [runId] },
      flags: {
        format: {
          kind: 'parsed',
          parse: choice('--format', formats, ['md', 'junit']),
          brief: 'html, json or text',
          placeholder: 'format',
          default: 'html',
        },
        out: {
          kind: 'parsed',
          parse: plainText,
          brief: 'Where to (default: standard output)',
          placeholder: 'file',
          optional: true,
        },
        config,
      },
    },
  },
  giveReport,
);

async function giveReport(context: CliContext, flags: Flags, run: string): Promise<ExitCode> {
  const { terminal, outside } = context;
  const organisation = await organisationOf(context, flags.config);
  const control = await outside.connect();
  try {
    const text = await render(flags.format, await outside.readJournal(control, run, organisation));
    if (flags.out === undefined) {
      terminal.answer(text);
      return exitCodes.fine;
    }
    const path = resolve(context.cwd, flags.out);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    terminal.say(`The report lies in ${path}`);
    return exitCodes.fine;
  } finally {
    await control.close();
  }
}

/** The report of a journal in one of the formats. */
export async function render(format: Format, journal: Journal): Promise<string> {
  switch (format) {
    case 'html':
      return (await import('../report/html.ts')).renderHtml(journal);
    case 'json':
      return (await import('../report/json.ts')).renderJson(journal);
    case 'text':
      return (await import('../report/text.ts')).renderText(journal);
  }
}
