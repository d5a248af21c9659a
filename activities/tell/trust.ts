import { readFile } from 'node:fs/promises';
import { StepErrored } from '../outcome.ts';

/** The PEM file that a server's certificate must verify with; nothing: the system's authorities. Throws StepErrored. */
export async function readTrust(ca: string | undefined): Promise<{ readonly ca?: string }> {
  if (ca === undefined) return {};
  try {
    return { ca: await readFile(ca, 'utf8') };
  } catch (error) {
    throw new StepErrored(`${ca} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
}
