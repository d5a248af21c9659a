import { randomUUID } from 'node:crypto';
import { type Client, ScheduleNotFoundError, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { JanitorReport, Stranger } from '../engine/janitor-types.ts';
import type { Adopt, EndOpening, Heard, LeaseView, OpeningView } from '../workflows/messages.ts';
import { janitorId, noRun } from '../workflows/names.ts';
import { type Control, taskQueue } from './connection.ts';
import { endedAgo } from './guard-chain.ts';
import { guardStartOf, readLeases, runningGuards } from './janitor-directory.ts';
import { codecOf, plainCodec } from './payload-codec.ts';
import { DecisionRefused, heard, RunSilent, say, type Sign } from './say.ts';

export type { LeaseView, Stranger };

/** An opening, with the guard that has it. */
export interface Held extends OpeningView {
  readonly guard: string;
  readonly run: string;
  /** Its run is no more: people speak to its guard. */
  readonly alone: boolean;
}

/** What is open, by whom. Times: ms since 1970. */
export interface Leases {
  readonly open: readonly Held[];
  readonly leases: readonly LeaseView[];
  readonly strangers: readonly Stranger[];
  /** What the janitor leaves for its next pass, or for people. */
  readonly left: readonly string[];
  /** Guards that gave no answer. */
  readonly silent: readonly string[];
  /** When the janitor looked last; absent: it never did. */
  readonly lookedAt?: number;
  readonly paused: boolean;
}

const answerWithinMs = 5_000;
const heardWithinMs = 75_000;

/** What guards and locks say now, and what the janitor saw last. */
export async function listLeases({ client }: Control): Promise<Leases> {
  const [guards, leases, looked] = await Promise.all([runningGuards(client), readLeases(client), lastLook(client)]);
  const asked = await Promise.all(guards.map(guard => openingsOf(client, guard)));
  const { report, paused } = looked;
  return {
    open: asked.flatMap(({ open }) => open ?? []),
    leases,
    strangers: report?.strangers ?? [],
    left: report?.left ?? [],
    silent: asked.flatMap(({ guard, open }) => (open === undefined ? [guard] : [])),
    ...(report === undefined ? {} : { lookedAt: report.at }),
    paused,
  };
}

async function openingsOf(client: Client, guard: string): Promise<{ readonly guard: string; readonly open?: Held[] }> {
  try {
    const [start, views] = await Promise.all([
      guardStartOf(client, guard),
      client.connection.withDeadline(Date.now() + answerWithinMs, () =>
        client.workflow.getHandle(guard).query<readonly OpeningView[]>('openings'),
      ),
    ]);
    const run = start?.run.id ?? '';
    const alone = start?.orphan === true || (await endedAgo(client, run, Date.now())) !== undefined;
    return { guard, open: views.map(view => ({ ...view, guard, run, alone })) };
  } catch {
    return { guard };
  }
}

/** The newest of its passes that has come to its end. */
async function lastLook(client: Client): Promise<{ readonly report?: JanitorReport; readonly paused: boolean }> {
  try {
    const { info, state } = await client.schedule.getHandle(janitorId).describe();
    for (const { action } of info.recentActions.toReversed()) {
      const handle = client.workflow.getHandle(action.workflow.workflowId, action.workflow.firstExecutionRunId);
      if ((await handle.describe()).status.name !== 'COMPLETED') continue;
      return { report: (await handle.result()) as JanitorReport, paused: state.paused };
    }
    return { paused: state.paused };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError || error instanceof WorkflowNotFoundError) return { paused: false };
    throw error;
  }
}

/** Without what makes it count once, and proves it: that is added here. */
type Said<T> = Omit<T, 'id' | 'proof'>;

/**
 * Takes over what nobody's guard has: a test is closed, a live change held. What comes back counts, or says why not.
 * Throws RunSilent where no worker answers, PayloadEncrypted where the namespace is encrypted and the client has no keys.
 */
export async function adoptOpening({ client }: Control, asked: Said<Adopt>, sign?: Sign): Promise<Heard> {
  await refuseUnreadable(client);
  const { site, vpg, by, reason } = asked;
  const id = randomUUID();
  const step = `${site}/${vpg}`;
  const proof = sign?.({ person: by, run: noRun, step, to: 'leases adopt', choice: '', reason, id });
  const word: Adopt = { ...asked, id, ...(proof === undefined ? {} : { proof }) };
  const workflowId = `adopt/${step}/${id}`;
  try {
    return await client.connection.withDeadline(Date.now() + heardWithinMs, () =>
      client.workflow.execute<(asked: Adopt) => Promise<Heard>>('adopt', { workflowId, taskQueue, args: [word] }),
    );
  } catch (error) {
    if (error instanceof WorkflowFailedError) throw new DecisionRefused(`${workflowId} failed: ${error.message}`);
    throw new RunSilent(workflowId);
  }
}

/**
 * Whoever has no keys must not write what others keep encrypted. No run is asked here: the janitor's last pass tells, and the
 * newest run, whose memo is decoded as it is listed.
 */
async function refuseUnreadable(client: Client): Promise<void> {
  if (codecOf(client) !== plainCodec) return;
  await lastLook(client);
  for await (const _ of client.workflow.list({ query: "WorkflowType = 'runbook'", pageSize: 1 })) return;
}

/**
 * Commits or rolls back what a run that is gone has open live of a VPG.
 * Throws DecisionRefused where there is no such thing or its run lives, RunSilent where no worker answers.
 */
export async function endOpening(control: Control, word: Said<EndOpening>, sign?: Sign): Promise<Heard> {
  const { site, vpg, how, by, reason } = word;
  const { open } = await listLeases(control);
  const found = open.find(each => each.live && each.site === site && each.vpg === vpg);
  if (found === undefined)
    throw new DecisionRefused(
      `No guard has anything live of ${vpg} open at ${site}: "drillbook leases" lists what is open, "leases adopt" takes over what is a stranger’s.`,
    );
  if (!found.alone) throw new DecisionRefused(`Its run lives: drillbook ${how} ${found.run} --reason TEXT`);
  const saying = {
    ...{ update: 'end-opening', to: `leases ${how}` as const, by, reason, step: `${site}/${vpg}`, choice: how },
    ...{ fields: { site, vpg, how, reason }, id: randomUUID(), guard: found.guard, withinMs: heardWithinMs },
  } as const;
  return await heard(say(control, found.run, saying, sign));
}
