import { dirname, resolve } from 'node:path';
import type { prepare } from '../control/prepare.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';

type Ask = Parameters<typeof prepare>[0];
type Ready = Extract<Awaited<ReturnType<typeof prepare>>, { kind: 'ready' }>;

/** The plan of a runbook's mode; undefined after it was told why there is none. */
export async function prepareOrTell(
  context: CliContext,
  ask: Omit<Ask, 'configPath'>,
  flags: { readonly config?: string; readonly json: boolean },
): Promise<Ready | undefined> {
  const { outside, terminal } = context;
  const folder = dirname(resolve(context.cwd, ask.file));
  const configPath = await outside.findConfig(folder, configPathOf(context, flags.config));
  const prepared = await outside.prepare({ ...ask, ...(configPath === undefined ? {} : { configPath }) });
  if (prepared.kind === 'ready') return prepared;
  if (flags.json) terminal.answer(prepared.json);
  else terminal.say(prepared.report);
  return undefined;
}
