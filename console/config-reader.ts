import { readFile } from 'node:fs/promises';
import { type Config, loadConfig } from '../control/config/config.ts';

/** drillbook.yaml as it stands now: its bytes are read each time, and understood anew when they are others. Throws ConfigRefused. */
export function createConfigReader(path: string): () => Promise<Config> {
  let last: { readonly bytes: Buffer; readonly config: Config } | undefined;
  return async () => {
    const bytes = await readFile(path);
    if (last?.bytes.equals(bytes) === true) return last.config;
    const config = await loadConfig(path);
    last = { bytes, config };
    return config;
  };
}
