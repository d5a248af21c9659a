// The client's face for those who use it without the rest of the project (docs/client.md).

export { createPace, createZvm, changeOnly, drillOnly, readOnly, type ZvmOptions } from './client.ts';
export type { Account, Generation } from './accounts.ts';
export type { Trust } from './tls.ts';
export type { AllowList, Call, EffectCall, Named } from './types.ts';
export type { Zvm } from './zvm.ts';

export type { Alert } from './alerts.ts';
export type { ZvmEvent } from './events.ts';
export type { Task, TaskFilter } from './tasks.ts';
export type { Checkpoint, Failover, Move, Vpg, VpgFilter } from './vpgs.ts';

export type { Applied, ApplyOptions, ApplyState, Planned } from './settings/apply.ts';
export type { Desired } from './settings/desired.ts';
export type { Change } from './settings/difference.ts';
export type { SettingsDocument } from './settings-types.ts';
export { SettingsFailed, SettingsLost, SettingsRefused } from './settings/errors.ts';

export * from './errors.ts';
export { NameAmbiguous, NameNotFound, pickByName } from './names.ts';

export { type Baseline, takeBaseline } from './effects/baseline.ts';
export { type EffectKind, effectKinds } from './effects/kinds.ts';
export { lookSince, type Seen } from './effects/look.ts';
export { type Effect, EffectUnsettled, sendOnce, type SendOptions, type Sent } from './effects/send-once.ts';
export { settle, type Settled, type SettleOptions } from './effects/settle.ts';
