import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { decode } from '../compiler/yaml/decode.ts';
import { maxBytes } from '../compiler/yaml/source.ts';
import type { Load } from '../compiler/units.ts';

/**
 * Reads the files that a runbook names, relative to the folder of the file that names them, and refuses what lies outside
 * the project's folder (of drillbook.yaml, else of the first runbook), also through a link. Files are called as from `cwd`,
 * or by their whole path where the file that names them is.
 */
export function loadFrom(projectRoot: string, cwd: string): Load {
  const root = resolve(cwd, projectRoot);
  return (file, from) => {
    const path = resolve(cwd, dirname(from), file);
    if (!isInside(root, path)) return { why: outside };
    try {
      if (!isInside(realpathSync(root), realpathSync(path))) return { why: outside };
      const { size } = statSync(path);
      // Not to be read at all: the compiler says the rest of a file that is a little too large.
      if (size > maxBytes * 2) return { why: 'it is larger than 1 MiB' };
      const name = isAbsolute(from) ? path : nameFrom(cwd, path);
      const decoded = decode(name, readFileSync(path));
      if ('text' in decoded) return { file: name, text: decoded.text };
      return { why: decoded.diagnostics[0]?.message ?? 'it is no text' };
    } catch (error) {
      return { why: whyNot(error) };
    }
  };
}

const outside = 'it lies outside the project, which is the folder of drillbook.yaml, without one that of the runbook';

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function nameFrom(cwd: string, path: string): string {
  return isInside(cwd, path) ? relative(cwd, path) : path;
}

function whyNot(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder';
    default:
      return String(error.code);
  }
}
