import { resolve } from 'node:path';
import type { CliContext } from './context.ts';

/** The drillbook.yaml that was asked for: `--config`, else DRILLBOOK_CONFIG, absolute; undefined: the nearest one is looked for. */
export function configPathOf(
  { cwd, env }: Pick<CliContext, 'cwd' | 'env'>,
  flag: string | undefined,
): string | undefined {
  const asked = flag ?? env['DRILLBOOK_CONFIG'];
  return asked === undefined || asked === '' ? undefined : resolve(cwd, asked);
}
