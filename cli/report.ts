import { stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Journal } from '../report/journal.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { choice, config, plainText, runId } from './flags.ts';
import { organisationOf } from './organisation.ts';
import { Refused } from './problems.ts';

const formats = ['html', 'json', 'md', 'junit', 'text'] as const;
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
          parse: choice(formats),
          brief: 'html, json, md, junit or text',
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
  const path = flags.out === undefined ? undefined : await checkPlace(resolve(context.cwd, flags.out));
  const organisation = await organisationOf(context, flags.config);
  const control = await outside.connect();
  try {
    const text = await render(flags.format, await outside.readJournal(control, run, organisation));
    if (path === undefined) {
      terminal.answer(text);
      return exitCodes.fine;
    }
    await writeFile(path, text);
    terminal.say(`The report lies in ${path}`);
    return exitCodes.fine;
  } finally {
    await control.close();
  }
}

/** A folder is not made for it: a mistyped one would hide the report. */
async function checkPlace(path: string): Promise<string> {
  const folder = dirname(path);
  const isFolder = await stat(folder).then(
    found => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new Refused(`There is no folder ${folder}: make it, or give --out another place.`);
  return path;
}

/** The report of a journal in one of the formats. */
export async function render(format: Format, journal: Journal): Promise<string> {
  switch (format) {
    case 'html':
      return (await import('../report/html.ts')).renderHtml(journal);
    case 'json':
      return (await import('../report/json.ts')).renderJson(journal);
    case 'md':
      return (await import('../report/markdown.ts')).renderMarkdown(journal);
    case 'junit':
      return (await import('../report/junit.ts')).renderJunit(journal);
    case 'text':
      return (await import('../report/text.ts')).renderText(journal);
  }
}
