import { dirname, resolve } from 'node:path';
import type { prepare } from '../control/prepare.ts';
import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';

type Ask = Parameters<typeof prepare>[0];
export type Ready = Extract<Awaited<ReturnType<typeof prepare>>, { kind: 'ready' }>;
type Told = Exclude<Awaited<ReturnType<typeof prepare>>, { kind: 'ready' }>;

/** The plan of a runbook's mode; undefined after it was told why there is none. */
export async function prepareOrTell(
  context: CliContext,
  ask: Omit<Ask, 'configPath'>,
  flags: { readonly config?: string; readonly json: boolean },
): Promise<Ready | undefined> {
  const { outside } = context;
  const folder = dirname(resolve(context.cwd, ask.file));
  const configPath = await outside.findConfig(folder, configPathOf(context, flags.config));
  const prepared = await outside.prepare({ ...ask, ...(configPath === undefined ? {} : { configPath }) });
  return readyOrTell(context, prepared, flags);
}

export function readyOrTell(
  { terminal }: CliContext,
  prepared: Ready | Told,
  flags: { readonly json: boolean },
): Ready | undefined {
  if (prepared.kind === 'ready') return prepared;
  if (flags.json) terminal.answer(prepared.json);
  else terminal.say(prepared.report);
  return undefined;
}
