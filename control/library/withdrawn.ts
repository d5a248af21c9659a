import type { People } from '../../engine/entitlement.ts';
import type { PublishedRunbook } from './publication.ts';
import type { LibraryProblem, Shelved } from './store.ts';
import { whyNotWithdrawn } from './withdrawal.ts';

/** Who has withdrawn a version, when and why. */
export interface Withdrawn {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  readonly reason: string;
  /** Why nothing proves that today. It stops the version all the same; absent: it is proved, or need not be. */
  readonly unproved?: string;
}

/**
 * Which versions are withdrawn. One whose file is damaged is, until somebody has put that right; and so is one whose word is not proved by
 * people and keys as they are now: what was dangerous does not come to life because a key was taken off a list.
 */
export function withdrawnBy(
  { withdrawals, perhapsWithdrawn }: Shelved,
  people: People,
): (runbook: Pick<PublishedRunbook, 'name' | 'version'>) => Withdrawn | undefined {
  const judged = withdrawals.map(each => ({ ...each, unproved: whyNotWithdrawn(each, people) }));
  return ({ name, version }) => {
    const said = judged.filter(each => each.name === name && each.version === version);
    const found = said.find(({ unproved }) => unproved === undefined) ?? said[0];
    if (found !== undefined) {
      const { by, at, reason, unproved } = found;
      return { by, at, reason, ...(unproved === undefined ? {} : { unproved }) };
    }
    const file = perhapsWithdrawn.get(version);
    return file === undefined
      ? undefined
      : {
          by: 'somebody',
          at: 'a time that is lost',
          reason: `${file} is damaged: put it back from a copy of the library`,
        };
  };
}

/** That a version was withdrawn, as a part of a sentence without its stop. */
export function sayWithdrawn({ by, at, reason, unproved }: Withdrawn): string {
  const why = reason.replace(/\.$/, '');
  return unproved === undefined
    ? `it was withdrawn by ${by} at ${at} (${why})`
    : `it is said to have been withdrawn by ${by} at ${at} (${why}), which stops it although it is not proved now: ${unproved}; what is to run after all an admin publishes as a changed version`;
}

/** Withdrawals that nothing proves today: they stop their versions, and whoever looks after the library should know. */
export function unprovedOf({ withdrawals }: Shelved, people: People): readonly LibraryProblem[] {
  return withdrawals.flatMap(each => {
    const why = whyNotWithdrawn(each, people);
    if (why === undefined) return [];
    const { name, version, by, reason, file } = each;
    const what = `${name}@${version.slice(0, 12)}`;
    return [
      {
        file,
        sentence: `${file}: ${what} is said to have been withdrawn by ${by} (${reason}), and that is not proved now: ${why}. It stays withdrawn.`,
      },
    ];
  });
}
