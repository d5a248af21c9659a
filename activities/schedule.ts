import type { Admission, AdmissionQuestion } from '../engine/admission.ts';
import { entitle, type ReadPeople } from './people.ts';
import { perform } from './wrap.ts';

/** The calendars of drillbook.yaml as it stands now; worker.ts hands it in. */
export interface Calendars {
  /** The calendar of these that covers a time (ms since 1970), and until when. Throws, with a sentence, where one cannot be read. */
  readonly blackoutAt: (
    names: readonly string[],
    timeZone: string,
    at: number,
  ) => Promise<{ readonly calendar: string; readonly until: number } | undefined>;
}

/** What a drill by schedule asks before it begins. A refusal is an answer. */
export function scheduleActivities(
  readPeople: ReadPeople,
  { blackoutAt }: Calendars,
  configSha256: string,
  clock: () => number,
) {
  return {
    'schedule/admit': (question: AdmissionQuestion): Promise<Admission> =>
      perform(async () => {
        const { refused, verified } = whoApplied(question, await readPeople(), clock());
        const why = refused ?? (await whyBlackout(question, blackoutAt));
        return {
          configSha256,
          ...(why === undefined ? {} : { refused: why }),
          ...(verified === true ? { verified } : {}),
        };
      }),
  };
}

/** A signature under a schedule counts as long as its key does: it is as old as the schedule. */
function whoApplied(question: AdmissionQuestion, people: Awaited<ReturnType<ReadPeople>>, now: number) {
  const { schedule, runbook, plan, by, proof } = question;
  const at = proof === undefined ? {} : { proof, at: Date.parse(proof.at) };
  const word = { by, requester: by, to: 'schedule', names: [], run: schedule, choice: plan, id: schedule } as const;
  return entitle({ ...word, mode: 'drill', runbook, ...at }, people, now);
}

async function whyBlackout(
  { blackouts, timeZone, at }: AdmissionQuestion,
  blackoutAt: Calendars['blackoutAt'],
): Promise<string | undefined> {
  if (blackouts.length === 0) return undefined;
  try {
    const found = await blackoutAt(blackouts, timeZone, at);
    if (found === undefined) return undefined;
    return `blackout ${found.calendar}, until ${new Date(found.until).toISOString().slice(0, 16)}Z`;
  } catch (error) {
    // Nobody wants a drill that may be in a blackout.
    return `whether this is a blackout cannot be found out: ${error instanceof Error ? error.message : String(error)}`;
  }
}
