import type { LastDrill } from '../last-drills.ts';
import type { Call } from '../../control/access/caller.ts';
import type { DecisionView } from '../../control/run-view.ts';
import type { Deciders } from '../../control/run-view/who-decides.ts';
import type { Zone } from './moments.ts';
import type { ShownSchedule } from './schedule-lines.ts';

/** Why whoever looks may not do something with this run, as a sentence; undefined: he may. */
export type MayDo = (call: Call, choice?: string) => string | undefined;

/** What somebody has filled in; the runbook's name, which confirms, is typed anew each time. */
export interface Typed {
  readonly kind: string;
  readonly step: string;
  readonly reason: string;
  readonly glass: boolean;
}

/** What the parts of a run's page are made with. */
export interface Viewing extends Zone {
  readonly csrf: string;
  /** Why whoever looks may not do something; undefined: he may. */
  readonly may: MayDo;
  /** Who may decide something, as drillbook.yaml stands. */
  readonly who?: (decision: DecisionView) => Deciders;
  /** Whoever looks has shown who he is: people's telephone numbers are for him. */
  readonly numbers?: boolean;
  /** What whoever looks had sent, and what did not count: his form has it again. */
  readonly typed?: Typed | undefined;
  /** Of the run's runbook. */
  readonly schedules?: readonly ShownSchedule[];
  /** Of the run's runbook, the last that passed; absent: nobody knows. */
  readonly lastDrill?: LastDrill;
}
