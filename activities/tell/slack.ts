import { slackBallots } from '../../actions/slack-ballot.ts';
import type { Target } from '../../actions/target.ts';
import type { Message } from './message.ts';
import type { NotTold } from './not-told.ts';
import { post } from './post.ts';
import { cut, factsOf, helpOf, titleOf } from './words.ts';

/** By an incoming hook, whose address is the key. Where one cannot follow what is over, that is not told. */
export async function tellSlack(
  { url, ballots }: Extract<Target, { kind: 'slack' }>,
  message: Message,
  signal: AbortSignal,
): Promise<NotTold | undefined> {
  if (message.over === true) return undefined;
  const hook = await url();
  const { pathname } = URL.canParse(hook) ? new URL(hook) : { pathname: '' };
  return await post({
    url: hook,
    body: JSON.stringify(slackBody(message, ballots?.(message) === true)),
    secrets: [hook, pathname],
    signal,
  });
}

/** Block Kit. `text` is what a notification on the phone shows. `ballots`: an approval has buttons to vote by. */
function slackBody(message: Message, ballots = false): unknown {
  const { text, url } = message;
  const help = helpOf(message);
  const title = titleOf(message);
  const votes = ballots ? ballotsOf(message) : undefined;
  return {
    text: escaped(cut(`${title}: ${text}`, 2_000)),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(title, 150), emoji: false } },
      { type: 'section', text: mrkdwn(escaped(cut(text, 2_500))) },
      // Ten is what Slack takes.
      {
        type: 'section',
        fields: factsOf(message)
          .slice(0, 10)
          .map(([name, value]) => mrkdwn(`*${name}*\n${escaped(cut(value, 1_000))}`)),
      },
      ...(help === undefined ? [] : [{ type: 'context', elements: [mrkdwn(escaped(help))] }]),
      ...(votes === undefined ? [] : [votes]),
      // A link: whoever decides there shows himself at the console.
      ...(url === undefined
        ? []
        : [
            {
              type: 'actions',
              elements: [{ type: 'button', text: { type: 'plain_text', text: 'Open the run', emoji: false }, url }],
            },
          ]),
    ],
  };
}

function ballotsOf({ event, kind, run, step, runbook, mode, choices }: Message): object | undefined {
  if (event !== 'waiting' || kind !== 'approval' || run === undefined || step === undefined) return undefined;
  return slackBallots({ run, runbook, mode, step, choices });
}

/** `verbatim`: Slack makes no links and mentions out of what stands there. */
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });

/** All that Slack's format has: with these no mention and no link can be written. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
