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
}

/** Which versions are withdrawn, by people and keys as they are now. One whose file is damaged is, until somebody has put that right. */
export function withdrawnBy(
  { withdrawals, perhapsWithdrawn }: Shelved,
  people: People,
): (runbook: Pick<PublishedRunbook, 'name' | 'version'>) => Withdrawn | undefined {
  const counted = withdrawals.filter(each => whyNotWithdrawn(each, people) === undefined);
  return ({ name, version }) => {
    const found = counted.find(each => each.name === name && each.version === version);
    if (found !== undefined) return { by: found.by, at: found.at, reason: found.reason };
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

/** Withdrawals that do not count, and why. */
export function uncounted({ withdrawals }: Shelved, people: People): readonly LibraryProblem[] {
  return withdrawals.flatMap(each => {
    const why = whyNotWithdrawn(each, people);
    if (why === undefined) return [];
    const file = `${each.name}@${each.version.slice(0, 12)}`;
    return [
      { file, sentence: `${file} was withdrawn by ${each.by} (${each.reason}), and that does not count: ${why}.` },
    ];
  });
}
