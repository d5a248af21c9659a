import type { ScheduleOptions } from '@temporalio/client';
import { type Control, taskQueue } from '../connection.ts';
import { describeRun } from '../run-options.ts';
import { type Project, settingsOf } from './compare.ts';
import type { Change } from './difference.ts';
import { runPrefix } from './own-time.ts';
import { policiesOf, specOf } from './spec.ts';
import { type Applier, startOf } from './start.ts';
import type { Wanted } from './wanted.ts';
import { storedOrigin } from './whose.ts';

/** Makes it so. Gives why each could not be done; empty: all are. An operator's pause and its note stay. */
export async function applyChanges(
  control: Control,
  project: Project,
  changes: readonly Change[],
  applier: Applier,
): Promise<Readonly<Record<string, string>>> {
  const settings = await settingsOf(control, project);
  const failed: Record<string, string> = {};
  for (const change of changes) {
    try {
      await perform(control, project, change, wanted => optionsOf(wanted, applier, project, settings));
    } catch (error) {
      failed[change.id] = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    }
  }
  return failed;
}

type Options = ReturnType<typeof optionsOf>;

async function perform(
  { client }: Control,
  project: Project,
  change: Change,
  options: (wanted: Wanted) => Options,
): Promise<void> {
  switch (change.do) {
    case 'create': {
      const { name } = project;
      const mark = { drillbook: 'schedule/v1', project: name, runbook: change.wanted.plan.name };
      const state = change.paused === undefined ? {} : { state: { paused: true, note: change.paused } };
      await client.schedule.create({ scheduleId: change.id, memo: mark, ...options(change.wanted), ...state });
      return;
    }
    case 'change': {
      const made = options(change.wanted);
      // The server's own state: paused, with its note, for how often still.
      await client.schedule.getHandle(change.id).update(({ state }) => ({ ...made, state }));
      return;
    }
    case 'remove':
      await client.schedule.getHandle(change.id).delete();
      return;
  }
}

function optionsOf(
  wanted: Wanted,
  applier: Applier,
  project: Project,
  settings: Parameters<typeof startOf>[2],
): Pick<ScheduleOptions, 'spec' | 'policies' | 'action'> & { readonly spec: NonNullable<ScheduleOptions['spec']> } {
  const { id, file, draft, plan } = wanted;
  const start = startOf(wanted, applier, settings);
  const origin = storedOrigin(project);
  const described = describeRun(plan, start.run, { schedule: id, searchable: settings.searchable });
  return {
    spec: specOf(draft),
    policies: policiesOf(draft),
    action: {
      type: 'startWorkflow',
      workflowType: 'runbook',
      // Temporal adds the time: `payments.weekly-2026-11-29T03:30:00Z`.
      workflowId: runPrefix(id),
      taskQueue,
      args: [start],
      ...described,
      memo: { ...described.memo, file, project: project.name, ...(origin !== undefined && { origin }) },
    },
  };
}
