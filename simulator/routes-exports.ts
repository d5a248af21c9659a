import { Refusal } from './refusal.ts';
import { type Call, json, orderOf, type Reply, type Route } from './router.ts';
import { exportedOnWire, exportSettings, findExport, importSettings } from './settings-exports.ts';
import { siteIdentified } from './state.ts';
import { iso } from './wire-links.ts';

/** Before the routes that take the identifier of a settings object in the same place. */
export const exportRoutes: readonly Route[] = [
  { method: 'POST', path: 'vpgsettings/exportsettings', handle: postExport },
  { method: 'GET', path: 'vpgsettings/exportedsettings', handle: listExports },
  { method: 'POST', path: 'vpgsettings/exportedsettings/{time}', handle: readExport },
  { method: 'GET', path: 'vpgsettings/exportedsettings/{time}/vpgsinfo', handle: listVpgs },
  { method: 'POST', path: 'vpgsettings/import', needs: 'settings', handle: postImport },
];

function postExport(call: Call): Reply {
  const { time, unknown } = exportSettings(call.world, call.site, namesOf(call));
  const Message = unknown.map(name => `VPG ${name} was not found.`).join(' ');
  return json({ TimeStamp: iso(time), ExportResult: { Result: unknown.length === 0 ? 'Success' : 'Failed', Message } });
}

function listExports(call: Call): Reply {
  const own = call.world.exports.filter(kept => kept.siteId === call.site.identifier);
  return json(own.map(kept => ({ TimeStamp: iso(kept.time) })));
}

function readExport(call: Call): Reply {
  const names = namesOf(call);
  const { documents } = findExport(call.world, call.site, call.param('time'));
  const found = documents.filter(({ Basic }) => names.length === 0 || names.includes(Basic.Name));
  const missing = names.filter(name => !found.some(({ Basic }) => Basic.Name === name));
  return json({
    ExportedVpgSettingsApi: found.map(document => exportedOnWire(call.world, document)),
    ErrorMessage: missing.length === 0 ? null : `Not exported: ${missing.join(', ')}`,
  });
}

function listVpgs(call: Call): Reply {
  const { documents } = findExport(call.world, call.site, call.param('time'));
  const nameOf = (id: string): string => siteIdentified(call.world, id)?.spec.zertoName ?? '';
  return json(
    documents.map(({ Basic }) => ({
      VpgName: Basic.Name,
      SourceSiteName: nameOf(Basic.ProtectedSiteIdentifier),
      TargetSiteName: nameOf(Basic.RecoverySiteIdentifier),
    })),
  );
}

function postImport(call: Call): Reply {
  return json(importSettings(call.world, call.field('ExportedVpgSettingsApi'), namesOf(call), orderOf(call)));
}

function namesOf(call: Call): readonly string[] {
  const names = call.field('VpgNames') ?? [];
  if (!Array.isArray(names) || !names.every(name => typeof name === 'string')) {
    throw new Refusal(400, 'VpgNames is not a list of names.');
  }
  return names;
}
