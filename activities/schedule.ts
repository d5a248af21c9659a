import { textOfTerms } from '../actions/schedule-terms.ts';
import type { Admission, AdmissionQuestion } from '../engine/admission.ts';
import { entitle, type ReadPeople } from './people.ts';
import { perform } from './wrap.ts';

/** Calendars of drillbook.yaml and schedules of Temporal, as they stand now; worker.ts hands it in. */
export interface Calendars {
  /** The calendar of these that covers a time (ms since 1970), and until when. Throws, with a sentence, where one cannot be read. */
  readonly blackoutAt: (
    names: readonly string[],
    timeZone: string,
    at: number,
  ) => Promise<{ readonly calendar: string; readonly until: number } | undefined>;
  /** Why a run is not one that its schedule starts, at one of its times. */
  readonly whyNotItsTime: (question: AdmissionQuestion) => string | undefined;
  /** Why the schedule of this id starts nothing now: it is paused, or gone. Throws when Temporal does not answer. */
  readonly whyNotStanding: (schedule: string) => Promise<string | undefined>;
}

/** What a drill by schedule asks before it begins. A refusal is an answer. */
export function scheduleActivities(
  readPeople: ReadPeople,
  calendars: Calendars,
  configSha256: string,
  clock: () => number,
) {
  return {
    'schedule/admit': (question: AdmissionQuestion): Promise<Admission> =>
      perform(async () => ({ configSha256, ...(await judge(question, await readPeople(), calendars, clock())) })),
  };
}

/** Whether it may begin. `now`: ms since 1970, by the worker's clock. */
export async function judge(
  question: AdmissionQuestion,
  people: Awaited<ReturnType<ReadPeople>>,
  { blackoutAt, whyNotItsTime, whyNotStanding }: Calendars,
  now: number,
): Promise<Omit<Admission, 'configSha256'>> {
  const { refused, verified } = whoApplied(question, people, now);
  const why =
    refused ??
    whyNotItsTime(question) ??
    (await whyPaused(question, whyNotStanding)) ??
    (await whyBlackout(question, blackoutAt));
  return { ...(why === undefined ? {} : { refused: why }), ...(verified === true ? { verified } : {}) };
}

/** A signature under a schedule counts as long as its key does: it is as old as the schedule. */
function whoApplied(question: AdmissionQuestion, people: Awaited<ReturnType<ReadPeople>>, now: number) {
  const { schedule, runbook, plan, terms, by, proof } = question;
  const at = proof === undefined ? {} : { proof, at: Date.parse(proof.at) };
  const word = { by, requester: by, to: 'schedule', names: [], run: schedule, choice: plan, id: schedule } as const;
  return entitle({ ...word, reason: textOfTerms(terms), mode: 'drill', runbook, ...at }, people, now);
}

const minuteOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

/** A surprise may have waited for hours since Temporal started it, any other for a worker. */
async function whyPaused(
  { schedule }: AdmissionQuestion,
  whyNotStanding: Calendars['whyNotStanding'],
): Promise<string | undefined> {
  try {
    return await whyNotStanding(schedule);
  } catch (error) {
    return `whether its schedule is paused cannot be found out: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function whyBlackout(
  { terms: { blackouts, timeZone }, at, early }: AdmissionQuestion,
  blackoutAt: Calendars['blackoutAt'],
): Promise<string | undefined> {
  if (blackouts.length === 0 || early === true) return undefined;
  try {
    const found = await blackoutAt(blackouts, timeZone, at);
    if (found === undefined) return undefined;
    return `blackout ${found.calendar}, until ${minuteOf(found.until)}`;
  } catch (error) {
    // Nobody wants a drill that may be in a blackout.
    return `whether this is a blackout cannot be found out: ${error instanceof Error ? error.message : String(error)}`;
  }
}
