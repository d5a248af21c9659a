import { type Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/** A runbook that lies in a project. */
export interface RunbookFile {
  readonly name: string;
  /** From the project's folder, with `/`. */
  readonly file: string;
}

/** A name that two files have: whichever were taken may be an old copy. A sentence with both places. */
class RunbookTwins extends Error {
  override readonly name = 'RunbookTwins';
}

export const whyTwins = (name: string, files: readonly string[]): string =>
  `${files.length} files are the runbook "${name}": ${files.join(' and ')}. Nothing is started by a name that is not one file's: rename one, or take it out of the project.`;

const deepest = 5;
/** A folder with more is no project. */
const mostFiles = 2_000;

/** Every runbook below a folder, by file; what is hidden or a package's is left out. Files are only looked at, not checked. */
export async function listRunbooks(project: string): Promise<readonly RunbookFile[]> {
  const found: RunbookFile[] = [];
  for (const file of await yamlFiles(project)) {
    const name = nameIn(await readFile(join(project, file), 'utf8').catch(() => ''));
    if (name !== undefined) found.push({ name, file: file.split(sep).join('/') });
  }
  return found;
}

/**
 * A runbook's file, absolute: by its name, or by its path from the project's folder. Undefined where there is none; what lies
 * outside the folder, also by a link, is none. Throws RunbookTwins where several files have the name.
 */
export async function findRunbook(project: string, wanted: string): Promise<string | undefined> {
  if (!/\.ya?ml$/.test(wanted)) {
    const [found, ...others] = (await listRunbooks(project)).filter(({ name }) => name === wanted);
    if (found === undefined) return undefined;
    if (others.length > 0)
      throw new RunbookTwins(
        whyTwins(
          wanted,
          [found, ...others].map(({ file }) => file),
        ),
      );
    return join(project, found.file);
  }
  if (isAbsolute(wanted) || wanted.includes('\0')) return undefined;
  try {
    const root = await realpath(project);
    const file = await realpath(resolve(root, wanted));
    return isOutside(relative(root, file)) || nameIn(await readFile(file, 'utf8')) === undefined ? undefined : file;
  } catch {
    return undefined;
  }
}

/** The name in a file that `findRunbook` would find. */
export async function nameOfFile(project: string, wanted: string): Promise<string | undefined> {
  const file = await findRunbook(project, wanted);
  return file === undefined ? undefined : nameIn(await readFile(file, 'utf8').catch(() => ''));
}

async function yamlFiles(root: string): Promise<readonly string[]> {
  const files: string[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    const entries: Dirent[] = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (files.length >= mostFiles || entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < deepest) await look(path, depth + 1);
      else if (
        /\.ya?ml$/.test(entry.name) &&
        (entry.isFile() || (entry.isSymbolicLink() && (await isWithin(root, path))))
      )
        files.push(path);
    }
  };
  await look('', 0);
  return files;
}

/** Where a link leads: a mounted ConfigMap is nothing but links. What lies outside of the folder is nobody's runbook. */
async function isWithin(root: string, path: string): Promise<boolean> {
  try {
    const [base, file] = await Promise.all([realpath(root), realpath(join(root, path))]);
    return !isOutside(relative(base, file)) && (await stat(file)).isFile();
  } catch {
    return false;
  }
}

const isOutside = (way: string): boolean => way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);

function nameIn(text: string): string | undefined {
  if (!/^apiVersion:\s*["']?drillbook\//m.test(text)) return undefined;
  return /^name:\s*["']?([^\s"'#]+)/m.exec(text)?.[1];
}
