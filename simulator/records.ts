import type { EventType } from './enums-event.ts';
import type { TaskType } from './enums-task.ts';

/** On as long as its reason holds. */
export interface Alert {
  readonly id: string;
  readonly level: 'Warning' | 'Error';
  readonly entity: 'Vpg' | 'Site';
  readonly help: string;
  readonly description: string;
  readonly vpgIds: readonly string[];
  /** ms since 1970. */
  readonly turnedOn: number;
  dismissed: boolean;
}

/** `time`: ms since 1970. */
export interface ZvmEvent {
  readonly id: string;
  readonly time: number;
  readonly type: EventType;
  readonly category: 'Events' | 'Alerts';
  readonly entity: 'VPG' | 'Site';
  readonly description: string;
  readonly success: boolean;
  readonly by: string;
  /** Sites that tell of it; the first is its SiteName. */
  readonly siteIds: readonly string[];
  readonly vpgIds: readonly string[];
  readonly alertId: string | undefined;
}

/** Numbers of the vendor's TaskState. */
export const taskStates = { inProgress: 1, waiting: 2, failed: 4, stopped: 5, completed: 6 } as const;

/** Times: ms since 1970. */
export interface Task {
  /** `<guid>.<guid of the site that answered>`. */
  readonly id: string;
  readonly siteId: string;
  readonly type: TaskType;
  readonly started: number;
  readonly due: number;
  readonly initiatedBy: string;
  readonly vpgId: string;
  readonly siteIds: readonly string[];
  state: (typeof taskStates)[keyof typeof taskStates];
  completed: number | undefined;
  reason: string;
}

/** One recovery operation, as it stands in /v1/reports/recovery. Times: ms since 1970. */
export interface RecoveryReport {
  readonly id: string;
  readonly vpgId: string;
  readonly vpgName: string;
  readonly type: 'Failover' | 'FailoverTest' | 'Move';
  readonly siteIds: readonly string[];
  readonly protectedSite: string;
  readonly recoverySite: string;
  readonly start: number;
  readonly end: number;
  readonly pointInTime: number;
  readonly rtoMs: number;
  readonly success: boolean;
  readonly status: string;
  readonly by: string;
  readonly notes: string;
  readonly host: string;
  readonly datastore: string;
  readonly network: string;
  readonly vms: readonly { readonly name: string; readonly networks: readonly string[] }[];
  readonly steps: readonly { readonly description: string; readonly start: number; readonly end: number }[];
}
