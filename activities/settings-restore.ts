import { ZvmError } from '../zerto/errors.ts';
import type { CommitOptions } from '../zerto/settings/commit.ts';
import { compareSettings } from '../zerto/settings/difference.ts';
import type { SettingsFailed } from '../zerto/settings/errors.ts';
import type { SettingsDocument } from '../zerto/settings-types.ts';
import type { Zvm } from '../zerto/zvm.ts';
import { StepFailed } from './outcome.ts';
import { spellList } from './spell.ts';

/** A settings object that was lost, or a commit that did not happen, is tried again so often. */
const rounds = 3;

/**
 * Puts the settings from before a change back that Zerto made only in part, and reads them back. It puts back nothing
 * where somebody else changed the VPG meanwhile, since that would be undone too.
 * @returns the change's own failure, with what became of the restoring
 */
export async function restoreSettings(
  zvm: Zvm,
  vpgId: string,
  { why, before, part, foreign, seen }: SettingsFailed,
  options: CommitOptions & { readonly signal: AbortSignal },
): Promise<StepFailed> {
  const changed = `it is changed in part: ${spellList(part.map(({ path }) => path))}`;
  const notBack = (reason: string) =>
    new StepFailed(`${why}; ${changed}; and its settings from before could not be put back: ${reason}`);
  if (before === undefined) return notBack('they are not known');
  const changedBy = (who: string) => notBack(`${who === '' ? 'somebody else' : who} changed it meanwhile`);
  if (foreign !== undefined) return changedBy(foreign);
  try {
    for (let round = 1; ; round++) {
      const end = await zvm.vpgSettings.replace(vpgId, before, { ...options, seen });
      if (end.kind === 'refused') return notBack(end.reason);
      if (end.kind === 'overtaken') return changedBy(end.by);
      if (end.kind === 'done' || end.kind === 'unclear') break;
      if (round === rounds) return notBack('no commit reached the ZVM');
    }
    const left = differing(before, await zvm.vpgSettings.read(vpgId, { signal: options.signal }));
    return left.length === 0
      ? new StepFailed(`${why}; its settings from before are back`)
      : notBack(`${spellList(left)} still differ`);
  } catch (error) {
    // Thrown on it would hide the failure, and a transport fault would begin the whole change anew.
    if (error instanceof ZvmError) return notBack(error.message);
    throw error;
  }
}

/** By identifiers: names change nothing in whether two are the same. */
function differing(before: SettingsDocument, after: SettingsDocument): string[] {
  const unnamed = { networks: [], members: [], unprotected: [] };
  return compareSettings(before, after, unnamed).map(({ path }) => path);
}
