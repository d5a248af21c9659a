import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { peopleOf } from '../config/people.ts';
import type { Sign } from '../say.ts';
import { whyNotAdmin } from './proved.ts';
import { versionsOf } from './published.ts';
import { addWithdrawal, libraryOf, readPublications } from './store.ts';
import { type Withdrawal, signWithdrawal, whyNotWithdrawn } from './withdrawal.ts';

/** Nothing was withdrawn: a sentence. */
export class WithdrawRefused extends Error {
  override readonly name = 'WithdrawRefused';
}

interface WithdrawAsked {
  readonly config: Config;
  readonly name: string;
  /** At least its beginning. */
  readonly hash: string;
  readonly by: string;
  readonly reason: string;
  readonly sign?: Sign | undefined;
  /** ms since 1970. */
  readonly now: number;
}

export interface WithdrawnNow extends Pick<Withdrawal, 'name' | 'version' | 'at' | 'by' | 'reason'> {
  readonly signed: boolean;
  /** The newest version that stands; absent: none does. */
  readonly stands?: string;
}

/** Withdraws one published version: nobody starts it any more. Nothing is deleted, and no run is touched. Throws WithdrawRefused. */
export async function withdraw({ config, name, hash, by, reason, sign, now }: WithdrawAsked): Promise<WithdrawnNow> {
  const library = libraryOf(config);
  const versions = versionsOf(await readPublications(library), config, now, name);
  const [found, ...others] = versions.filter(({ version }) => version.startsWith(hash));
  if (found === undefined)
    throw new WithdrawRefused(
      `There is no version ${name}@${hash} in ${library.dir}: "drillbook library list ${name}" shows which there are.`,
    );
  if (others.length > 0) throw new WithdrawRefused(`Several versions of ${name} begin with ${hash}: write more of it.`);
  const { version, modes, withdrawn } = found;
  // What nothing proves today is said again, by somebody who proves it.
  if (withdrawn !== undefined && withdrawn.unproved === undefined)
    throw new WithdrawRefused(
      `${name}@${version.slice(0, 12)} was withdrawn by ${withdrawn.by} at ${withdrawn.at}: ${withdrawn.reason}`,
    );
  const at = new Date(now).toISOString();
  const made = signWithdrawal({ id: randomUUID(), at, by, reason, name, version }, sign);
  const people = peopleOf(config);
  const why = whyNotWithdrawn(made, people) ?? whyNotAdmin(made, name, modes, people);
  if (why !== undefined) throw new WithdrawRefused(`Nothing was withdrawn: ${why}.`);
  await addWithdrawal(library, made);
  const stands = versions.find(each => each.refused === undefined && each.version !== version)?.version;
  return {
    name,
    version,
    at,
    by,
    reason,
    signed: made.proof !== undefined,
    ...(stands === undefined ? {} : { stands }),
  };
}
