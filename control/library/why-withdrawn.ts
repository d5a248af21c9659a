import { sha256Hex } from '../../compiler/hash.ts';
import type { Plan } from '../../compiler/plan.ts';
import { type Config, ConfigRefused, loadConfig } from '../config/config.ts';
import { type Published, versionsOf, whyStopped } from './published.ts';
import { type Library, libraryOf, readPublications, readVersion, whereUnreadable } from './store.ts';

/**
 * Why a Plan, of whatever mode and wherever it comes from, is one of a version that was withdrawn; undefined: it is not, or one that
 * stands makes the same. Throws LibraryUnreadable.
 */
export async function whyWithdrawn(plan: Plan, config: Config | undefined, now: number): Promise<string | undefined> {
  if (config === undefined) return undefined;
  const library = libraryOf(config);
  const shelved = await readPublications(library);
  if (shelved.withdrawals.length === 0 && shelved.perhapsWithdrawn.size === 0) return undefined;
  const versions = versionsOf(shelved, config, now, plan.name);
  const same = versions.filter(({ source }) => source === plan.source.sha256);
  const withdrawn = same.filter(each => each.withdrawn !== undefined);
  if (withdrawn.length === 0) return undefined;
  const standing = same.filter(({ refused }) => refused === undefined);
  for (const each of standing) if (await makes(each, plan, library, false)) return undefined;
  for (const each of withdrawn)
    if (await makes(each, plan, library, standing.length === 0)) return whyStopped(each, versions);
  return undefined;
}

/** What is known of a Plan's withdrawal. */
export interface JudgedWithdrawn {
  /** Why it does not start; nobody lifts that. */
  readonly refused?: string;
  /** That nobody knows, as the library cannot be read: whoever starts it should know. A sentence. */
  readonly warning?: string;
}

/**
 * The same where a library that cannot be read keeps nobody from starting: the share that it lies on may have gone down with the site. What
 * must be published is asked for that by itself, and an approver lifts it.
 */
export async function judgeWithdrawn(plan: Plan, config: Config | undefined, now: number): Promise<JudgedWithdrawn> {
  try {
    const refused = await whyWithdrawn(plan, config, now);
    return refused === undefined ? {} : { refused };
  } catch (error) {
    const where = whereUnreadable(error);
    return {
      warning: `Whether this version of ${plan.name} was withdrawn cannot be found out: the library cannot be read (${where}).`,
    };
  }
}

/** The same by a drillbook.yaml as it stands now, which others tell that it has mistakes. */
export async function judgeWithdrawnAt(configPath: string, plan: Plan, now: number): Promise<JudgedWithdrawn> {
  try {
    return await judgeWithdrawn(plan, await loadConfig(configPath), now);
  } catch (error) {
    if (error instanceof ConfigRefused) return {};
    if (error instanceof Error && 'code' in error)
      return {
        refused: `whether it was withdrawn cannot be found out: ${String(error.code)} at ${'path' in error ? String(error.path) : configPath}`,
      };
    throw error;
  }
}

/**
 * Whether a version of the same file as a Plan's is what it was made of: every file that the Plan calls in its mode is one of the version's,
 * to the last letter. The Plan's own hash would not do: another release or another drillbook.yaml makes another of the same files. `lost`:
 * what to take where the version cannot be read.
 */
async function makes({ version, plans }: Published, plan: Plan, library: Library, lost: boolean): Promise<boolean> {
  if (plans[plan.mode] === plan.hash) return true;
  const content = await readVersion(library, version);
  if ('why' in content) return lost;
  const files = new Set(Object.values(content.files).map(text => sha256Hex(text)));
  return (plan.scopes ?? []).every(({ source }) => files.has(source.sha256));
}
