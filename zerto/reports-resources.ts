import * as z from 'zod';
import type { Caller } from './caller.ts';
import { get } from './reading.ts';
import type { Call } from './types.ts';
import { resourceSampleWire } from './wire-evidence.ts';
import { type Raw, wireProjected } from './wire-value.ts';

/** What one protected VM used at one moment. Sizes and loads are in `raw`: they differ by version. */
export interface ResourceSample {
  /** ISO 8601; undefined where the ZVM does not tell. */
  readonly time: string | undefined;
  readonly vpgName: string;
  readonly vmName: string;
  readonly zorgName: string;
  readonly protectedSite: string;
  readonly recoverySite: string;
  readonly raw: Raw;
}

/** The ZVM's own names of what may be asked for (docs/zerto.md §6). Times: ISO 8601. */
export interface ResourcesFilter {
  readonly startTime?: string;
  readonly endTime?: string;
  readonly zorgName?: string;
  readonly vpgName?: string;
  readonly vmName?: string;
  readonly protectedSiteName?: string;
  readonly protectedClusterName?: string;
  readonly protectedHostName?: string;
  readonly protectedOrgVdc?: string;
  readonly protectedVcdOrg?: string;
  readonly recoverySiteName?: string;
  readonly recoveryClusterName?: string;
  readonly recoveryHostName?: string;
  readonly recoveryOrgVdc?: string;
  readonly recoveryVcdOrg?: string;
}

export interface ResourcesReports {
  /** `/v1/reports/resources`, all pages, with a session. What a sample tells of the filter is applied by the client too. */
  resources(filter?: ResourcesFilter, call?: Call): Promise<ResourceSample[]>;
  /**
   * The report service that is older than /v1/: needs no session, and gives pages of at most 500 as they are asked for.
   * `from`, `to`: ISO 8601. With a `filter` it is asked by `getSamplesWithFilter`; the text goes out as it is, since no
   * source tells how one is written.
   */
  resourceSamples(
    period: { readonly from: string; readonly to: string; readonly filter?: string },
    call?: Call,
  ): AsyncGenerator<ResourceSample[], void>;
}

/** The most that a page of the old service may hold; of the other it is not known (docs/zerto.md §6). */
const samplesAtOnce = 500;

export function resourcesReports(caller: Caller): ResourcesReports {
  return {
    async resources(filter = {}, call) {
      const found: ResourceSample[] = [];
      const pages = paged(async page => {
        const query = { ...filter, pageNumber: String(page + 1), pageSize: String(samplesAtOnce) };
        return caller.read(get('reports/resources', call, query), z.array(sample));
      });
      for await (const page of pages) found.push(...page.filter(each => isWanted(each, filter)));
      return found;
    },
    resourceSamples({ from, to, filter }, call) {
      const method = filter === undefined ? 'getSamples' : 'getSamplesWithFilter';
      return paged(page => {
        const query = {
          fromTimeString: toSeconds(from),
          toTimeString: toSeconds(to),
          startIndex: String(page * samplesAtOnce),
          count: String(samplesAtOnce),
          filter,
        };
        const request = get(`ZvmService/ResourcesReport/${method}`, call, query);
        return caller.read({ ...request, base: 'root', anonymous: true }, z.array(sample));
      }, samplesAtOnce);
    },
  };
}

/** Until a page is empty, not full where its size is known, or the one before it: then this ZVM knows no pages. */
async function* paged(
  read: (page: number) => Promise<ResourceSample[]>,
  size = 1,
): AsyncGenerator<ResourceSample[], void> {
  let last = '';
  for (let page = 0; ; page++) {
    const samples = await read(page);
    const text = JSON.stringify(samples.map(({ raw }) => raw));
    if (samples.length === 0 || text === last) return;
    last = text;
    yield samples;
    if (samples.length < size) return;
  }
}

function isWanted(each: ResourceSample, filter: ResourcesFilter): boolean {
  const fits = (stated: string, wanted: string | undefined) =>
    wanted === undefined || stated === '' || stated.toLowerCase() === wanted.toLowerCase();
  return (
    fits(each.vpgName, filter.vpgName) &&
    fits(each.vmName, filter.vmName) &&
    fits(each.zorgName, filter.zorgName) &&
    fits(each.protectedSite, filter.protectedSiteName) &&
    fits(each.recoverySite, filter.recoverySiteName)
  );
}

/** `2024-05-01 10:00:00`: the form that the old service reads. */
function toSeconds(time: string): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', ' ');
}

const sample = wireProjected(
  resourceSampleWire,
  (wire, raw): ResourceSample => ({
    time: wire.SampleTime,
    vpgName: wire.Vpg?.VpgName ?? '',
    vmName: wire.ProtectedSite?.VmInfo?.VmName ?? '',
    zorgName: wire.Vpg?.ZorgName ?? '',
    protectedSite: wire.ProtectedSite?.SiteName ?? '',
    recoverySite: wire.RecoverySite?.SiteName ?? '',
    raw,
  }),
);
