import { isLiveMode } from '../actions/modes.ts';
import type { Config } from '../control/config/config.ts';
import type { startRun } from '../control/runs.ts';
import type { CliContext } from './context.ts';
import { Refused } from './problems.ts';

type Info = Parameters<typeof startRun>[2];

/**
 * Who asks, as the operating system tells it: a name that nothing vouches for. Throws Refused where drillbook.yaml lets no such name
 * do this (`identity.unverified`).
 */
export function requesterInfo(
  context: CliContext,
  prepared: { readonly config?: Config | undefined; readonly configSha256: string },
  what: { readonly mode: string; readonly reason?: string | undefined; readonly signed?: boolean },
): Info {
  const requester = context.user();
  // What is signed, the worker judges.
  const allowed = what.signed === true ? 'allow' : (prepared.config?.identity.unverified ?? 'drills');
  if (allowed === 'refuse') {
    throw new Refused(
      `Nothing proves that you are ${requester}, and drillbook.yaml refuses unverified names (identity.unverified: refuse).`,
    );
  }
  if (allowed === 'drills' && isLiveMode(what.mode)) {
    throw new Refused(
      `Nothing proves that you are ${requester}: an unverified name may not start mode ${what.mode} (identity.unverified: drills in drillbook.yaml).`,
    );
  }
  return {
    trigger: 'cli',
    requester,
    verified: false,
    reason: what.reason ?? '',
    url: '',
    configSha256: prepared.configSha256,
  };
}
