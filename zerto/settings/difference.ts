import type { SettingsDocument } from '../settings-types.ts';
import { describeSettings } from './describe.ts';
import type { SettingsNames } from './names.ts';

/** One setting. Empty: nothing. */
export interface Change {
  /** By the words of `Desired` as a runbook spells them: `vms[crm-db-01].boot-group`. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * What differs, by the names of people, in the order of the settings.
 * @param before undefined: there was no VPG
 */
export function compareSettings(
  before: SettingsDocument | undefined,
  after: SettingsDocument,
  names: SettingsNames,
): Change[] {
  const old = before === undefined ? new Map<string, string>() : describeSettings(before, names);
  const now = describeSettings(after, names);
  return [...new Set([...old.keys(), ...now.keys()])]
    .map(path => ({ path, before: old.get(path) ?? '', after: now.get(path) ?? '' }))
    .filter(change => change.before !== change.after);
}
