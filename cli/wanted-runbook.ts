import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Mode } from '../actions/contract.ts';
import { chooseAmong, chooseMode } from './choose-mode.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';
import { type Ready, prepareOrTell, readyOrTell } from './prepare-or-tell.ts';
import { Refused } from './problems.ts';

/** What a command line names: a file, or a runbook of the library, with a hash where it is not the newest version. */
export type Wanted =
  | { readonly kind: 'file'; readonly file: string }
  | {
      readonly kind: 'published';
      readonly name: string;
      readonly hash?: string | undefined;
      readonly configPath: string;
    };

/** As it was named. */
export const fileOf = (wanted: Wanted): string | undefined => (wanted.kind === 'file' ? wanted.file : undefined);

/** As short as a hash may be cut. */
const named = /^([a-z0-9][a-z0-9-]*)(?:@([0-9a-f]{6,64}))?$/;

/** What is a file is meant as one. Throws Refused for a name where there is no drillbook.yaml. */
export async function wantedRunbook(
  context: CliContext,
  text: string,
  flags: { readonly config?: string },
): Promise<Wanted> {
  const { cwd, outside } = context;
  const [, name, hash] = existsSync(resolve(cwd, text)) ? [] : (named.exec(text) ?? []);
  if (name === undefined) return { kind: 'file', file: text };
  const configPath = await outside.findConfig(cwd, configPathOf(context, flags.config));
  if (configPath === undefined)
    throw new Refused(
      `There is no file ${text}, and no drillbook.yaml here or above whose library could have it (--config names one).`,
    );
  return { kind: 'published', name, hash, configPath };
}

/** The mode of it to run, where that goes without saying. Throws WrongUsage with the modes to choose from. */
export async function chooseModeOf(context: CliContext, wanted: Wanted, given: Mode | undefined): Promise<Mode> {
  if (given !== undefined) return given;
  if (wanted.kind === 'file') return await chooseMode(context, resolve(context.cwd, wanted.file), given);
  const config = await context.outside.loadConfig(wanted.configPath);
  const found = await context.outside.findPublished(config, wanted, context.now());
  if ('why' in found) throw new Refused(found.why);
  return chooseAmong(found.modes);
}

/** Its plan; undefined after it was told why there is none. */
export async function prepareWanted(
  context: CliContext,
  wanted: Wanted,
  ask: { readonly mode: Mode; readonly inputs: Readonly<Record<string, unknown>> },
  flags: { readonly config?: string; readonly json: boolean },
): Promise<Ready | undefined> {
  if (wanted.kind === 'file') return await prepareOrTell(context, { ...ask, file: wanted.file }, flags);
  const prepared = await context.outside.preparePublished({ ...wanted, ...ask, now: context.now() });
  return readyOrTell(context, prepared, flags);
}

/** What was withdrawn nobody starts, in whatever mode and from whatever file; a library that cannot be read is told. Throws Refused. */
export async function refuseWithdrawn(context: CliContext, { plan, config }: Ready): Promise<void> {
  const { outside, now, terminal } = context;
  const { refused, warning } = await outside.judgeWithdrawn(plan, config, now());
  if (refused !== undefined) throw new Refused(`${refused}.`);
  if (warning !== undefined) terminal.say(terminal.sayColours.yellow(warning));
}
