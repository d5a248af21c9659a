import { type About, accessOf, type Call, type Caller, refusalOf } from '../control/access/caller.ts';
import type { AuditLine } from '../control/audit.ts';
import type { Control } from '../control/connection.ts';
import * as decisions from '../control/decisions.ts';
import { adoptOpening, endOpening } from '../control/leases.ts';
import { mayDecideAlone, pendingOfRun } from '../control/pending.ts';
import { readRun } from '../control/run-list.ts';
import { aboutRun } from './about-run.ts';
import { answerRun, cancelRun } from '../control/runs.ts';
import { RunSilent, type Sign } from '../control/say.ts';
import { asAway } from '../control/temporal-away.ts';
import { mustAnswer, mustHear } from './answers.ts';
import { liftByConsole, type LiftAsked, type Lifted } from './lift-run.ts';
import { type HandedSchedule, handSchedule, type ScheduleWord } from './schedule-hand.ts';
import type { DeedsPlace, Who } from './deeds-place.ts';
import { type Started, startByConsole, type StartAsked } from './start-run.ts';

/** What came of a person's word, as the run tells it; what does not count says why. */
export type Heard = Awaited<ReturnType<typeof decisions.vote>>;

/** The caller may not do this: a sentence with the mend. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';
}

interface Word {
  readonly reason: string;
}

/**
 * All that somebody can do through the console. Each looks at the roles, signs with the console's key, says it to the run and
 * leaves an audit line, also of what was refused. Throws NotAllowed, RunNotFound, RunEnded, RunSilent, TemporalAway, DecisionRefused,
 * ConfigRefused, and for `start` and `lift` StartRefused and PlanChanged.
 */
export interface Deeds {
  readonly start: (who: Who, asked: StartAsked) => Promise<Started>;
  /** An approver's, for one run of what is not published; for whoever starts it. */
  readonly lift: (who: Who, asked: LiftAsked) => Promise<Lifted>;
  /** `choice`: one of the approval's or `reject`; left out where it has one. */
  readonly vote: (
    who: Who,
    run: string,
    ballot: Word & { readonly step: string; readonly choice?: string; readonly breakGlass?: boolean },
  ) => Promise<Heard>;
  /** What came of a manual step. */
  readonly report: (
    who: Who,
    run: string,
    told: { readonly step: string; readonly outcome: 'done' | 'failed' | 'not-applicable'; readonly note: string },
  ) => Promise<Heard>;
  /** To a question. */
  readonly answer: (
    who: Who,
    run: string,
    answer: Word & { readonly step: string; readonly choice: 'retry' | 'skip' | 'roll-back' | 'abort' },
  ) => Promise<Heard>;
  /** `now`: without the author's `finally`. */
  readonly cancel: (who: Who, run: string, word: Word & { readonly now?: boolean }) => Promise<Heard>;
  readonly abort: (who: Who, run: string, word: Word) => Promise<Heard>;
  readonly pause: (who: Who, run: string, word: Word) => Promise<Heard>;
  readonly resume: (who: Who, run: string, word: Word) => Promise<Heard>;
  /** `byMs`: so much more, of a drill. */
  readonly extend: (who: Who, run: string, word: Word & { readonly byMs: number }) => Promise<Heard>;
  readonly rollBack: (who: Who, run: string, word: Word) => Promise<Heard>;
  /** The way out of `held`. `breakGlass`: a commit by one alone. */
  readonly decide: (
    who: Who,
    run: string,
    word: Word & { readonly choice: 'commit' | 'roll-back' | 'go-on'; readonly breakGlass?: boolean },
  ) => Promise<Heard>;
  /** What nobody's guard has. */
  readonly adopt: (who: Who, opening: Word & { readonly site: string; readonly vpg: string }) => Promise<Heard>;
  /** What a run that is gone has open live. */
  readonly endOpening: (
    who: Who,
    opening: Word & { readonly site: string; readonly vpg: string; readonly how: 'commit' | 'roll-back' },
  ) => Promise<Heard>;
  /** `RUNBOOK/NAME`. Throws ScheduleUnknown. */
  readonly schedule: (who: Who, id: string, word: ScheduleWord) => Promise<HandedSchedule>;
}

