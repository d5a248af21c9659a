import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../local/package-root.ts';
import type { CliContext } from './context.ts';
import { defineCommand, type NoFlags } from './define-command.ts';
import { withExamples } from './examples.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { choice } from './flags.ts';

/** Where the generated JSON Schemas lie below `schema/`, here and in a project. */
export const schemaFiles = { runbook: 'runbook.schema.json', config: 'drillbook.schema.json' } as const;
type Kind = keyof typeof schemaFiles;

const kinds = ['runbook', 'config'] as const;

/** Gives a JSON Schema, for editors. */
export const schema = defineCommand<NoFlags, [kind?: Kind]>(
  {
    docs: withExamples(
      'Give the JSON Schema of a runbook or of drillbook.yaml',
      'drillbook schema > schema/runbook.schema.json',
      'drillbook schema config > schema/drillbook.schema.json',
    ),
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [
          {
            brief: 'runbook (default) or config',
            parse: choice(kinds),
            placeholder: 'KIND',
            optional: true,
            proposeCompletions: (partial: string) => kinds.filter(kind => kind.startsWith(partial)),
          },
        ],
      },
    },
  },
  giveSchema,
);

async function giveSchema({ terminal }: CliContext, _flags: NoFlags, kind: Kind = 'runbook'): Promise<ExitCode> {
  terminal.answer(await readSchema(kind));
  return exitCodes.fine;
}

export async function readSchema(kind: Kind): Promise<string> {
  return await readFile(join(packageRoot(), 'schema', schemaFiles[kind]), 'utf8');
}
