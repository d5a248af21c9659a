import { vpgsSeenBy } from './connection.ts';
import { Refusal } from './refusal.ts';
import { type Call, json, orderOf, type Reply, type Route } from './router.ts';
import { commitSettings, createSettings, findSettings, putSettings, replaceDocument } from './settings.ts';
import type { SettingsDocument, SettingsVm } from './settings-document.ts';
import { blankDocument, settingsVm } from './settings-make.ts';
import { isRecord } from './settings-merge.ts';
import { type SettingsObject, siteIdentified, vpgIdentified } from './state.ts';

/** The parts of a settings object that have a path of their own. */
const parts = {
  basic: 'Basic',
  bootgroup: 'BootGroups',
  scripting: 'Scripting',
  recovery: 'Recovery',
  journal: 'Journal',
  scratch: 'Scratch',
  networks: 'Networks',
  ltr: 'LongTermRetention',
} as const satisfies Record<string, keyof SettingsDocument>;

export const settingsRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: 'vpgsettings',
    handle: call => json([...call.site.settings.values()].map(object => object.document)),
  },
  { method: 'POST', path: 'vpgsettings', handle: create },
  { method: 'POST', path: 'vpgsettings/copyvpgsettings', handle: copy },
  { method: 'GET', path: 'vpgsettings/{settings}', handle: call => json(objectOf(call).document) },
  { method: 'PUT', needs: 'settings', path: 'vpgsettings/{settings}', handle: call => put(call, []) },
  { method: 'DELETE', path: 'vpgsettings/{settings}', handle: remove },
  { method: 'POST', needs: 'settings', path: 'vpgsettings/{settings}/commit', handle: commit },
  ...Object.entries(parts).flatMap(([path, key]): Route[] => [
    { method: 'GET', path: `vpgsettings/{settings}/${path}`, handle: call => json(objectOf(call).document[key]) },
    { method: 'PUT', needs: 'settings', path: `vpgsettings/{settings}/${path}`, handle: call => put(call, [key]) },
    { method: 'DELETE', needs: 'settings', path: `vpgsettings/{settings}/${path}`, handle: call => reset(call, key) },
  ]),
  {
    method: 'POST',
    needs: 'settings',
    path: 'vpgsettings/{settings}/ltr',
    handle: call => put(call, ['LongTermRetention']),
  },
  {
    method: 'GET',
    path: 'vpgsettings/{settings}/priority',
    handle: call => json(objectOf(call).document.Basic.Priority),
  },
  { method: 'GET', path: 'vpgsettings/{settings}/vms', handle: call => json(objectOf(call).document.Vms) },
  { method: 'POST', needs: 'settings', path: 'vpgsettings/{settings}/vms', handle: addVm },
  { method: 'GET', path: 'vpgsettings/{settings}/vms/{vm}', handle: call => json(vmOf(call)) },
  { method: 'PUT', needs: 'settings', path: 'vpgsettings/{settings}/vms/{vm}', handle: call => putVm(call, call.body) },
  { method: 'DELETE', needs: 'settings', path: 'vpgsettings/{settings}/vms/{vm}', handle: removeVm },
  { method: 'GET', path: 'vpgsettings/{settings}/vms/{vm}/nics', handle: call => json(vmOf(call).Nics) },
  { method: 'GET', path: 'vpgsettings/{settings}/vms/{vm}/nics/{nic}', handle: call => json(member(call, 'nic')) },
  {
    method: 'PUT',
    needs: 'settings',
    path: 'vpgsettings/{settings}/vms/{vm}/nics/{nic}',
    handle: call => putMember(call, 'nic'),
  },
  { method: 'DELETE', needs: 'settings', path: 'vpgsettings/{settings}/vms/{vm}/nics/{nic}', handle: resetNic },
  { method: 'GET', path: 'vpgsettings/{settings}/vms/{vm}/volumes', handle: call => json(vmOf(call).Volumes) },
  {
    method: 'GET',
    path: 'vpgsettings/{settings}/vms/{vm}/volumes/{volume}',
    handle: call => json(member(call, 'volume')),
  },
  {
    method: 'PUT',
    needs: 'settings',
    path: 'vpgsettings/{settings}/vms/{vm}/volumes/{volume}',
    handle: call => putMember(call, 'volume'),
  },
];

const objectOf = (call: Call): SettingsObject => findSettings(call.world, call.site, call.param('settings'));

function create(call: Call): Reply {
  const id = call.field('VpgIdentifier');
  const object = createSettings(
    call.world,
    call.site,
    call.session,
    typeof id === 'string' ? vpgNamed(call, id) : undefined,
  );
  if (isRecord(call.body) && Object.keys(call.body).length > (id === undefined ? 0 : 1)) {
    try {
      putSettings(call.world, object, [], call.body);
    } catch (error) {
      call.site.settings.delete(object.id);
      throw error;
    }
  }
  return json(object.id);
}

function copy(call: Call): Reply {
  const id = call.field('VpgIdentifier');
  if (typeof id !== 'string') throw new Refusal(400, 'VpgIdentifier is missing.');
  const { settings } = vpgNamed(call, id);
  const object = createSettings(call.world, call.site, call.session, undefined);
  // A VM is protected once to a site, and a name is used once: a copy starts without both.
  object.document = {
    ...structuredClone(settings),
    VpgIdentifier: null,
    VpgSettingsIdentifier: object.id,
    Basic: { ...settings.Basic, Name: '' },
    Vms: [],
  };
  return json(object.id);
}

