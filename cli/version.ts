import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../local/package-root.ts';

/** drillbook's own. */
export function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
