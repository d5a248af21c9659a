import {
  commitPolicies,
  entityTypes,
  pairingStatuses,
  priorities,
  shutdownPolicies,
  vpgStatuses,
  vpgSubStatuses,
} from './enums.ts';
import { json, type Route } from './router.ts';

/** The enum lists: arrays of names. They stand before the routes that take an identifier in their place. */
export const listRoutes: readonly Route[] = Object.entries({
  'vpgs/statuses': vpgStatuses,
  'vpgs/substatuses': vpgSubStatuses,
  'vpgs/priorities': priorities,
  'vpgs/entitytypes': entityTypes,
  'vpgs/failovercommitpolicies': commitPolicies,
  'vpgs/failovershutdownpolicies': shutdownPolicies,
  'peersites/pairingstatuses': pairingStatuses,
  'localsite/pairingstatuses': pairingStatuses,
  'alerts/levels': ['Warning', 'Error'],
  'tasks/types': [
    'FailOverTest',
    'StopFailOverTest',
    'InsertTaggedCP',
    'CreateProtectionGroup',
    'UpdateProtectionGroup',
  ],
  // Zorgs and service profiles belong to cloud providers; the simulated estate has none.
  zorgs: [],
  serviceprofiles: [],
}).map(([path, names]) => ({ method: 'GET', path, handle: () => json(names) }));
