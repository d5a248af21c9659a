import {
  commitPolicies,
  entityTypes,
  pairingStatuses,
  priorities,
  retentionPolicies,
  shutdownPolicies,
  vpgStatuses,
  vpgSubStatuses,
} from './enums.ts';
import { eventCategories, eventEntities, eventTypes } from './enums-event.ts';
import { taskTypes } from './enums-task.ts';
import { json, type Route } from './router.ts';

const alertHelp = [3, 4, 5, 6, 7, 9, 10, 14, 17, 51].map(n => `VPG${`${n}`.padStart(4, '0')}`);

/** The enum lists: arrays of names. They stand before the routes that take an identifier in their place. */
export const listRoutes: readonly Route[] = Object.entries({
  'vpgs/statuses': vpgStatuses,
  'vpgs/substatuses': vpgSubStatuses,
  'vpgs/priorities': priorities,
  'vpgs/entitytypes': entityTypes,
  'vpgs/failovercommitpolicies': commitPolicies,
  'vpgs/failovershutdownpolicies': shutdownPolicies,
  'vpgs/retentionpolicies': retentionPolicies,
  'peersites/pairingstatuses': pairingStatuses,
  'localsite/pairingstatuses': pairingStatuses,
  'alerts/levels': ['Warning', 'Error'],
  'alerts/entities': ['Vpg', 'Site'],
  'alerts/helpidentifiers': alertHelp,
  'tasks/types': taskTypes,
  'events/types': eventTypes,
  'events/entities': eventEntities,
  'events/categories': eventCategories,
}).map(([path, names]) => ({ method: 'GET', path, handle: () => json(names) }));
