import { buildRouteMap } from '@stricli/core';
import type { Published } from '../control/library/published.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { defineCommand } from './define-command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { withExamples } from './examples.ts';
import { config, json, mustReason, plainText } from './flags.ts';
import { Refused, WrongUsage } from './problems.ts';
import { keyFlag, type Signed, signerOf } from './signer.ts';
import { wantedRunbook } from './wanted-runbook.ts';

interface Flags {
  readonly json: boolean;
  readonly config?: string;
}

const flags = {
  json,
  config: { ...config, brief: 'The drillbook.yaml whose library it is (default: in this folder or above it)' },
} as const;

const list = defineCommand<Flags, [name?: string]>(
  {
    docs: { brief: 'What is published, the newest first; reads and checks all of it' },
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [{ brief: 'One runbook alone', parse: plainText, placeholder: 'NAME', optional: true }],
      },
      flags,
    },
  },
  async (context, given, name): Promise<ExitCode> => {
    const { terminal, outside } = context;
    const { versions, problems, past, gone, dir } = await outside.listLibrary(
      await configOf(context, given),
      context.now(),
      name,
    );
    if (given.json) terminal.answer(JSON.stringify({ versions, problems, past, gone }));
    else if (versions.length > 0)
      terminal.answer(versions.map(each => `${describe(each)}${keptSince(each, past, gone)}`).join('\n'));
    else terminal.say(`Nothing is published in ${dir}.`);
    for (const { sentence } of problems) terminal.say(terminal.sayColours.red(sentence));
    return problems.length === 0 ? exitCodes.fine : exitCodes.failed;
  },
);

const show = defineCommand<Flags, [wanted: string]>(
  {
    docs: { brief: 'One version: who published it, when and why, and its files' },
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [{ brief: 'payments, or payments@3f2a9c', parse: plainText, placeholder: 'NAME[@HASH]' }],
      },
      flags,
    },
  },
  async (context, given, text): Promise<ExitCode> => {
    const { terminal, outside } = context;
    const wanted = await wantedRunbook(context, text, given);
    if (wanted.kind === 'file') throw new Refused(`${text} is a file: show NAME or NAME@HASH.`);
    const found = await outside.showVersion(await configOf(context, given), wanted, context.now());
    if ('why' in found) throw new Refused(found.why);
    const { content, ...published } = found;
    if (given.json) terminal.answer(JSON.stringify({ ...published, main: content.main, files: content.files }));
    else terminal.answer([describe(published), ...filesOf(content.files)].join('\n'));
    return exitCodes.fine;
  },
);

function keptSince({ version }: Published, past: readonly string[], gone: readonly string[]): string {
  if (gone.includes(version)) return '\n  older than library.keep, and deleted';
  return past.includes(version) ? '\n  older than library.keep' : '';
}

interface WithdrawFlags extends Flags, Signed {
  readonly reason: string;
}

const withdraw = defineCommand<WithdrawFlags, [wanted: string]>(
  {
    docs: withExamples(
      'As an admin: let nobody start a published version any more; deletes nothing and touches no run',
      'drillbook library withdraw payments@3f2a9c --reason "it commits before the database is up" --key keys/ana.pem',
    ),
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [{ brief: 'payments@3f2a9c', parse: plainText, placeholder: 'NAME@HASH' }],
      },
      flags: { ...flags, reason: { ...mustReason, brief: 'Why, for whoever is refused a start' }, key: keyFlag },
    },
  },
  async (context, given, text): Promise<ExitCode> => {
    const { terminal, outside } = context;
    const [, name, hash] = /^([a-z0-9][a-z0-9-]*)@([0-9a-f]{6,64})$/.exec(text) ?? [];
    if (name === undefined || hash === undefined)
      throw new WrongUsage(`${text} names no version: NAME@HASH is wanted, of the hash six characters or more.`);
    const config = await configOf(context, given);
    const sign = await signerOf(context, given);
    const asked = { config, name, hash, by: context.user(), reason: given.reason, sign, now: context.now() };
    const done = await outside.withdraw(asked);
    const { version, by, at, reason, stands } = done;
    if (given.json) terminal.answer(JSON.stringify(done));
    else terminal.answer(`${name}@${version.slice(0, 12)}  withdrawn at ${at} by ${by}${unproved(done)}: ${reason}`);
    terminal.say(
      `${stands === undefined ? `No version of ${name} stands any more: publish one that is mended.` : `The newest version that stands is ${name}@${stands.slice(0, 12)}.`} Runs of it go on. Bring the library to wherever the workers are, as after "drillbook publish".`,
    );
    return exitCodes.fine;
  },
);

const unproved = ({ signed }: { readonly signed: boolean }): string => (signed ? '' : ' (unverified name)');

function filesOf(files: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(files).map(([name, text]) => `--- ${name}\n${text.trimEnd()}`);
}

function describe(published: Published): string {
  const { name, version, at, by, reason, modes, refused, withdrawn } = published;
  const why = reason === '' ? '' : `: ${reason}`;
  const told =
    withdrawn === undefined
      ? `does not count: ${refused ?? ''}`
      : `WITHDRAWN at ${withdrawn.at} by ${withdrawn.by}: ${withdrawn.reason}${withdrawn.unproved === undefined ? '' : ` (not proved now: ${withdrawn.unproved})`}`;
  const counts = refused === undefined ? '' : `\n  ${told}`;
  return `${name}@${version.slice(0, 12)}  ${modes.join(', ')}  ${at} by ${by}${unproved(published)}${why}${counts}`;
}

async function configOf(context: CliContext, given: Flags) {
  const { outside, cwd } = context;
  const path = await outside.findConfig(cwd, configPathOf(context, given.config));
  if (path === undefined)
    throw new Refused('There is no drillbook.yaml here or above: it says where the library is (--config names one).');
  return await outside.loadConfig(path);
}

export const library = buildRouteMap<'list' | 'show' | 'withdraw', CliContext>({
  routes: { list, show, withdraw },
  docs: { brief: 'What is published, and what of it is withdrawn' },
});
