import { setTimeout as sleep } from 'node:timers/promises';

/** What Slack shows; only `everybody`'s is seen by more than whoever asked. */
export interface SlackAnswer {
  /** Slack's markup: what people and ZVMs have written must be escaped. */
  readonly text: string;
  readonly blocks?: readonly object[];
  readonly everybody?: true;
}

const vendor = 'https://hooks.slack.com';
const answerWithinMs = 10_000;
const pausesMs = [1_000, 3_000];

/** What Slack wants to be sent, or to have answered at once. */
export const slackBody = ({ text, blocks, everybody }: SlackAnswer): object => ({
  response_type: everybody === true ? 'in_channel' : 'ephemeral',
  replace_original: false,
  text,
  ...(blocks === undefined ? {} : { blocks }),
});

/**
 * Sends what came of it to where Slack wants it; undefined: it was taken. `own`: in place of Slack's own address. Elsewhere nothing
 * is sent, whatever came in.
 */
export async function answerSlack(to: string, answer: SlackAnswer, own: string = vendor): Promise<string | undefined> {
  if (!URL.canParse(to) || new URL(to).origin !== new URL(own).origin) return `its answer was not wanted at ${own}`;
  let why = '';
  for (const pause of [0, ...pausesMs]) {
    if (pause > 0) await sleep(pause);
    try {
      const answered = await fetch(to, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(slackBody(answer)),
        redirect: 'error',
        signal: AbortSignal.timeout(answerWithinMs),
      });
      await answered.body?.cancel();
      if (answered.ok) return undefined;
      why = `Slack answered ${answered.status}`;
      if (answered.status < 500 && answered.status !== 429) return why;
    } catch {
      // The address is a key: what is said of it may repeat it.
      why = 'Slack could not be reached';
    }
  }
  return why;
}

/** All that Slack's format has: with these no mention and no link can be written. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