export function createDeeds(place: DeedsPlace): Deeds {
  const { control, audit, readConfig, signer } = place;

  /** The line is written whatever comes of it. */
  const audited = async <T>(
    who: Who,
    line: Pick<AuditLine, 'call' | 'run' | 'step' | 'choice' | 'reason'>,
    act: () => Promise<T>,
    told: (done: T) => { readonly counted: boolean; readonly text: string },
  ): Promise<T> => {
    const { caller, address } = who;
    const own = { ...line, person: caller.person ?? caller.name, how: caller.how, address };
    try {
      await mustAnswer(control);
      const done = await act();
      await audit({ ...own, ...told(done) });
      return done;
    } catch (thrown) {
      const error = asAway(thrown, 'not sent') ?? thrown;
      await audit({ ...own, counted: false, text: sentenceOf(error) });
      throw error;
    }
  };

  const allow = async (who: Who, call: Call, about: About): Promise<Sign | undefined> => {
    const config = await readConfig();
    const refused = refusalOf(accessOf(config), who.caller, call, about);
    if (refused !== undefined) throw new NotAllowed(refused);
    return await signer(config, who.caller);
  };

  interface Saying {
    readonly call: Call;
    readonly step?: string | undefined;
    readonly choice?: string | undefined;
    readonly reason: string;
    /** The roles depend on whom the run lets break the glass. */
    readonly asks?: boolean;
  }

  /** A word about a run. */
  const say = (
    who: Who,
    run: string,
    saying: Saying,
    send: (by: string, sign: Sign | undefined) => Promise<Heard>,
  ): Promise<Heard> => {
    const { call, step, choice, reason, asks = false } = saying;
    const act = async (): Promise<Heard> => {
      const found = await readRun(control, run);
      const about = { ...aboutRun(found), choice };
      const alone = asks ? await aloneIn(control, run) : [];
      const sign = await allow(who, call, { ...about, breakGlass: alone ?? [] }).catch((error: unknown) => {
        // He may be one of those whom only the run knows.
        throw alone === undefined && error instanceof NotAllowed ? new RunSilent(run, false) : error;
      });
      if (found.endedAt === undefined) await mustHear(control, run);
      return await send(nameOf(who.caller), sign);
    };
    return audited(who, { call, run, step, choice, reason }, act, heard => heard);
  };

  const sayToHand =
    <W extends Word>(
      call: Call,
      send: (control: Control, run: string, word: W & { by: string }, sign?: Sign) => Promise<Heard>,
    ) =>
    (who: Who, run: string, word: W): Promise<Heard> =>
      say(who, run, { call, reason: word.reason }, (by, sign) => send(control, run, { ...word, by }, sign));

  return {
    start: (who, asked) => {
      const { runbook, mode, reason } = asked;
      const act = async (): Promise<Started> =>
        await startByConsole({ ...place, check: (call, about) => allow(who, call, about), who }, asked);
      return audited(who, { call: 'start', step: runbook, choice: mode, reason }, act, ({ run, again }) => ({
        counted: true,
        text: again ? `it was started before: ${run}` : `started ${run}`,
      }));
    },
    lift: (who, asked) => {
      const { runbook, mode, reason } = asked;
      const act = (): Promise<Lifted> =>
        liftByConsole({ ...place, check: (call, about) => allow(who, call, about), who }, asked);
      const line = { call: 'start unpublished', step: runbook, choice: mode, reason };
      return audited(who, line, act, ({ run, plan }) => ({
        counted: true,
        text: `${run}, of the plan ${plan.slice(0, 12)}, may start`,
      }));
    },
    vote: (who, run, { step, choice, reason, breakGlass = false }) =>
      say(
        who,
        run,
        { call: breakGlass && choice !== 'reject' ? 'break the glass' : 'vote', step, choice, reason },
        (by, sign) =>
          decisions.vote(
            control,
            run,
            { key: step, by, reason, ...(choice === undefined ? {} : { choice }), breakGlass },
            sign,
          ),
      ),
    report: (who, run, { step, outcome, note }) =>
      say(who, run, { call: 'report', step, choice: outcome, reason: note }, (by, sign) =>
        decisions.report(control, run, { key: step, outcome, note, by }, sign),
      ),
    answer: (who, run, { step, choice, reason }) =>
      say(who, run, { call: choice, step, choice, reason }, (by, sign) =>
        answerRun(control, run, { key: step, choice, by, reason }, sign),
      ),
    cancel: (who, run, { reason, now = false }) =>
      say(who, run, { call: 'cancel', choice: now ? 'now' : undefined, reason }, (by, sign) =>
        cancelRun(control, run, by, reason, now, sign),
      ),
    abort: sayToHand<Word>('abort', decisions.abortRun),
    pause: sayToHand<Word>('pause', decisions.pauseRun),
    resume: sayToHand<Word>('resume', decisions.resumeRun),
    extend: sayToHand<Word & { readonly byMs: number }>('extend', decisions.extendRun),
    rollBack: sayToHand<Word>('roll-back', decisions.rollBackRun),
    decide: (who, run, { choice, reason, breakGlass = false }) =>
      say(
        who,
        run,
        // Whoever may break the glass may also roll back or go on, and only the run knows who that is.
        { call: breakGlass ? 'break the glass' : 'decide', choice, reason, asks: !breakGlass },
        (by, sign) => decisions.decide(control, run, { choice, by, reason, breakGlass }, sign),
      ),
    adopt: (who, { site, vpg, reason }) => {
      const act = async (): Promise<Heard> => {
        // A stranger's has no runbook; the worker asks for an admin of all.
        const sign = await allow(who, 'leases adopt', { runbook: '', mode: 'failover' });
        return await adoptOpening(control, { site, vpg, reason, by: nameOf(who.caller) }, sign);
      };
      return audited(who, { call: 'leases adopt', step: `${site}/${vpg}`, reason }, act, heard => heard);
    },
    endOpening: (who, { site, vpg, how, reason }) => {
      const call = `leases ${how}` as const;
      const act = async (): Promise<Heard> => {
        const sign = await allow(who, call, {});
        return await endOpening(control, { site, vpg, how, reason, by: nameOf(who.caller) }, sign);
      };
      return audited(who, { call, step: `${site}/${vpg}`, choice: how, reason }, act, heard => heard);
    },
    schedule: (who, id, word) => {
      const act = (): Promise<HandedSchedule> =>
        handSchedule({ ...place, check: (call, about) => allow(who, call, about), who }, id, word);
      const line = { call: `schedule ${word.how}`, step: id, reason: word.reason };
      return audited(who, line, act, ({ text }) => ({ counted: true, text }));
    },
  };
}

/** Whom the run lets decide alone; undefined: its worker did not tell in time. */
async function aloneIn(control: Control, run: string): Promise<readonly string[] | undefined> {
  try {
    return mayDecideAlone(await pendingOfRun(control, run));
  } catch (error) {
    if (error instanceof RunSilent) return undefined;
    throw error;
  }
}

/** The name that goes with a word: the person's in drillbook.yaml. */
function nameOf({ person, name }: Caller): string {
  return person ?? name;
}

function sentenceOf(error: unknown): string {
  const { message = '' } = error as { readonly message?: string };
  return message.split('\n', 1)[0] ?? '';
}
