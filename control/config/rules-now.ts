import { type Config, ConfigRefused, loadConfig } from './config.ts';

/** The house rules of a file as it stands now, or why it cannot be read, for people. */
export async function readRules(path: string): Promise<Pick<Config, 'policy'> | { readonly unreadable: string }> {
  try {
    return await loadConfig(path);
  } catch (error) {
    if (error instanceof ConfigRefused) return { unreadable: 'drillbook.yaml has mistakes' };
    if (error instanceof Error && 'code' in error)
      return { unreadable: `drillbook.yaml cannot be read (${String(error.code)})` };
    throw error;
  }
}
