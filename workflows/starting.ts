import { patched, workflowInfo } from '@temporalio/workflow';
import type { Deed, Proof } from '../engine/entitlement.ts';
import type { EngineEvent, WithoutTime } from '../engine/types.ts';
import type { Entitling } from './entitling.ts';
import type { Inbox } from './inbox.ts';
import type { RunStart, ScheduledStart } from './messages.ts';
import { admit, type Begin } from './scheduled.ts';

/** Whether a run may begin: what is asked of the worker before its first step. */
export class Starting {
  readonly #start: RunStart;
  readonly #inbox: Inbox<WithoutTime<EngineEvent>>;
  readonly #entitling: Entitling;

  constructor(start: RunStart, inbox: Inbox<WithoutTime<EngineEvent>>, entitling: Entitling) {
    this.#start = start;
    this.#inbox = inbox;
    this.#entitling = entitling;
  }

  async begin(): Promise<Begin> {
    // By the code, as all that is asked at a start. A history from before this asks nobody about the start itself.
    const asked = patched('starts-are-checked') ? [this.#entitling.judgeStart()] : [];
    const schedule = this.#schedule;
    if (schedule !== undefined) return await this.#beginBySchedule(schedule, asked);
    const [byRequester, judged = {}] = await Promise.all([this.#whyNotByRequester(), ...asked]);
    const refused = judged.refused ?? byRequester;
    if (refused !== undefined) return { kind: 'begin', refused: `not started: ${refused}` };
    return { kind: 'begin', ...(judged.lifted === undefined ? {} : { lifted: judged.lifted }) };
  }

  /** Nobody stands at a schedule: whoever applied it is asked for, and its time. */
  get #schedule(): ScheduledStart | undefined {
    const { plan, run, schedule } = this.#start;
    return run.dry !== true && run.trigger === 'schedule' && plan.mode === 'drill' ? schedule : undefined;
  }

  async #beginBySchedule(
    schedule: ScheduledStart,
    asked: readonly ReturnType<Entitling['judgeStart']>[],
  ): Promise<Begin> {
    const [judged = {}] = await Promise.all(asked);
    const refused = judged.refused ?? (await this.#whyNotWithoutLock());
    if (refused !== undefined) return { kind: 'begin', refused: `not started: ${refused}` };
    return await admit(this.#start, schedule, this.#inbox);
  }

  async #whyNotByRequester(): Promise<string | undefined> {
    const { plan, run, proof } = this.#start;
    // A look changes nothing.
    if (run.dry === true) return undefined;
    // To say that a schedule has started it proves nothing: only histories from before believe it.
    if (run.trigger === 'schedule' && plan.mode === 'drill' && !patched('schedules-are-admitted')) return undefined;
    return (await this.#whyNotBegin('start', run.reason, proof)) ?? (await this.#whyNotWithoutLock());
  }

  /** Past the locks goes only a live run, at an admin's word. */
  async #whyNotWithoutLock(): Promise<string | undefined> {
    const { plan, run, lockProof } = this.#start;
    if (run.withoutLock === undefined || !patched('without-lock-is-checked')) return undefined;
    if (!this.#entitling.isLive(''))
      return `mode ${plan.mode} waits for its locks: only a live run goes on without them`;
    if (run.withoutLock.trim() === '') return 'to go without the locks needs a reason';
    return await this.#whyNotBegin('go without the locks', run.withoutLock, lockProof);
  }

  async #whyNotBegin(to: Deed, reason: string, proof: Proof | undefined): Promise<string | undefined> {
    const { plan, run } = this.#start;
    // Signed as it was started: the run may have waited for a worker.
    const at = workflowInfo().startTime.getTime();
    const word = { by: run.requester, to, names: [], choice: plan.hash, reason, id: run.id, at };
    return (await this.#entitling.ask('', { ...word, ...(proof === undefined ? {} : { proof }) })).refused;
  }
}
