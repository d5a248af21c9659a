import { readFile } from 'node:fs/promises';
import type { Mode } from '../actions/contract.ts';
import { isLiveMode } from '../actions/modes.ts';
import type { CliContext } from './context.ts';
import { WrongUsage } from './problems.ts';

/**
 * The mode to run where `--mode` is left out: the file's only one, unless it is live. A file that does not compile gets no guess
 * either: `drill` lets its diagnostics be told. Throws WrongUsage with the modes to choose from.
 */
export async function chooseMode(context: CliContext, path: string, given: Mode | undefined): Promise<Mode> {
  if (given !== undefined) return given;
  const { runbook } = await context.outside.compile({ file: path, text: await readFile(path, 'utf8') }, {});
  return chooseAmong(runbook === undefined || runbook.modes.length === 0 ? ['drill'] : runbook.modes);
}

/** Of several modes, or of a live one, none goes without saying. Throws WrongUsage. */
export function chooseAmong(modes: readonly Mode[]): Mode {
  const [only] = modes;
  if (modes.length === 1 && only !== undefined && !isLiveMode(only)) return only;
  throw new WrongUsage(
    modes.length === 1
      ? `--mode ${only ?? ''} is needed: a live mode is never chosen for you.`
      : `--mode is needed; this runbook has ${modes.join(', ')}.`,
  );
}
