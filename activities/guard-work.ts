import type { GuardActivities, GuardWork } from '../engine/guard-activities.ts';

/** The activity for one kind of the guard's work. */
export type Work<W extends GuardWork> = (input: GuardActivities[W]['input']) => Promise<GuardActivities[W]['result']>;
