import { resolve } from 'node:path';
import type { CliContext } from './context.ts';
import { plainText } from './flags.ts';

/** Of every command that says a person's word. */
export const keyFlag = {
  kind: 'parsed',
  parse: plainText,
  brief: 'Sign with this key ("drillbook keys new"; default: DRILLBOOK_KEY)',
  placeholder: 'file',
  optional: true,
} as const;

export interface Signed {
  readonly key?: string;
}

type Sign = Awaited<ReturnType<CliContext['outside']['signWith']>>;

/** What signs, by --key or DRILLBOOK_KEY; undefined: nothing does. */
export async function signerOf({ env, cwd, outside }: CliContext, { key }: Signed): Promise<Sign | undefined> {
  const file = key ?? env['DRILLBOOK_KEY'];
  return file === undefined || file === '' ? undefined : await outside.signWith(resolve(cwd, file));
}
