import type { Evidence } from '../actions/call.ts';
import type { JsonMap } from '../actions/json.ts';
import type { ResourceSample } from '../zerto/reports-resources.ts';
import { canonicalJson, sha256 } from './canonical-json.ts';
import { assertRecoversHere } from './direction.ts';
import { reachOf, type Implementation } from './surroundings.ts';

/** Of all samples together, bytes: Temporal refuses a result of more than 2 MiB. */
const evidenceBytes = 1_000_000;

/** Reads the samples of the resources report for a span that ends now. */
export const resourcesReport: Implementation<'zerto/resources-report'> = async (call, context) => {
  const { signal, clock } = context;
  const zvm = await context.sites.zvm(call.site, reachOf(call));
  const names = call.with.vpgs === undefined ? undefined : [...new Set(call.with.vpgs)];
  if (names !== undefined) await assertRecoversHere(zvm, call, names, context);
  const now = clock();
  const span = { startTime: new Date(now - call.with.last).toISOString(), endTime: new Date(now).toISOString() };
  // One VPG is asked for by name; more are chosen here, or each would take pages of its own.
  const [only, second] = names ?? [];
  const filter = only !== undefined && second === undefined ? { ...span, vpgName: only } : span;
  const read = await zvm.reports.resources(filter, { signal });
  const samples = sortByTime(read.filter(sample => names === undefined || names.includes(sample.vpgName)));
  const times = samples.flatMap(({ time }) => time ?? []);
  const { evidence, shown } = boundSamples(samples, evidenceBytes);
  const silent = names?.filter(name => !samples.some(sample => sample.vpgName === name)) ?? [];
  const told = silent.map(name => `the resources report has no sample of ${name} in this span`);
  if (shown < samples.length) {
    told.push(`the report of the run holds the newest ${shown} of ${samples.length} samples; the SHA-256 is of all`);
  }
  return {
    outputs: { samples: samples.length, from: times[0] ?? '', to: times.at(-1) ?? '' },
    told,
    evidence: [evidence],
  };
};

/** Oldest first; what states no time comes before all. */
function sortByTime(samples: readonly ResourceSample[]): ResourceSample[] {
  const timeOf = ({ time }: ResourceSample) => (time === undefined ? 0 : Date.parse(time));
  return [...samples].sort((a, b) => timeOf(a) - timeOf(b));
}

/** The newest that fit, as they came. The hash is of all of them, oldest first, as canonical JSON. */
export function boundSamples(
  samples: readonly Pick<ResourceSample, 'raw'>[],
  bytes: number,
): { readonly evidence: Evidence; readonly shown: number } {
  const all = samples.map(({ raw }) => JSON.parse(JSON.stringify(raw)) as JsonMap);
  let size = 0;
  let first = all.length;
  for (const sample of all.toReversed()) {
    size += Buffer.byteLength(JSON.stringify(sample)) + 1;
    if (size > bytes) break;
    first--;
  }
  const seen = { sha256: sha256(canonicalJson(all)), samples: all.slice(first) };
  return { evidence: { kind: 'observation', what: 'resources report', seen }, shown: all.length - first };
}
