import { configPathOf } from './config-path.ts';
import type { CliContext } from './context.ts';

/** The organisation that stands on reports; empty without a drillbook.yaml that can be read. */
export async function organisationOf(context: CliContext, flag: string | undefined): Promise<string> {
  const path = await context.outside.findConfig(context.cwd, configPathOf(context, flag));
  if (path === undefined) return '';
  const { config } = await context.outside.readConfig(path);
  return config?.organisation ?? '';
}
