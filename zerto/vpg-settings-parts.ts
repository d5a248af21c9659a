import * as z from 'zod';
import type { Caller } from './caller.ts';
import { segment } from './paths.ts';
import { get } from './reading.ts';
import type {
  SettingsBasic,
  SettingsBootGroups,
  SettingsNetworks,
  SettingsNic,
  SettingsRecovery,
  SettingsScripting,
  SettingsStorage,
  SettingsVm,
  SettingsVolume,
} from './settings-types.ts';
import type { Call } from './types.ts';
import { settingsNicWire, settingsPartWires, settingsVmWire, settingsVolumeWire } from './wire-settings.ts';

/** Parts of a settings object that have a path of their own, by that path. */
export interface SettingsParts {
  readonly basic: SettingsBasic;
  readonly bootgroup: SettingsBootGroups;
  readonly scripting: SettingsScripting;
  readonly recovery: SettingsRecovery | null;
  readonly journal: SettingsStorage | null;
  readonly scratch: SettingsStorage | null;
  readonly networks: SettingsNetworks;
  /** Long-term retention, 8.0 and later: kept as it is, set by Zerto's own interface. */
  readonly ltr: { Enabled?: boolean; [key: string]: unknown } | null;
}

type Sending = Pick<Call, 'signal'>;

export interface SettingsPart<T> {
  get(call?: Call): Promise<T>;
  put(value: T, call?: Sending): Promise<void>;
  /** Back to what the VPG has, or to the default of a new one. */
  delete(call?: Sending): Promise<void>;
}

/** VMs in a settings object, and in one of them volumes and NICs. */
export interface SettingsVms {
  list(call?: Call): Promise<SettingsVm[]>;
  /** The ZVM fills in what is left out. */
  add(vm: Partial<SettingsVm> & Pick<SettingsVm, 'VmIdentifier'>, call?: Sending): Promise<void>;
  get(vmId: string, call?: Call): Promise<SettingsVm>;
  put(vmId: string, vm: SettingsVm, call?: Sending): Promise<void>;
  delete(vmId: string, call?: Sending): Promise<void>;
  volumes(vmId: string): {
    list(call?: Call): Promise<SettingsVolume[]>;
    get(volumeId: string, call?: Call): Promise<SettingsVolume>;
    put(volumeId: string, volume: SettingsVolume, call?: Sending): Promise<void>;
  };
  nics(vmId: string): {
    list(call?: Call): Promise<SettingsNic[]>;
    get(nicId: string, call?: Call): Promise<SettingsNic>;
    put(nicId: string, nic: SettingsNic, call?: Sending): Promise<void>;
    /** Back to what the VPG has. */
    delete(nicId: string, call?: Sending): Promise<void>;
  };
}

export function settingsPart<P extends keyof SettingsParts>(
  caller: Caller,
  object: string,
  part: P,
): SettingsPart<SettingsParts[P]> {
  const path = `${object}/${part}`;
  // The cast: TypeScript does not see that the wire of a part gives that part.
  const wire = settingsPartWires[part] as unknown as z.ZodType<SettingsParts[P]>;
  return {
    get: call => caller.read(get(path, call), wire),
    put: (value, { signal } = {}) => caller.send({ method: 'PUT', path, body: value, signal }),
    delete: ({ signal } = {}) => caller.send({ method: 'DELETE', path, signal }),
  };
}

export function settingsVms(caller: Caller, object: string): SettingsVms {
  const top = `${object}/vms`;
  const put = (path: string, body: unknown, { signal }: Sending = {}) =>
    caller.send({ method: 'PUT', path, body, signal });
  const remove = (path: string, { signal }: Sending = {}) => caller.send({ method: 'DELETE', path, signal });
  const vmPath = (vmId: string) => `${top}/${segment(vmId)}`;
  return {
    list: call => caller.read(get(top, call), z.array(settingsVmWire)),
    add: (vm, { signal } = {}) => caller.send({ method: 'POST', path: top, body: vm, signal }),
    get: (vmId, call) => caller.read(get(vmPath(vmId), call), settingsVmWire),
    put: (vmId, vm, call) => put(vmPath(vmId), vm, call),
    delete: (vmId, call) => remove(vmPath(vmId), call),
    volumes(vmId) {
      const volumes = `${vmPath(vmId)}/volumes`;
      return {
        list: call => caller.read(get(volumes, call), z.array(settingsVolumeWire)),
        get: (volumeId, call) => caller.read(get(`${volumes}/${segment(volumeId)}`, call), settingsVolumeWire),
        put: (volumeId, volume, call) => put(`${volumes}/${segment(volumeId)}`, volume, call),
      };
    },
    nics(vmId) {
      const nics = `${vmPath(vmId)}/nics`;
      return {
        list: call => caller.read(get(nics, call), z.array(settingsNicWire)),
        get: (nicId, call) => caller.read(get(`${nics}/${segment(nicId)}`, call), settingsNicWire),
        put: (nicId, nic, call) => put(`${nics}/${segment(nicId)}`, nic, call),
        delete: (nicId, call) => remove(`${nics}/${segment(nicId)}`, call),
      };
    },
  };
}
