import { NotFound, Refused } from '../errors.ts';
import type { Call } from '../types.ts';
import type { Zvm } from '../zvm.ts';
import { tasksOfKind } from './kind-tasks.ts';
import type { EffectKind } from './kinds.ts';

/** What stood at the ZVM before an effect was first tried. Later looks compare sets of ids, never clocks. Plain JSON. */
export interface Baseline {
  /** Ids of the VPG's tasks of the effect's kind. */
  readonly tasks: readonly string[];
  /** Ids of its recovery reports of that type. */
  readonly reports: readonly string[];
  /** What the VPG showed of it; empty: nothing. */
  readonly stage: string;
  /** Id of its newest checkpoint; empty: none, or the ZVM does not tell. */
  readonly checkpoint: string;
}

/** What is known of an opening that we made, or may have made. */
export interface Begun {
  readonly baseline: Pick<Baseline, 'tasks'>;
  /** Its task, where it is known. */
  readonly taskId?: string;
  /** Until then a call without an answer may still arrive, ms since 1970. */
  readonly lateUntil?: number;
}

/** To be recorded before the first attempt. Reads only. */
export async function takeBaseline(
  zvm: Zvm,
  kind: EffectKind,
  vpgId: string,
  call: Pick<Call, 'signal'> = {},
): Promise<Baseline> {
  const vpg = await zvm.vpgs.get(vpgId, call);
  const [tasks, reports, checkpoint] = await Promise.all([
    tasksOfKind(zvm, kind, vpgId, call),
    kind.report === undefined ? [] : zvm.reports.recovery({ vpgName: vpg.name, recoveryType: kind.report }, call),
    newestCheckpoint(zvm, vpgId, call),
  ]);
  return {
    tasks: tasks.map(({ id }) => id),
    reports: reports.filter(report => report.vpgId === vpgId).map(({ id }) => id),
    stage: kind.stageOf(vpg),
    checkpoint,
  };
}

async function newestCheckpoint(zvm: Zvm, vpgId: string, call: Pick<Call, 'signal'>): Promise<string> {
  try {
    return (await zvm.vpgs.checkpointStats(vpgId, call)).latest?.id ?? '';
  } catch (error) {
    // Older versions do not have the short form, and only for this a whole journal is not read.
    if (error instanceof NotFound || error instanceof Refused) return '';
    throw error;
  }
}
