import type { Message } from './message.ts';

/** The same words in each channel, for somebody who is awake at 3 a.m. */

const events: Readonly<Record<Message['event'], string>> = {
  started: 'STARTED',
  held: 'HELD',
  waiting: 'WAITS FOR PEOPLE',
  overtime: 'TAKES LONG',
  'breach-forecast': 'MAY MISS ITS OBJECTIVE',
  failed: 'FAILED',
  finished: 'FINISHED',
  stuck: 'NOT CLOSED',
  'lost-run': 'RUN LOST',
  overdue: 'DRILL OVERDUE',
  'not-started': 'NOT STARTED',
  'refused-trigger': 'NOTHING STARTED FROM OUTSIDE',
  'break-glass': 'GLASS BROKEN',
  'lease-acted': 'TAKEN IN HAND',
  'config-changed': 'PEOPLE CHANGED',
  notify: 'NOTE',
  test: 'TEST',
};

export const isLive = ({ mode }: Pick<Message, 'mode'>): boolean => mode === 'failover' || mode === 'move';

/** `LIVE failover`, `DRILL`: never by a colour alone. */
function wordOfMode({ mode }: Pick<Message, 'mode'>): string {
  if (mode === 'failover' || mode === 'move') return `LIVE ${mode}`;
  return mode.toUpperCase();
}

const wordOfEvent = ({ event, over }: Pick<Message, 'event' | 'over'>): string =>
  over === true ? `over: ${events[event].toLowerCase()}` : events[event];

/** `[LIVE failover] payments: HELD`. */
export function titleOf(message: Message): string {
  const mode = wordOfMode(message);
  const head = mode === '' ? '' : `[${mode}] `;
  return oneLine(`${head}${message.runbook === '' ? 'drillbook' : message.runbook}: ${wordOfEvent(message)}`);
}

/** What else there is to know, as names and values. */
export function factsOf(message: Message): readonly (readonly [name: string, value: string])[] {
  const { run, step, since, expiresAt, from, choices, at } = message;
  return [
    ...(run === undefined ? [] : [['Run', run] as const]),
    ...(step === undefined ? [] : [['Step', step] as const]),
    ['Time', spellTime(at)],
    ...(since === undefined ? [] : [['Waits since', spellTime(since)] as const]),
    ...(expiresAt === undefined ? [] : [['Expires', spellTime(expiresAt)] as const]),
    ...(from.length === 0 ? [] : [['Asked', from.join(', ')] as const]),
    ...(choices.length === 0 ? [] : [['Choices', choices.join(', ')] as const]),
  ];
}

/** In one sentence, with what to do. */
export function sentenceOf(message: Message): string {
  const { event, runbook, mode, run, text, choices } = message;
  const run_ = run === undefined ? '' : ` (${run})`;
  const choose = choices.length === 0 ? '' : ` Choose: ${choices.join(', ')}.`;
  return `${wordOfEvent(message)}: ${runbook}, ${mode}${run_}: ${text}.${choose}${asks.has(event) ? ` ${help}` : ''}`;
}

const asks: ReadonlySet<Message['event']> = new Set(['held', 'waiting', 'overtime', 'stuck', 'lost-run']);

/** What to do from a terminal; undefined: nothing is asked. */
export const helpOf = ({ event, over }: Message): string | undefined =>
  asks.has(event) && over !== true ? help : undefined;

const help = '"drillbook pending" lists the commands.';

const spellTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** Without line breaks and control characters: what stands in a subject must not become a header. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

export const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);
