import type {
  JanitorDecision,
  KnownSites,
  OpenKind,
  SeenOpen,
  SeenTask,
  SiteSeen,
  TemporalSeen,
} from '../engine/janitor-types.ts';
import { sameAccount } from '../zerto/accounts.ts';
import { tasksOfKind } from '../zerto/effects/kind-tasks.ts';
import { effectKinds, type EffectKind } from '../zerto/effects/kinds.ts';
import type { Zvm } from '../zerto/zvm.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import type { GuardStart } from '../engine/guard-types.ts';
import { endingOf, Ended } from './outcome.ts';
import type { Surroundings } from './surroundings.ts';
import { perform } from './wrap.ts';

/** What the janitor may ask of Temporal; worker.ts hands it in. Each throws when nobody answers. */
export interface JanitorDirectory {
  /** `guards`: those that the write-ahead files name. */
  survey(guards: readonly string[]): Promise<Omit<TemporalSeen, 'temporal'>>;
  /** False: there is or was one of that id. */
  startGuard(id: string, start: GuardStart): Promise<boolean>;
  /** Makes a guard look at once whether its run lives. */
  wakeGuard(id: string): Promise<void>;
  /** `owner`: as `leases` tells it. */
  releaseLocks(owner: string): Promise<void>;
}

type Done = Exclude<JanitorDecision, { do: 'forget' }>;

/** What the janitor reads and does; what is to be done it does not decide. */
export function janitorActivities(s: Surroundings, temporal: JanitorDirectory, sites: KnownSites) {
  return {
    'janitor/sites': () => Promise.resolve(sites),
    'janitor/look-at-site': ({ site }: { readonly site: string }): Promise<SiteSeen> =>
      perform(signal => lookAtSite(s, site, signal)),
    'janitor/survey': ({ guards }: { readonly guards: readonly string[] }): Promise<TemporalSeen> =>
      perform(async () => ({ ...(await asked(temporal.survey(guards))), temporal: s.openings.temporal })),
    /** Why each could not be done; empty: it was. */
    'janitor/act': ({ decisions }: { readonly decisions: readonly Done[] }): Promise<readonly string[]> =>
      perform(() => Promise.all(decisions.map(decision => act(temporal, decision)))),
    'janitor/forget': ({ site, ids }: { readonly site: string; readonly ids: readonly string[] }): Promise<void> =>
      perform(async () => {
        for (const id of ids) await s.openings.write(site, { kind: 'over', id, at: s.clock() });
      }),
  };
}

async function act(temporal: JanitorDirectory, decision: Done): Promise<string> {
  try {
    switch (decision.do) {
      case 'start-guard':
        if (await temporal.startGuard(decision.id, decision.start)) return '';
        return `${decision.id} has taken over already, and ended: ${decision.why}`;
      case 'wake-guard':
        await temporal.wakeGuard(decision.id);
        return '';
      case 'release':
        await temporal.releaseLocks(decision.owner);
        return '';
    }
  } catch (error) {
    return `${decision.do} failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const kindsLookedFor: Readonly<Record<OpenKind, EffectKind>> = {
  test: effectKinds.failoverTest,
  failover: effectKinds.failover,
  move: effectKinds.move,
};

/** One list of VPGs where nothing is open, and the tasks of each that has something. */
async function lookAtSite({ sites, openings }: Surroundings, site: string, signal: AbortSignal): Promise<SiteSeen> {
  const { zertoName } = sites.settings(site);
  const zvm = await sites.zvm(site, 'plan');
  const all = await zvm.vpgs.list({}, { signal });
  // The other site shows them, too.
  const here = all.filter(({ recoverySite }) => recoverySite.name === '' || recoverySite.name === zertoName);
  const open = await Promise.all(here.flatMap(vpg => seenOpen(zvm, vpg, signal)));
  // After the look: whatever was begun on this machine by then is written down.
  return { site, open, written: await openings.open(site) };
}

function seenOpen(zvm: Zvm, vpg: Vpg, signal: AbortSignal): Promise<SeenOpen>[] {
  return Object.entries(kindsLookedFor).flatMap(([name, kind]) => {
    const stage = vpg.subStatus === 'Promoting' ? '' : kind.stageOf(vpg);
    if (stage === '') return [];
    const seen = { kind: name as OpenKind, vpg: vpg.name, vpgId: vpg.id, stage };
    return [tasksOfKind(zvm, kind, vpg.id, { signal }).then(tasks => ({ ...seen, tasks: inOrder(zvm, tasks) }))];
  });
}

function inOrder(zvm: Zvm, tasks: Awaited<ReturnType<typeof tasksOfKind>>): SeenTask[] {
  return [...tasks]
    .sort((a, b) => Date.parse(a.started) - Date.parse(b.started))
    .map(({ id, initiatedBy, started }) => ({
      id,
      initiatedBy,
      ours: sameAccount(initiatedBy, zvm.account),
      started,
    }));
}

/** Temporal out of reach is a transport fault like any other: tried again. */
async function asked<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof Ended) throw error;
    const message = `Temporal did not answer: ${error instanceof Error ? error.message : endingOf(error).message}`;
    throw new Ended({ type: 'unreachable', message, record: {} });
  }
}
