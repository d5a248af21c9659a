import type { Input } from '../actions/index.ts';
import { effectKinds } from '../zerto/effects/kinds.ts';
import type { Refused } from '../zerto/errors.ts';
import type { OpenLive } from '../zerto/effects/open-live.ts';
import { endTask } from '../zerto/task-end.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import { type GuardAction, inputOf, type Place, type Prepared } from './guard-action.ts';
import { beforeEnding, type Ending, readEnding } from './guard-ending.ts';
import { liveOf } from './guard-live.ts';
import { StepErrored, StepFailed } from './outcome.ts';
import { lookAtPeer, notConnected, type Peer } from './peer.ts';

type Committed = Extract<OpenLive, { kind: 'committed' | 'gone' }>;

const committing: Ending<Committed> = {
  word: 'committed',
  doing: 'committing',
  isThis: (seen): seen is Committed => seen.kind === 'committed' || seen.kind === 'gone',
  outputs: seen => ({ reverse_protected: seen.kind === 'committed' && seen.reversed }),
};

const kindOf = (place: Pick<Place, 'live'>) =>
  effectKinds[liveOf(place).how === 'move' ? 'commitMove' : 'commitFailover'];

/** Commits one failover or move. There is no direction to check: it may have turned already. */
export const commit: GuardAction = {
  kind: kindOf,
  async before(place) {
    const before = await beforeEnding(place, committing, seen =>
      seen.kind === 'committed' && !seen.reversed && termsGiven(place)['reverse-protect'] === true
        ? [notBack(place.name)]
        : [],
    );
    // What cannot be done is refused before anything is sent, of all VPGs alike.
    if ('vpg' in before) await termsOf(place, before.vpg);
    return before;
  },
  async prepare(place) {
    const { zvm, id, name } = place;
    const { how } = liveOf(place);
    const { reverse, keepSourceVms, optional, told } = await termsOf(place);
    const sending = (reverseProtection: boolean): Prepared['send'] =>
      how === 'move'
        ? time => zvm.vpgs.commitMove(id, { reverseProtection, keepSourceVms }, time)
        : time => zvm.vpgs.commitFailover(id, { reverseProtection }, time);
    if (!reverse || !optional) return { send: sending(reverse), told };
    return {
      send: sending(true),
      told,
      instead: async refused => {
        const peer = await lostPeer(place, refused);
        return { send: sending(false), told: [unprotected(peer, name)] };
      },
    };
  },
  ended: ({ zvm, signal }, taskId) => endTask(zvm, taskId, signal),
  async readBack(place, _sent, task) {
    const wanted = termsGiven(place)['reverse-protect'];
    // Which way the VPG points may be shown a moment after the commit's task has ended.
    const isShown = (seen: OpenLive): boolean =>
      committing.isThis(seen) && (wanted === false || seen.kind === 'gone' || seen.reversed || isUnprotected(seen.vpg));
    const result = await readEnding(place, committing, task, isShown);
    if (!result.up || wanted !== true || result.outputs['reverse_protected'] === true) return result;
    const told = `${notBack(place.name)}: the ZVM does not show that it is`;
    return { ...result, told: [told, ...(result.told ?? [])] };
  },
};

/** After a commit without reverse protection (docs/zerto.md §2). */
function isUnprotected({ status, subStatus }: Vpg): boolean {
  return status === 'Recovered' || subStatus === 'NeedsConfiguration';
}

interface Terms {
  readonly reverse: boolean;
  readonly keepSourceVms: boolean;
  /** `if-possible`. */
  readonly optional: boolean;
  readonly told: readonly string[];
}

/** @throws StepFailed where reverse protection is wanted and cannot be had */
async function termsOf(place: Place, seen?: Vpg): Promise<Terms> {
  const { zvm, id, name, site, sites, signal } = place;
  const given = termsGiven(place);
  const wanted = given['reverse-protect'];
  if (liveOf(place).how === 'move' && given['source-vms'] === undefined) {
    throw new StepErrored(`what becomes of the moved VMs of ${name} was not said: source-vms, remove or keep`);
  }
  const keepSourceVms = given['source-vms'] === 'keep';
  if (wanted === false) return { reverse: false, keepSourceVms, optional: false, told: [] };
  const vpg = seen ?? (await zvm.vpgs.get(id, { signal }));
  const peer = await lookAtPeer(zvm, vpg, site, { sites, signal });
  if (peer.connected) return { reverse: true, keepSourceVms, optional: wanted !== true, told: [] };
  if (wanted === true) {
    throw new StepFailed(`${notConnected(peer)}: ${name} cannot be protected back to it; it is not committed`);
  }
  return { reverse: false, keepSourceVms, optional: true, told: [unprotected(peer, name)] };
}

/**
 * The other site, where it is seen away now that reverse protection was refused: it may have been lost a moment ago. No other
 * refusal gives the protection up, for a commit is for good and a ZVM that is busy now takes it later.
 * @throws StepFailed where it is not seen away
 */
async function lostPeer({ zvm, id, name, site, sites, signal }: Place, refused: Refused): Promise<Peer> {
  if (refused.status !== 403) {
    // Newer than the refusal.
    const peer = await lookAtPeer(zvm, await zvm.vpgs.get(id, { signal }), site, { sites, signal, fresh: true });
    if (!peer.connected) return peer;
  }
  throw new StepFailed(
    `${name} is not committed: ${refused.message} Commit again with reverse-protect: if-possible when this is over, ` +
      'or with reverse-protect: false, which leaves it protected by nothing.',
  );
}

const unprotected = (peer: Peer, name: string): string =>
  `${notConnected(peer)}: ${name} is committed without reverse protection, and is protected by nothing`;

/** Reverse protection was wanted for certain. */
const notBack = (name: string): string => `${name} is committed, and NOT protected back`;

/** A commit names its VPGs in `vpgs`; the guard puts one beside them. */
function termsGiven({ call }: Place): Input<'zerto/commit'> {
  return inputOf('zerto/commit', Object.fromEntries(Object.entries(call.with).filter(([key]) => key !== 'vpg')));
}
