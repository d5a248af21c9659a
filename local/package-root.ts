import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of drillbook's own package.json: this file runs from `local/` in the tests and from `dist/local/` elsewhere. */
export function packageRoot(): string {
  for (let folder = import.meta.dirname; dirname(folder) !== folder; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (existsSync(manifest) && readFileSync(manifest, 'utf8').includes('"name": "drillbook"')) return folder;
  }
  throw new Error(`No package.json of drillbook above ${import.meta.dirname}.`);
}
