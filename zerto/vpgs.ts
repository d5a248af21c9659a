import * as z from 'zod';
import type { Caller } from './caller.ts';
import { testStageOf, vpgStatusOf, vpgSubStatuses, wordOf } from './enums.ts';
import { linkedId } from './links.ts';
import { segment } from './paths.ts';
import type { Call, Checkpoint, EffectCall, Vpg } from './types.ts';
import { checkpointWire, identifierWire, vpgWire } from './wire.ts';

export async function readVpgs(caller: Caller, { signal }: Call = {}): Promise<Vpg[]> {
  return (await caller.read({ method: 'GET', path: 'vpgs', signal }, z.array(vpgWire))).map(vpgOf);
}

export async function readVpg(caller: Caller, id: string, { signal }: Call = {}): Promise<Vpg> {
  return vpgOf(await caller.read({ method: 'GET', path: `vpgs/${segment(id)}`, signal }, vpgWire));
}

/** By time, newest last: the order in which a ZVM lists them is not documented. */
export async function readCheckpoints(
  caller: Caller,
  vpgId: string,
  { signal, from, to }: Call & { readonly from?: string; readonly to?: string } = {},
): Promise<Checkpoint[]> {
  const wire = await caller.read(
    { method: 'GET', path: `vpgs/${segment(vpgId)}/checkpoints`, query: { startDate: from, endDate: to }, signal },
    z.array(checkpointWire),
  );
  return wire
    .map(checkpoint => ({
      id: checkpoint.CheckpointIdentifier,
      time: checkpoint.TimeStamp,
      tag: checkpoint.Tag ?? undefined,
      type: orElse(checkpoint.Type, 0),
    }))
    .sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
}

/** Each action gives the id of its task. */
export function postVpgAction(
  caller: Caller,
  vpgId: string,
  action: 'checkpoints' | 'FailoverTest' | 'FailoverTestStop',
  body: Readonly<Record<string, unknown>>,
  { signal, notAfter }: EffectCall,
): Promise<string> {
  const path = `vpgs/${segment(vpgId)}/${action}`;
  return caller.read({ method: 'POST', path, body, signal, notAfter }, identifierWire);
}

function vpgOf(wire: z.output<typeof vpgWire>): Vpg {
  const test = wire.ActiveProcessesApi?.RunningFailOverTestApi;
  return {
    id: wire.VpgIdentifier,
    name: wire.VpgName,
    status: vpgStatusOf(wire.Status, wire.StatusDescription),
    subStatus: wordOf(vpgSubStatuses, wire.SubStatus),
    protectedSite: {
      identifier: linkedId(wire.ProtectedSite),
      name: wire.ProtectedSiteName ?? wire.SourceSite ?? '',
    },
    recoverySite: { identifier: linkedId(wire.RecoverySite), name: wire.RecoverySiteName ?? wire.TargetSite ?? '' },
    // A running test has no Status of its own: only this object tells (docs/zerto.md §2).
    testStage: test === null || test === undefined ? undefined : testStageOf(test.Stage),
    lastTest: wire.LastTest,
    configuredRpoSeconds: orElse(wire.ConfiguredRpoSeconds, 0),
    actualRpo: orElse(wire.ActualRPO, 0),
    vmsCount: orElse(wire.VmsCount, 0),
    progressPercentage: orElse(wire.ProgressPercentage, 0),
  };
}

function orElse(number: number, otherwise: number): number {
  return Number.isFinite(number) ? number : otherwise;
}
