import type { ActionCall, Evidence } from '../actions/call.ts';
import type { Input } from '../actions/index.ts';
import type { Alert } from '../zerto/alerts.ts';
import type { Zvm } from '../zerto/zvm.ts';
import type { Vpg } from '../zerto/vpgs.ts';
import { newestOf, readRecent } from './checkpoints.ts';
import { assertRecoversTo } from './direction.ts';
import { readIsolation, refuseIsolation } from './isolation.ts';
import { reachOf, type Context, type Implementation } from './surroundings.ts';
import { holdUntil, type Look } from './until.ts';
import { judgeReadiness } from './vpg-readiness.ts';

type Call = ActionCall<Input<'zerto/check-vpgs'>>;

/** Proves that VPGs can be recovered now; all that is wrong is told at one go. */
export const checkVpgs: Implementation<'zerto/check-vpgs'> = async (call, context) => {
  const look = async (): Promise<Look<Checked>> => {
    const checked = await checkAll(call, context);
    const { refused, told, evidence } = checked;
    if (refused.length > 0) return { ok: false, saw: refused.join('; '), record: { told, evidence } };
    return { ok: true, saw: `${checked.vpgs.map(v => v.name).join(', ')} ready`, value: checked };
  };
  const { value, attempts, tries } = await holdUntil(look, call.until, call.deadline, context);
  const never = value.vpgs.filter(vpg => vpg.lastTest === undefined).map(vpg => vpg.name);
  const tests = value.vpgs.flatMap(vpg => (vpg.lastTest === undefined ? [] : [Date.parse(vpg.lastTest)]));
  return {
    outputs: {
      worst_rpo: value.worstRpo,
      recovers_to: call.with['recovers-to'] ?? call.site,
      last_test: never.length > 0 || tests.length === 0 ? '' : new Date(Math.min(...tests)).toISOString(),
      never_tested: never,
    },
    told: value.told,
    evidence: value.evidence,
    ...(call.until !== undefined && { attempts, tries }),
  };
};

interface Checked {
  readonly vpgs: readonly Vpg[];
  readonly refused: readonly string[];
  readonly told: readonly string[];
  readonly evidence: readonly Evidence[];
  /** ms. */
  readonly worstRpo: number;
}

async function checkAll(call: Call, context: Context): Promise<Checked> {
  const { signal } = context;
  const zvm = await context.sites.zvm(call.site, reachOf(call));
  const names = [...new Set(call.with.vpgs)];
  const to = call.with['recovers-to'] ?? call.site;
  const vpgs = await assertRecoversTo(to, zvm, call, names, context);
  const alerts = await zvm.alerts.list({}, { signal });
  const refused: string[] = [];
  const told: string[] = [];
  const evidence: Evidence[] = [];
  let worstRpo = 0;
  for (const vpg of vpgs) {
    const seen = await lookAt(vpg, alerts, zvm, call, context);
    refused.push(...seen.refused.map(text => `${vpg.name} ${text}`));
    told.push(...seen.told.map(text => `${vpg.name} ${text}`));
    worstRpo = Math.max(worstRpo, seen.rpoMs ?? 0);
    if (call.run.mode !== 'drill') continue;
    const { facts } = await readIsolation(zvm, vpg.id, context.sites.settings(to), signal);
    evidence.push({ kind: 'isolation', vpg: vpg.name, proof: facts });
    const refusal = refuseIsolation(vpg.name, facts);
    if (refusal !== undefined) refused.push(refusal);
  }
  return { vpgs, refused, told, evidence, worstRpo };
}

async function lookAt(vpg: Vpg, alerts: readonly Alert[], zvm: Zvm, call: Call, { clock, signal }: Context) {
  const newest = newestOf(await readRecent(zvm, vpg.id, clock(), signal));
  const maxRpoMs = call.with['max-rpo'];
  return judgeReadiness(
    {
      vpg,
      newest,
      alerts: alerts.filter(alert => alert.vpgIds.includes(vpg.id)),
      now: clock(),
      ...(maxRpoMs !== undefined && { maxRpoMs }),
    },
    call.run.mode === 'drill' ? 'drill' : 'live',
  );
}
