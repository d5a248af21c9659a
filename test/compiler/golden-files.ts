import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import type { Load } from '../../compiler/units.ts';

/** The texts of the golden cases, by folder: `runbook.yaml`, and what it calls. */

export const goldenRoot = join(import.meta.dirname, 'golden');

export interface GoldenCase {
  readonly name: string;
  /** Runbooks by their path in the folder; `runbook.yaml` is the one that is compiled. */
  readonly runbooks: Readonly<Record<string, string>>;
  /** Text of its drillbook.yaml. */
  readonly config?: string;
}

export function goldenCases(): readonly GoldenCase[] {
  return readdirSync(goldenRoot).sort().map(readCase);
}

function readCase(name: string): GoldenCase {
  const folder = join(goldenRoot, name);
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.yaml') && entry.name !== 'drillbook.yaml')
    .map(entry => join(entry.parentPath, entry.name));
  const runbooks = paths.map(
    path => [relative(folder, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')] as const,
  );
  const config = join(folder, 'drillbook.yaml');
  return {
    name,
    runbooks: Object.fromEntries(runbooks),
    ...(existsSync(config) && { config: readFileSync(config, 'utf8') }),
  };
}

/** Finds the files of a case; nothing outside of its folder. */
export function loadFrom(runbooks: Readonly<Record<string, string>>): Load {
  return (file, from) => {
    const path = posix.join(posix.dirname(from), file);
    const text = Object.hasOwn(runbooks, path) ? runbooks[path] : undefined;
    return text === undefined ? { why: 'it is not there' } : { file: path, text };
  };
}
