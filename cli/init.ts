import { access, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { packageRoot } from '../local/package-root.ts';
import type { CliContext } from './context.ts';
import { defineCommand, type NoFlags } from './define-command.ts';
import { withExamples } from './examples.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { plainText } from './flags.ts';
import { configText, ignoreFiles, runbookPath, runbookText } from './init-files.ts';
import { Refused } from './problems.ts';
import { readSchema, schemaFiles } from './schema.ts';

/** Makes a project folder with a runbook that compiles and runs on the simulated sites. */
export const init = defineCommand<NoFlags, [folder?: string]>(
  {
    docs: withExamples(
      'Make a project folder: drillbook.yaml, one runbook, the schemas for editors',
      'drillbook init',
      'drillbook init dr',
    ),
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [{ brief: 'The folder (default: this one)', parse: plainText, placeholder: 'DIR', optional: true }],
      },
    },
  },
  makeProject,
);

async function makeProject({ terminal, cwd }: CliContext, _flags: NoFlags, folder = '.'): Promise<ExitCode> {
  const root = resolve(cwd, folder);
  const files = new Map<string, string>([
    ['drillbook.yaml', configText],
    [runbookPath, runbookText],
    [`schema/${schemaFiles.runbook}`, await readSchema('runbook')],
    [`schema/${schemaFiles.config}`, await readSchema('config')],
  ]);
  const kept: string[] = [];
  for (const [name, lines] of Object.entries(ignoreFiles)) {
    if (await exists(join(root, name)))
      kept.push(`Your ${name} was kept; these lines belong in it: ${lines.join(' ')}`);
    else files.set(name, `${lines.join('\n')}\n`);
  }
  const taken = await findTaken(root, [...files.keys()]);
  if (taken.length > 0) {
    throw new Refused(
      `${root} has ${taken.join(', ')} already: nothing was written. Choose another folder: drillbook init DIR`,
    );
  }
  for (const [name, text] of files) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    // Nothing that has come to be meanwhile is overwritten either.
    await writeFile(path, text, { flag: 'wx' });
  }
  terminal.answer(
    [
      `Written into ${root}:`,
      ...[...files.keys()].map(name => `  ${name}`),
      ...kept,
      '',
      ...describeNext(relative(cwd, root)),
    ].join('\n'),
  );
  return exitCodes.fine;
}

async function findTaken(root: string, names: readonly string[]): Promise<readonly string[]> {
  const taken = await Promise.all(names.map(name => exists(join(root, name))));
  return names.filter((_, place) => taken[place]);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function describeNext(folder: string): readonly string[] {
  const program = programName();
  return [
    'Look at it:',
    ...(folder === '' ? [] : [`  cd ${quote(folder)}`]),
    `  ${program} validate`,
    `  ${program} graph ${runbookPath} --mode drill > first-drill.svg`,
    '',
    'Run the drill on simulated sites, which have the names of this drillbook.yaml:',
    `  ${program} dev`,
    'and in another terminal, in this folder, after the two `export` lines that it prints:',
    `  ${program} run ${runbookPath} --mode drill`,
    '',
    'For your own sites fill in drillbook.yaml (it says what each line means), set ZVM_A_PASSWORD and ZVM_B_PASSWORD where',
    `the worker runs, and start it beside your Temporal: ${program} worker`,
  ];
}

/** How drillbook is called here: by its name when it is installed, by its path in a clone. */
function programName(): string {
  const root = packageRoot();
  return /[\\/]node_modules[\\/]/.test(root) ? 'drillbook' : quote(join(root, 'bin', 'drillbook'));
}

/** For a POSIX shell, where it is needed. */
function quote(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
