import { Refusal } from './refusal.ts';
import { commitDocument } from './settings.ts';
import { type SettingsDocument, settingsDocument, spellProperly } from './settings-document.ts';
import { isRecord } from './settings-merge.ts';
import { type SettingsExport, siteIdentified, type SiteState, vpgIdentified, type World } from './state.ts';
import { vpgsSeenBy } from './connection.ts';
import { nameOf, type Order } from './vpg.ts';

/** Keeps the settings of these VPGs, or of all, under the time of now. Gives what was not found. */
export function exportSettings(
  world: World,
  site: SiteState,
  names: readonly string[],
): { readonly time: number; readonly unknown: readonly string[] } {
  const seen = vpgsSeenBy(world, site);
  const wanted = names.length === 0 ? seen : seen.filter(vpg => names.includes(nameOf(vpg)));
  let time = world.clock.now();
  while (world.exports.some(kept => kept.siteId === site.identifier && kept.time === time)) time++;
  const documents = wanted.map(vpg => structuredClone(vpg.settings));
  world.exports.push({ siteId: site.identifier, time, documents });
  return { time, unknown: names.filter(name => !seen.some(vpg => nameOf(vpg) === name)) };
}

export function findExport(world: World, site: SiteState, timeStamp: string): SettingsExport {
  const found = world.exports.find(
    kept => kept.siteId === site.identifier && (kept.time === Date.parse(timeStamp) || `${kept.time}` === timeStamp),
  );
  if (found === undefined) throw new Refusal(404, `No settings were exported at ${timeStamp}.`);
  return found;
}

export function exportedOnWire(world: World, document: SettingsDocument) {
  return {
    SourceSiteName: siteIdentified(world, document.Basic.ProtectedSiteIdentifier)?.spec.zertoName ?? '',
    TargetSiteName: siteIdentified(world, document.Basic.RecoverySiteIdentifier)?.spec.zertoName ?? '',
    ...document,
  };
}

/** Commits what was exported: a VPG that is there is changed, one that is gone is made anew. */
export function importSettings(world: World, sent: unknown, names: readonly string[], order: Order) {
  const invalid: { VpgName: string; ErrorMessages: string[] }[] = [];
  const failed: { VpgName: string; ErrorMessage: string }[] = [];
  const tasks: { VpgName: string; TaskIdentifier: string }[] = [];
  for (const item of Array.isArray(sent) ? (sent as unknown[]) : []) {
    const parsed = settingsDocument.safeParse(spellProperly(item));
    if (!parsed.success) {
      const basic: unknown = isRecord(item) ? item['Basic'] : undefined;
      const VpgName = isRecord(basic) && typeof basic['Name'] === 'string' ? basic['Name'] : '';
      invalid.push({ VpgName, ErrorMessages: parsed.error.issues.map(i => `${i.path.join('.')}: ${i.message}`) });
      continue;
    }
    const VpgName = parsed.data.Basic.Name;
    if (names.length > 0 && !names.includes(VpgName)) continue;
    const { VpgIdentifier } = parsed.data;
    const known = VpgIdentifier === null ? undefined : vpgIdentified(world, VpgIdentifier);
    try {
      const task = commitDocument(world, { ...parsed.data, VpgIdentifier: known?.id ?? null }, order);
      tasks.push({ VpgName, TaskIdentifier: task.id });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 400) invalid.push({ VpgName, ErrorMessages: [error.message] });
      else failed.push({ VpgName, ErrorMessage: error.message });
    }
  }
  return { ValidationFailedResults: invalid, ImportFailedResults: failed, ImportTaskIdentifiers: tasks };
}
