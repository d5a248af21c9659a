import { readSlackBallot, type SlackBallot } from '../../actions/slack-ballot.ts';

/** What somebody did in Slack. `user`: Slack's member id. `answerTo`: where Slack takes what came of it, for half an hour. */
export type SlackRequest =
  | {
      readonly kind: 'command';
      readonly user: string;
      readonly words: readonly string[];
      /** Of this command alone. */
      readonly id: string;
      readonly answerTo: string;
    }
  | { readonly kind: 'ballot'; readonly user: string; readonly ballot: SlackBallot; readonly answerTo: string }
  /** A link that was followed, a look at the certificate, a button that is not ours: nothing is wanted. */
  | { readonly kind: 'nothing' };

/** The body of a slash command or of a pressed button; undefined: it is neither. */
export function readSlackRequest(body: Uint8Array): SlackRequest | undefined {
  const fields = new URLSearchParams(new TextDecoder().decode(body));
  if (fields.get('ssl_check') === '1') return { kind: 'nothing' };
  const payload = fields.get('payload');
  if (payload !== null) return readPressed(payload);
  const [user, text, id, answerTo] = ['user_id', 'text', 'trigger_id', 'response_url'].map(name => fields.get(name));
  if (!user || !id || !answerTo || fields.get('command') === null) return undefined;
  const words = (text ?? '').trim().split(/\s+/).slice(0, 50);
  return { kind: 'command', user, words, id, answerTo };
}

interface Pressed {
  readonly type?: unknown;
  readonly user?: { readonly id?: unknown };
  readonly response_url?: unknown;
  readonly actions?: readonly { readonly action_id?: unknown; readonly value?: unknown }[];
}

function readPressed(payload: string): SlackRequest | undefined {
  let read: Pressed | null;
  try {
    read = JSON.parse(payload) as Pressed | null;
  } catch {
    return undefined;
  }
  const { type, user, response_url: answerTo, actions } = read ?? {};
  if (type !== 'block_actions') return { kind: 'nothing' };
  const pressed = Array.isArray(actions)
    ? (actions[0] as { action_id?: unknown; value?: unknown } | undefined)
    : undefined;
  const ballot = readSlackBallot(pressed?.action_id, pressed?.value);
  if (ballot === undefined || typeof user?.id !== 'string' || typeof answerTo !== 'string') return { kind: 'nothing' };
  return { kind: 'ballot', user: user.id, ballot, answerTo };
}
