import * as z from 'zod';
import type { Caller } from './caller.ts';
import { segment } from './paths.ts';
import { get } from './reading.ts';
import type { Call, EffectCall } from './types.ts';
import { type Raw, wireList, wireObject, wireText } from './wire-value.ts';

/** What an import did, VPG by VPG. */
export interface Imported {
  /** Refused before anything was made. */
  readonly invalid: readonly { readonly vpgName: string; readonly reasons: readonly string[] }[];
  readonly failed: readonly { readonly vpgName: string; readonly reason: string }[];
  readonly started: readonly { readonly vpgName: string; readonly taskId: string }[];
}

/** Settings that the ZVM keeps as files of its own (9.x and later). An export is named by its time stamp. */
export interface SettingsExports {
  /** Writes one; gives its time stamp. Changes no VPG. `result`, `message`: the ZVM's own words. */
  create(
    vpgNames: readonly string[],
    call?: Pick<Call, 'signal'>,
  ): Promise<{ readonly timeStamp: string; readonly result: string; readonly message: string }>;
  /** Time stamps. */
  list(call?: Call): Promise<string[]>;
  vpgs(
    timeStamp: string,
    call?: Call,
  ): Promise<{ readonly vpgName: string; readonly protectedSite: string; readonly recoverySite: string }[]>;
  /** The settings of some of its VPGs, for `import`. `error`: empty where there was none. */
  settings(
    timeStamp: string,
    vpgNames: readonly string[],
    call?: Pick<Call, 'signal'>,
  ): Promise<{ readonly settings: readonly Raw[]; readonly error: string }>;
  /** Makes VPGs of exported settings; each has a task of its own. */
  import(settings: readonly Raw[], vpgNames: readonly string[], call: EffectCall): Promise<Imported>;
}

export function settingsExports(caller: Caller): SettingsExports {
  const top = 'vpgSettings/exportedSettings';
  return {
    async create(vpgNames, { signal } = {}) {
      const body = { VpgNames: vpgNames };
      const made = await caller.read({ method: 'POST', path: 'vpgSettings/exportSettings', body, signal }, madeWire);
      const { TimeStamp, ExportResult } = made;
      return { timeStamp: TimeStamp, result: ExportResult?.Result ?? '', message: ExportResult?.Message ?? '' };
    },
    async list(call) {
      const found = await caller.read(get(top, call), z.array(wireObject({ TimeStamp: z.string() })));
      return found.map(({ TimeStamp }) => TimeStamp);
    },
    async vpgs(timeStamp, call) {
      const vpgs = await caller.read(get(`${top}/${segment(timeStamp)}/vpgsinfo`, call), z.array(vpgWire));
      return vpgs.map(vpg => ({
        vpgName: vpg.VpgName,
        protectedSite: vpg.SourceSiteName,
        recoverySite: vpg.TargetSiteName,
      }));
    },
    async settings(timeStamp, vpgNames, { signal } = {}) {
      const path = `${top}/${segment(timeStamp)}`;
      // A POST that only reads: its body names what is wanted.
      const read = { method: 'POST', path, body: { VpgNames: vpgNames }, effect: false, signal } as const;
      const { ExportedVpgSettingsApi, ErrorMessage } = await caller.read(read, settingsWire);
      return { settings: ExportedVpgSettingsApi, error: ErrorMessage };
    },
    async import(settings, vpgNames, { signal, notAfter }) {
      const body = { ExportedVpgSettingsApi: settings, VpgNames: vpgNames };
      const path = 'vpgSettings/import';
      const done = await caller.read({ method: 'POST', path, body, signal, notAfter }, importedWire);
      return {
        invalid: done.ValidationFailedResults.map(vpg => ({ vpgName: vpg.VpgName, reasons: vpg.ErrorMessages })),
        failed: done.ImportFailedResults.map(vpg => ({ vpgName: vpg.VpgName, reason: vpg.ErrorMessage })),
        started: done.ImportTaskIdentifiers.map(vpg => ({ vpgName: vpg.VpgName, taskId: vpg.TaskIdentifier })),
      };
    },
  };
}

const madeWire = wireObject({
  TimeStamp: z.string(),
  ExportResult: wireObject({ Result: wireText, Message: wireText }).nullish(),
});
const vpgWire = wireObject({ VpgName: z.string(), SourceSiteName: wireText, TargetSiteName: wireText });
const settingsWire = wireObject({
  ExportedVpgSettingsApi: wireList(z.record(z.string(), z.unknown())),
  ErrorMessage: wireText,
});
const importedWire = wireObject({
  ValidationFailedResults: wireList(wireObject({ VpgName: wireText, ErrorMessages: wireList(z.string()) })),
  ImportFailedResults: wireList(wireObject({ VpgName: wireText, ErrorMessage: wireText })),
  ImportTaskIdentifiers: wireList(wireObject({ VpgName: wireText, TaskIdentifier: z.string() })),
});
