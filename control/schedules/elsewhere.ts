import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { compile } from '../../compiler/compile.ts';
import { decode } from '../../compiler/yaml/decode.ts';
import { loadFrom } from '../sub-runbooks.ts';

/**
 * Whether a file of the project (from its folder, `root`) declares a schedule of this id; `unknown`: it has mistakes. One that is not
 * there, or lies elsewhere, declares none.
 */
export async function declares(root: string, file: string, id: string): Promise<boolean | 'unknown'> {
  if (file === '' || isAbsolute(file) || file.split('/').includes('..')) return false;
  const bytes = await readFile(join(root, file)).catch((error: unknown) => error as NodeJS.ErrnoException);
  if (bytes instanceof Error) return bytes.code === 'ENOENT' || bytes.code === 'ENOTDIR' ? false : 'unknown';
  const decoded = decode(file, bytes);
  if (!('text' in decoded)) return 'unknown';
  const { runbook, diagnostics } = compile({ file, text: decoded.text }, { load: loadFrom(root, root) });
  if (runbook?.triggers.schedules.some(({ name }) => `${runbook.name}/${name}` === id) === true) return true;
  return diagnostics.some(({ severity }) => severity === 'error') ? 'unknown' : false;
}
