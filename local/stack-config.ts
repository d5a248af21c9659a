import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { devStaff, secretNameOf, triggerSecret, writeConfigText } from './config-text.ts';
import type { StackSite } from './simulator-line.ts';

/** Writes drillbook.yaml and gives its path; the passwords lie beside it in files that only this user may read. */
export function writeConfig(dir: string, sites: readonly StackSite[]): string {
  const secretDir = join(dir, 'secrets');
  mkdirSync(secretDir, { recursive: true, mode: 0o700 });
  const secrets = [
    ...sites.map(site => [secretNameOf(site), site.password] as const),
    [triggerSecret, randomBytes(32).toString('hex')] as const,
  ];
  const files = secrets.map(([name, value]) => {
    const file = join(secretDir, name);
    writeSecret(file, value);
    return [name, file] as const;
  });
  const configPath = join(dir, 'drillbook.yaml');
  writeFileSync(configPath, writeConfigText(sites, Object.fromEntries(files), devStaff));
  return configPath;
}

/** A file that is there keeps its mode when it is written, so it goes first. */
function writeSecret(file: string, secret: string): void {
  rmSync(file, { force: true });
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeFileSync(descriptor, secret);
  } finally {
    closeSync(descriptor);
  }
}
