import { existsSync, readdirSync } from 'node:fs';
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

/** All files below a folder whose name fits, sorted; none when there is no such folder. */
export function listFiles(folder, pattern) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(path, pattern);
    return pattern.test(entry.name) ? [path] : [];
  });
}
