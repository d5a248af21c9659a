import { Context as Activity } from '@temporalio/activity';
import type { ActionCall } from '../actions/call.ts';
import { isLiveMode } from '../actions/modes.ts';
import { lastArrival } from '../actions/last-arrival.ts';
import type { GuardActivities, GuardWork, LiveChange, Sent } from '../engine/guard-activities.ts';
import type { EffectKind } from '../zerto/effects/kinds.ts';
import { EffectUnsettled } from '../zerto/effects/send-once.ts';
import type { Place } from './guard-action.ts';
import type { Work } from './guard-work.ts';
import { StepErrored } from './outcome.ts';
import type { Surroundings } from './surroundings.ts';
import { vpgId } from './vpg-id.ts';
import { writtenId, type WrittenNews } from './write-ahead.ts';

/**
 * Writes down what is about to be sent. A drill that cannot be written down is not begun; a failover or move is, and what to
 * tell of it is given.
 * @throws EffectUnsettled, with `happened: 'no'`
 */
export async function writeDown(
  { openings, clock }: Surroundings,
  place: Place,
  kind: EffectKind,
  input: GuardActivities['start']['input'],
): Promise<readonly string[]> {
  const { call, live, baseline, notAfter, token = '' } = input;
  const { site, name, id } = place;
  const now = clock();
  const { workflowExecution } = Activity.current().info;
  try {
    await openings.write(
      site,
      live === undefined
        ? {
            kind: 'opening',
            id: writtenId(call.run.id, call.step, id),
            temporal: openings.temporal,
            guard: workflowExecution?.workflowId ?? '',
            token,
            site,
            vpg: name,
            vpgId: id,
            since: now,
            opening: {
              key: call.step,
              summary: `${call.action}: ${name}`,
              call,
              baseline,
              lateUntil: lastArrival(notAfter, baseline),
              since: now,
            },
          }
        : { kind: 'ending', id: writtenId(live.opened.run.id, live.opened.step, id), at: now, how: call.action },
    );
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const said = `the ${kind.what} of ${name} cannot be written down first in the worker's state folder (${why})`;
    if (isLiveMode(call.run.mode)) {
      return [`${said}: should Temporal's database be lost, drillbook would not know it as its own`];
    }
    const failure = new StepErrored(`${said}; nothing was sent: make room there, or name another with DRILLBOOK_STATE`);
    throw new EffectUnsettled(failure.message, { zvm: place.zvm, kind, happened: 'no' }, { failure });
  }
}

type AllWork = { [W in GuardWork as `guard/${W}`]: Work<W> };

/** Writes down what came of a call. Where that fails the janitor looks in vain once more, which is told in the log only. */
export function recorded(s: Surroundings, work: AllWork): AllWork {
  return {
    ...work,
    'guard/baseline': after(work['guard/baseline'], async ({ live }, { already }) => {
      if (live !== undefined && already !== undefined) await over(s, live.opened);
    }),
    'guard/start': after(work['guard/start'], async ({ call, live }, sent) => {
      if (live === undefined) await wasSent(s, call, sent);
    }),
    'guard/settle': after(work['guard/settle'], async ({ call, live }, { sent }) => {
      if (live !== undefined) return;
      if (sent === null) await over(s, call);
      else await wasSent(s, call, sent);
    }),
    'guard/wait': after(work['guard/wait'], async ({ call, live }, result) => {
      if (live === undefined && !result.up && result.nothingOpen === true) await over(s, call);
      if (live !== undefined && result.up) await over(s, live.opened);
    }),
    'guard/lookLive': after(work['guard/lookLive'], async ({ live }, { open }) => {
      if (!open) await over(s, live.opened);
    }),
    'guard/readBack': after(work['guard/readBack'], async ({ call }) => {
      await over(s, call);
    }),
  };
}

function after<I, R>(work: (input: I) => Promise<R>, record: (input: I, result: R) => Promise<void>) {
  return async (input: I): Promise<R> => {
    const result = await work(input);
    await record(input, result).catch((error: unknown) => {
      Activity.current().log.warn('what came of a call could not be written down', { error });
    });
    return result;
  };
}

const wasSent = (s: Surroundings, call: ActionCall, { taskId, checkpoint, checkpointTime, adopted }: Sent) =>
  note(s, call, { kind: 'sent', sent: { taskId, checkpoint, checkpointTime, adopted } });

const over = (s: Surroundings, call: LiveChange['opened']) => note(s, call, { kind: 'over' });

type News = { [K in WrittenNews['kind']]: Omit<Extract<WrittenNews, { kind: K }>, 'id' | 'at'> }[WrittenNews['kind']];

async function note({ openings, clock }: Surroundings, call: ActionCall, news: News): Promise<void> {
  const { vpg } = call.with as { readonly vpg?: unknown };
  const id = writtenId(call.run.id, call.step, vpgId(call, typeof vpg === 'string' ? vpg : ''));
  await openings.write(call.site, { ...news, id, at: clock() });
}
