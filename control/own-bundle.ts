import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The workflow bundle of a build. */
export interface Bundle {
  /** The build id: SHA-256, hexadecimal, of the code without its source map, which names folders of the machine that built it. */
  readonly id: string;
  readonly path: string;
}

/** In `dist/`, and the same when this file runs from its source. */
const ownPath = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../dist/workflow-bundle.js' : '../workflow-bundle.js', import.meta.url),
);

/**
 * The bundle of this installation, or the one given.
 * @throws BundleMissing
 */
export async function readBundle(path: string = ownPath): Promise<Bundle> {
  let code: Buffer;
  try {
    code = await readFile(path);
  } catch {
    throw new BundleMissing(`The workflow bundle ${path} is missing: make it with "npm run build".`);
  }
  const end = code.lastIndexOf('//# sourceMappingURL=');
  const id = createHash('sha256')
    .update(end < 0 ? code : code.subarray(0, end))
    .digest('hex');
  return { id, path };
}

export class BundleMissing extends Error {
  override readonly name = 'BundleMissing';
}

/** As people see a build. */
export const shortBuild = (id: string): string => id.slice(0, 12);
