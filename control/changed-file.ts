import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { sha256Hex } from '../compiler/hash.ts';
import type { Plan } from '../compiler/plan.ts';
import { findRunbook } from './runbook-files.ts';

/** That the file of a published runbook is by now another one; undefined: it is the same, there is none, or its hash was asked for. */
export async function whyFileChanged(
  project: string,
  runbook: string,
  { name, source }: Plan,
): Promise<string | undefined> {
  if (runbook !== name) return undefined;
  // Which of two it would be is not asked here.
  const file = await findRunbook(project, runbook).catch(() => undefined);
  const text = file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  if (file === undefined || text === undefined || sha256Hex(text) === source.sha256) return undefined;
  return `What runs is ${name} as it was published; ${relative(project, file)} has changed since, and is not published.`;
}
