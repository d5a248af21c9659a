import type { Context } from 'hono';
import type { Audit } from '../../control/audit.ts';
import type { Config } from '../../control/config/config.ts';
import { stateFolder } from '../../control/state-folder.ts';
import { linesOf, type Wanted } from '../audit-every.ts';
import type { ConsoleDeps, ConsoleEnv } from '../deps.ts';
import { whyNobodyBelieves } from './deliver.ts';
import { problemOf } from '../problem.ts';
import { problemOfDelivery, Refused } from './refused.ts';
import { createSeen } from './seen.ts';
import { answerSlack, cut, escaped, type SlackAnswer, slackBody } from './slack-answer.ts';
import { readSlackRequest, type SlackRequest } from './slack-request.ts';
import { commandInSlack, type InSlack, slackCaller, voteInSlack } from './slack.ts';
import type { StartLimits } from './start-limits.ts';
import type { Trigger } from './verify.ts';

/** What came in by a trigger that is Slack, and is from Slack. */
interface CameFromSlack {
  readonly from: string;
  readonly trigger: Extract<Trigger, { kind: 'slack' }>;
  readonly config: Config;
  readonly address: string;
  readonly body: Uint8Array;
  readonly signature: string;
}

type Asked = Exclude<SlackRequest, { kind: 'nothing' }>;

/** An audit line of the delivery. */
type Line = (context: Context<ConsoleEnv>, counted: boolean, text: string, write?: Audit) => Promise<void>;

const unknownInSlack =
  'Nobody of drillbook.yaml has your Slack member id: an admin adds it to you (people.NAME.slack).';

/** Undefined: only a look. */
function wantedIn(asked: Asked): Wanted | undefined {
  if (asked.kind === 'ballot') return { call: 'vote', ...asked.ballot };
  const [verb = '', step, choice] = asked.words;
  return verb.toLowerCase() === 'run' ? { call: 'start', step, choice } : undefined;
}

/** Answers Slack at once, which waits three seconds and no longer; what came of it is sent afterwards. */
export function createSlackHook(deps: ConsoleDeps, limits: StartLimits, line: Line) {
  const seen = createSeen(stateFolder(deps.base), deps.clock);
  const later = new Set<Promise<void>>();
  deps.lastly.push(async () => {
    await Promise.all(later);
  });

  const act = async (who: InSlack, asked: Asked): Promise<SlackAnswer> => {
    let refused: unknown;
    let answer: SlackAnswer | undefined;
    const lines = await linesOf(async () => {
      try {
        answer = await (asked.kind === 'command'
          ? commandInSlack(deps, limits, who, asked)
          : voteInSlack(deps, who, asked));
      } catch (error) {
        refused = error;
      }
    });
    if (answer !== undefined) return answer;
    const text = sentenceOf(who, refused);
    const wanted = wantedIn(asked);
    // What became a deed has its line.
    if (lines === 0 && wanted !== undefined) {
      const { caller, address } = who;
      const own = { person: caller.person ?? caller.name, how: caller.how, address };
      await deps.audit({ ...own, ...wanted, counted: false, text: text.split('\n', 1)[0] ?? '' });
    }
    return { text: escaped(cut(text, 2_500)) };
  };

  const sentenceOf = (who: InSlack, error: unknown): string => {
    // A person must know whether he may press again; a sender of deliveries sends them again anyway.
    const problem = problemOf(error, 'not sent') ?? problemOfDelivery(error);
    if (problem === undefined) deps.log(`/hooks/${who.from}: ${error instanceof Error ? (error.stack ?? '') : ''}`);
    return problem?.detail ?? 'Something unexpected happened; the log of the console says what.';
  };

  const actAndTell = async (who: InSlack, asked: Asked, own: string | undefined): Promise<void> => {
    const lost = await answerSlack(asked.answerTo, await act(who, asked), own);
    if (lost !== undefined) deps.log(`/hooks/${who.from}: whoever asked was not told what came of it: ${lost}.`);
  };

  return async (context: Context<ConsoleEnv>, came: CameFromSlack): Promise<Response> => {
    const { from, trigger, config, address, body, signature } = came;
    const asked = readSlackRequest(body);
    if (asked === undefined)
      throw new Refused(400, 'Not from Slack', 'A slash command or a pressed button is wanted, as Slack sends it.');
    if (asked.kind === 'nothing') return context.body(null, 200);
    const told = asked.kind === 'command' ? `command ${asked.words[0] ?? ''}` : `button ${asked.ballot.choice}`;
    if (await seen.before(signature)) {
      await line(context, false, `${asked.user}: ${told} refused: the same delivery came before`, deps.boundedAudit);
      return context.body(null, 200);
    }
    const caller = slackCaller(config, asked.user);
    const why = caller === undefined ? unknownInSlack : whyNobodyBelieves(config);
    // What came of it has a line of its own (deeds), with the person.
    await line(
      context,
      why === undefined,
      `${asked.user}: ${told} ${why === undefined ? 'came in' : `refused: ${why}`}`,
    );
    if (caller === undefined || why !== undefined) return context.json(slackBody({ text: escaped(why ?? '') }));
    const mine = actAndTell({ from, trigger, config, caller, address }, asked, trigger.url).finally(() =>
      later.delete(mine),
    );
    later.add(mine);
    return asked.kind === 'command' ? context.json(slackBody({ text: 'One moment …' })) : context.body(null, 200);
  };
}
