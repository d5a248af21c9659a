import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A path below the root. */
export function inRoot(...parts) {
  return join(root, ...parts);
}

/** The published package carries `dist` and no sources: there is nothing to set up in it. */
export function isClone() {
  return existsSync(inRoot('tsconfig.json')) && existsSync(inRoot('package-lock.json'));
}
