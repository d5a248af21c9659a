import type { Checkpoint as Wanted } from '../actions/checkpoint.ts';
import type { Checkpoint } from '../zerto/vpgs.ts';
import { checkpointOf, chooseCheckpoint, type Chosen, readRecent } from './checkpoints.ts';
import { assertRecoversHere } from './direction.ts';
import { StepFailed } from './outcome.ts';
import { spellDuration } from './spell.ts';
import { reachOf, type Implementation } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';

/** One point in time for several VPGs. */
export const chooseCheckpoints: Implementation<'zerto/choose-checkpoints'> = async (call, context) => {
  const zvm = await context.sites.zvm(call.site, reachOf(call));
  const { signal } = context;
  const names = [...new Set(call.with.vpgs)];
  await assertRecoversHere(zvm, call, names, context);
  const now = context.clock();
  const wanted = names.map(vpg => ({ vpg, wanted: checkpointOf(call.with.checkpoint, vpg) }));
  const read = (recent: boolean) =>
    Promise.all(
      wanted.map(async one => {
        const id = vpgId(call, one.vpg);
        const latest = one.wanted.by === 'latest' && recent;
        return {
          ...one,
          journal: await (latest ? readRecent(zvm, id, now, signal) : zvm.vpgs.checkpoints(id, { signal })),
        };
      }),
    );
  const recent = tryAlign(await read(true), now);
  // Where the VPGs have no moment of the last hour in common, the whole journals decide, and say what is wrong.
  const chosen = recent ?? alignCheckpoints(await read(false), now);
  const times = [...chosen.values()].map(c => Date.parse(c.time));
  const oldest = Math.min(...times);
  const spread = Math.max(...times) - oldest;
  if (spread > call.with['max-spread']) {
    const list = [...chosen].map(([vpg, c]) => `${vpg} ${c.time}`).join(', ');
    throw new StepFailed(
      `the checkpoints lie ${spellDuration(spread)} apart, more than max-spread ${spellDuration(call.with['max-spread'])}: ${list}`,
    );
  }
  return {
    outputs: {
      chosen: Object.fromEntries(
        [...chosen].map(([vpg, c]) => [
          vpg,
          {
            by: 'id' as const,
            id: c.id,
            time: new Date(c.time).toISOString(),
            ...(c.wasLatest && { wasLatest: true }),
          },
        ]),
      ),
      oldest: new Date(oldest).toISOString(),
      spread,
    },
  };
};

interface Journal {
  readonly vpg: string;
  readonly wanted: Wanted;
  readonly journal: readonly Checkpoint[];
}

function tryAlign(journals: readonly Journal[], now: number): Map<string, Chosen> | undefined {
  try {
    return alignCheckpoints(journals, now);
  } catch (error) {
    if (error instanceof StepFailed) return undefined;
    throw error;
  }
}

/**
 * With `latest` no VPG may be ahead of the others: each gives its newest checkpoint that is not newer than the oldest of
 * the newest ones. Other choices name their point in time themselves.
 * @throws StepFailed
 */
export function alignCheckpoints(journals: readonly Journal[], now: number): Map<string, Chosen> {
  const first = journals.map(j => ({ ...j, chosen: chooseCheckpoint(j.journal, j.wanted, j.vpg, now) }));
  const newest = first.filter(j => j.wanted.by === 'latest').map(j => Date.parse(j.chosen.time));
  const bound = Math.min(...newest);
  return new Map(
    first.map(({ vpg, wanted, journal, chosen }) => {
      if (wanted.by !== 'latest') return [vpg, chosen];
      const upToBound = journal.filter(c => Date.parse(c.time) <= bound);
      if (upToBound.length === 0) {
        throw new StepFailed(
          `${vpg} has no checkpoint as old as ${new Date(bound).toISOString()}, the newest that all of these VPGs have`,
        );
      }
      return [vpg, chooseCheckpoint(upToBound, wanted, vpg, now)];
    }),
  );
}