function vpgNamed(call: Call, id: string) {
  const vpg = vpgsSeenBy(call.world, call.site).find(candidate => candidate.id === id.toLowerCase());
  if (vpg === undefined) throw new Refusal(404, `VPG ${id} was not found.`);
  return vpg;
}

function put(call: Call, at: readonly string[]): Reply {
  const object = objectOf(call);
  if (!isRecord(call.body)) throw new Refusal(400, 'The body is not a JSON object.');
  putSettings(call.world, object, at, call.body);
  return 'empty';
}

function remove(call: Call): Reply {
  call.site.settings.delete(objectOf(call).id);
  return 'empty';
}

function commit(call: Call): Reply {
  return json(commitSettings(call.world, objectOf(call), orderOf(call)).id);
}

/** What the VPG has, or a new one begins with. */
function originalOf(call: Call, object: SettingsObject): SettingsDocument {
  const { VpgIdentifier, Basic } = object.document;
  const committed = VpgIdentifier === null ? undefined : vpgIdentified(call.world, VpgIdentifier)?.settings;
  return structuredClone(committed ?? blankDocument(Basic.ProtectedSiteIdentifier, recoveryOf(call, object)));
}

const recoveryOf = (call: Call, { document }: SettingsObject) =>
  siteIdentified(call.world, document.Basic.RecoverySiteIdentifier)?.estate;

function reset(call: Call, key: (typeof parts)[keyof typeof parts]): Reply {
  const object = objectOf(call);
  replaceDocument(call.world, object, { ...object.document, [key]: originalOf(call, object)[key] });
  return 'empty';
}

function vmOf(call: Call): SettingsVm {
  const id = call.param('vm');
  const vm = objectOf(call).document.Vms.find(candidate => candidate.VmIdentifier === id.toLowerCase());
  if (vm === undefined) throw new Refusal(404, `VM ${id} is not in the VPG settings.`);
  return vm;
}

function addVm(call: Call): Reply {
  const object = objectOf(call);
  const id = call.field('VmIdentifier');
  if (typeof id !== 'string') throw new Refusal(400, 'VmIdentifier is missing.');
  const ids = object.document.Vms.map(vm => ({ VmIdentifier: vm.VmIdentifier }));
  if (ids.some(vm => vm.VmIdentifier === id.toLowerCase()))
    throw new Refusal(400, `VM ${id} is in the VPG settings already.`);
  putSettings(
    call.world,
    object,
    ['Vms'],
    [...ids, { ...(isRecord(call.body) ? call.body : {}), VmIdentifier: id.toLowerCase() }],
  );
  return 'empty';
}

function putVm(call: Call, sent: unknown): Reply {
  const object = objectOf(call);
  const { VmIdentifier } = vmOf(call);
  const members = object.document.Vms.map(vm =>
    vm.VmIdentifier === VmIdentifier
      ? { ...(isRecord(sent) ? sent : {}), VmIdentifier }
      : { VmIdentifier: vm.VmIdentifier },
  );
  putSettings(call.world, object, ['Vms'], members);
  return 'empty';
}

function removeVm(call: Call): Reply {
  const object = objectOf(call);
  const gone = vmOf(call);
  replaceDocument(call.world, object, { ...object.document, Vms: object.document.Vms.filter(vm => vm !== gone) });
  return 'empty';
}

const lists = { nic: ['Nics', 'NicIdentifier'], volume: ['Volumes', 'VolumeIdentifier'] } as const;

function member(call: Call, kind: keyof typeof lists) {
  const id = call.param(kind).toLowerCase();
  const vm = vmOf(call);
  const found =
    kind === 'nic'
      ? vm.Nics.find(nic => nic.NicIdentifier.toLowerCase() === id)
      : vm.Volumes.find(volume => volume.VolumeIdentifier.toLowerCase() === id);
  if (found === undefined) throw new Refusal(404, `${call.param(kind)} was not found.`);
  return found;
}

function putMember(call: Call, kind: keyof typeof lists): Reply {
  const [list, key] = lists[kind];
  const found: Readonly<Record<string, unknown>> = member(call, kind);
  const others: readonly Readonly<Record<string, unknown>>[] = vmOf(call)[list];
  return putVm(call, {
    [list]: others.map(other => ({ ...(other === found && isRecord(call.body) ? call.body : {}), [key]: other[key] })),
  });
}

/** DELETE of a NIC puts back what the VPG has for it. */
function resetNic(call: Call): Reply {
  const object = objectOf(call);
  const vm = vmOf(call);
  const found = member(call, 'nic');
  const known = call.world.estate.vmIdentified(vm.VmIdentifier);
  const original =
    originalOf(call, object).Vms.find(other => other.VmIdentifier === vm.VmIdentifier) ??
    (known === undefined ? undefined : settingsVm(known, object.document, recoveryOf(call, object)));
  const Nics = vm.Nics.map(nic =>
    nic === found ? (original?.Nics.find(other => other.NicIdentifier === nic.NicIdentifier) ?? nic) : nic,
  );
  const Vms = object.document.Vms.map(other => (other === vm ? { ...vm, Nics } : other));
  replaceDocument(call.world, object, { ...object.document, Vms });
  return 'empty';
}
