import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { withExamples } from './examples.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { config, json, plainText, reason } from './flags.ts';
import { Refused, WrongUsage } from './problems.ts';
import { keyFlag, type Signed, signerOf } from './signer.ts';

interface Flags extends Signed {
  readonly reason?: string;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly config?: string;
}

/** Puts runbooks into the library: all of those that are named, or none. */
export const publish = defineCommand<Flags, readonly string[]>(
  {
    docs: withExamples(
      'Put runbooks into the library, from which live modes run: all of them, or none',
      'drillbook publish runbooks --reason "after the review of May"',
      'drillbook publish runbooks/payments.yaml --key keys/ana.pem',
      'drillbook publish runbooks --dry-run --json',
    ),
    parameters: {
      positional: {
        kind: 'array',
        parameter: { brief: 'Folders with runbooks, or runbooks', parse: plainText, placeholder: 'DIR|FILE' },
        minimum: 1,
      },
      flags: {
        reason,
        json,
        dryRun: {
          kind: 'boolean',
          brief: 'Only say what would be published',
          default: false,
          withNegated: false,
        },
        config: { ...config, brief: 'The drillbook.yaml whose library it is (default: in this folder or above it)' },
        key: keyFlag,
      },
    },
  },
  publishFiles,
);

async function publishFiles(context: CliContext, flags: Flags, ...given: readonly string[]): Promise<ExitCode> {
  const { outside, terminal, cwd } = context;
  const configPath = await outside.findConfig(cwd, configPathOf(context, flags.config));
  if (configPath === undefined)
    throw new Refused('There is no drillbook.yaml here or above: it says where the library is (--config names one).');
  const files = (await Promise.all(given.map(path => filesOf(context, resolve(cwd, path), path)))).flat();
  const done = await outside.publish({
    files,
    config: await outside.loadConfig(configPath),
    cwd,
    by: context.user(),
    reason: flags.reason ?? '',
    sign: await signerOf(context, flags),
    now: context.now(),
    dry: flags.dryRun,
  });
  const { report, diagnostics } = done;
  if (report !== '') terminal.say(report);
  const runbooks = done.kind === 'published' ? done.runbooks : [];
  if (flags.json)
    terminal.answer(
      JSON.stringify({
        published: done.kind === 'published' && !flags.dryRun,
        dryRun: flags.dryRun,
        runbooks,
        diagnostics,
      }),
    );
  else for (const each of runbooks) terminal.answer(describe(each));
  if (done.kind === 'refused') {
    terminal.say(terminal.sayColours.red('Nothing was published.'));
    return exitCodes.nothingRan;
  }
  const fresh = runbooks.filter(({ what }) => what !== 'unchanged').length;
  const verb = flags.dryRun ? 'would be published' : 'published';
  terminal.say(fresh === 0 ? `Nothing new for ${done.dir}.` : `${fresh} of ${runbooks.length} ${verb} in ${done.dir}.`);
  return exitCodes.fine;
}

type Told = Extract<Awaited<ReturnType<CliContext['outside']['publish']>>, { kind: 'published' }>['runbooks'][number];

function describe({ name, version, what, before }: Told): string {
  const words = {
    new: 'new',
    changed: `was ${before?.slice(0, 12) ?? ''}`,
    unchanged: 'unchanged',
    again: 'published again: what was there does not count any more',
  } as const;
  return `${name}@${version.slice(0, 12)}  ${words[what]}`;
}

/** Of a folder, every runbook in it; of one without any, that is a mistake. */
async function filesOf({ outside }: CliContext, path: string, given: string): Promise<readonly string[]> {
  if (!statSync(path).isDirectory()) return [path];
  const found = await outside.listRunbooks(path);
  if (found.length === 0) throw new WrongUsage(`There is no runbook in ${given}.`);
  return found.map(({ file }) => join(path, file));
}
