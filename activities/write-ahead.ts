import type { Sent } from '../engine/guard-activities.ts';
import type { HandedOver } from '../engine/guard-types.ts';
import type { WrittenOpening } from '../engine/written.ts';

/**
 * What a worker writes down before each opening call and when its outcome is known: the one thing that survives the loss of
 * Temporal's database. Pure: the lines, and what they say together. Times: ms since 1970.
 */
export type WrittenLine =
  | ({ readonly kind: 'opening' } & WrittenOpening)
  /** A commit or roll-back of it is about to be sent. */
  | { readonly kind: 'ending'; readonly id: string; readonly at: number; readonly how: string }
  | { readonly kind: 'sent'; readonly id: string; readonly at: number; readonly sent: Sent }
  /** Nothing of it is open: it was never begun, or was read back as ended. */
  | { readonly kind: 'over'; readonly id: string; readonly at: number };

export type WrittenNews = Exclude<WrittenLine, { kind: 'opening' }>;

/** One id for all lines about one opening. */
export function writtenId(run: string, step: string, vpgId: string): string {
  return JSON.stringify([run, step, vpgId]);
}

/** One line. It begins with a line break of its own: what a crash has torn before it does not spoil it. */
export function encodeLine(line: WrittenLine): string {
  return `\n${JSON.stringify(line)}\n`;
}

/** Torn lines, and those of a later version that cannot be read, are left out. */
export function decodeLines(text: string): WrittenLine[] {
  return text.split('\n').flatMap(one => {
    const line = parse(one);
    return line === undefined ? [] : [line];
  });
}

/**
 * What may be open, the oldest first. The order of lines does not matter, for files are put together while others write:
 * news counts for the openings that were written down before it.
 */
export function foldLines(lines: readonly WrittenLine[]): WrittenOpening[] {
  const openings = new Map<string, WrittenOpening>();
  for (const line of lines) {
    if (line.kind !== 'opening') continue;
    const { kind, ...opening } = line;
    const known = openings.get(line.id);
    if (known === undefined || known.since <= opening.since) openings.set(line.id, opening);
  }
  for (const line of lines) {
    if (line.kind === 'opening' || line.kind === 'ending') continue;
    const opening = openings.get(line.id);
    if (opening === undefined || line.at < opening.since) continue;
    if (line.kind === 'over') openings.delete(line.id);
    else openings.set(line.id, { ...opening, opening: wasSent(opening.opening, line.sent) });
  }
  return [...openings.values()].sort((a, b) => a.since - b.since);
}

/** Nothing of it can still arrive. */
function wasSent({ lateUntil: _late, ...opening }: HandedOver, sent: Sent): HandedOver {
  return { ...opening, sent };
}

function parse(text: string): WrittenLine | undefined {
  if (text.trim() === '') return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    return isLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isLine(value: unknown): value is WrittenLine {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Readonly<Record<string, unknown>>;
  const texts = (...keys: string[]) => keys.every(key => typeof line[key] === 'string');
  switch (line['kind']) {
    case 'opening': {
      const opening = line['opening'] as Partial<HandedOver> | undefined;
      const call = opening?.call as Partial<HandedOver['call']> | undefined;
      return (
        texts('id', 'temporal', 'guard', 'token', 'site', 'vpg', 'vpgId') &&
        typeof line['since'] === 'number' &&
        typeof call?.action === 'string' &&
        typeof call.run?.id === 'string'
      );
    }
    case 'sent':
      return texts('id') && typeof (line['sent'] as Partial<Sent> | undefined)?.taskId === 'string';
    case 'ending':
    case 'over':
      return texts('id') && typeof line['at'] === 'number';
    default:
      return false;
  }
}
