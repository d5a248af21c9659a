import { isAwayFromPeer } from '../zerto/enums-vpg.ts';
import type { Zvm } from '../zerto/types.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import { StepFailed } from './outcome.ts';
import { lookAtPeer, notConnected } from './peer.ts';
import type { SiteDirectory } from './surroundings.ts';

/**
 * What needs both ends of a VPG fails at once where the protected one is away, before anything is sent. Asks for no more
 * where the VPG's SubStatus tells that both are there.
 * @param site where it recovers to, by its name in drillbook.yaml
 * @param needs ends the sentence: why nothing is done
 * @throws StepFailed
 */
export async function assertPeerConnected(
  zvm: Zvm,
  vpg: Vpg,
  site: string,
  needs: string,
  context: { readonly sites: SiteDirectory; readonly signal: AbortSignal },
): Promise<void> {
  // While one is open the SubStatus tells of that alone.
  const hidden = /^(FailingOver|Moving)/.test(vpg.status);
  if (!hidden && !isAwayFromPeer(vpg.subStatus)) return;
  const peer = await lookAtPeer(zvm, vpg, site, context);
  if (!peer.connected) throw new StepFailed(`${notConnected(peer)}: ${needs}`);
}
