/**
 * Buttons in Slack by which somebody votes in an approval: made where people are told of it, understood where Slack sends what
 * was pressed. Slack signs that; what stands in a button is whatever the message was posted with.
 */
export interface SlackBallot {
  readonly run: string;
  /** The step that asks. */
  readonly step: string;
  /** One of its choices, or `reject`. */
  readonly choice: string;
}

const action = 'drillbook-vote';
/** What Slack takes: buttons of a block, characters of a value and of a label. */
const [mostButtons, mostValue, mostLabel] = [25, 2_000, 75];

/** A block of buttons, one a choice; undefined: these cannot stand in buttons. */
export function slackBallots(about: {
  readonly run: string;
  readonly runbook: string;
  readonly mode: string;
  readonly step: string;
  readonly choices: readonly string[];
}): object | undefined {
  const { run, runbook, mode, step, choices } = about;
  const values = choices.map(choice => JSON.stringify({ run, step, choice } satisfies SlackBallot));
  const fits = values.length > 0 && values.length <= mostButtons && values.every(value => value.length <= mostValue);
  if (!fits || choices.some(choice => choice.length > mostLabel)) return undefined;
  return {
    type: 'actions',
    elements: choices.map((choice, i) => ({
      type: 'button',
      action_id: `${action}:${i}`,
      text: plain(spell(choice)),
      value: values[i],
      ...(choice === 'reject' ? { style: 'danger' } : {}),
      confirm: {
        title: plain(`${spell(choice)}?`),
        text: plain(cut(`${step} of ${runbook}, mode ${mode}: your vote is "${choice}".`, 300)),
        confirm: plain('Vote'),
        deny: plain('Not yet'),
      },
    })),
  };
}

/** What was pressed, as Slack sends it; undefined: no button of ours, or none that can be understood. */
export function readSlackBallot(actionId: unknown, value: unknown): SlackBallot | undefined {
  if (typeof actionId !== 'string' || !actionId.startsWith(`${action}:`) || typeof value !== 'string') return undefined;
  try {
    const { run, step, choice } = JSON.parse(value) as Partial<Record<keyof SlackBallot, unknown>>;
    const all = [run, step, choice].every(each => typeof each === 'string' && each !== '');
    return all ? ({ run, step, choice } as SlackBallot) : undefined;
  } catch {
    return undefined;
  }
}

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
const spell = (choice: string): string => choice.charAt(0).toUpperCase() + choice.slice(1).replaceAll('-', ' ');
const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
