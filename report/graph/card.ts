import type { GraphStep } from './model.ts';
import { fit, type Font, widthOf } from './text.ts';
import { lookOfStatus } from '../words.ts';

/** How a step is written on its card, its wall or the head of its box: lines, one below the other. */

/** Of a card, px; the narrow one where many stand side by side. */
export const cardWidths = [276, 196] as const;
const lineHeight = 17;
const padding = { x: 14, y: 8 };
const maxNotes = 4;
/** How far the cards behind a for-each's stick out, each. */
export const stackStep = 4;

const titleFont: Font = { size: 13, bold: true };
const actionFont: Font = { size: 11.5, mono: true };
const noteFont: Font = { size: 11.5 };
const badgeFont: Font = { size: 11.5, bold: true };

export interface CardText {
  readonly text: string;
  readonly look: 'title' | 'action' | 'note' | 'id' | 'effect' | 'state';
  readonly x: number;
  /** The baseline. */
  readonly y: number;
  readonly anchor: 'start' | 'end';
}

/** Narrower than this the id is left out and the effect has a line of its own. */
const roomy = 240;

/** The height of the text with its padding in a card so wide, px. */
export function heightOf({ notes }: GraphStep, width: number): number {
  return padding.y * 2 + lineHeight * ((width < roomy ? 3 : 2) + Math.min(notes.length, maxNotes));
}

/** The texts of a step in a card so wide, from its upper left corner. */
export function writeCard(step: GraphStep, width: number): readonly CardText[] {
  const narrow = width < roomy;
  const right = width - padding.x + 2;
  const room = right - padding.x;
  const id = narrow || step.title === step.id ? '' : fit(step.id, room / 2, actionFont);
  const badge = badgeOf(step);
  const look = step.state === undefined ? 'effect' : 'state';
  const idRoom = id === '' ? 0 : widthOf(id, actionFont) + 8;
  const badgeRoom = narrow ? 0 : widthOf(badge, badgeFont) + 8;
  const baseline = (line: number): number => padding.y + 13 + line * lineHeight;
  return [
    text('title', fit(step.title, room - idRoom, titleFont), padding.x, baseline(0)),
    ...(id === '' ? [] : [text('id', id, right, baseline(0), 'end')]),
    text('action', fit(step.action, room - badgeRoom, actionFont), padding.x, baseline(1)),
    narrow ? text(look, badge, padding.x, baseline(2)) : text(look, badge, right, baseline(1), 'end'),
    ...step.notes
      .slice(0, maxNotes)
      .map((note, line) => text('note', fit(note, room, noteFont), padding.x, baseline(line + (narrow ? 3 : 2)))),
  ];
}

/** The whole of it, a line each. */
export function labelOf(step: GraphStep): readonly string[] {
  const title = step.title === step.id ? step.id : `${step.title} (${step.id})`;
  return [title, `${step.action} · ${badgeOf(step)}`, ...step.notes];
}

function badgeOf({ state, effect }: GraphStep): string {
  if (state === undefined) return effect;
  const { mark, word } = lookOfStatus(state);
  return `${mark} ${word}`;
}

function text(
  look: CardText['look'],
  words: string,
  x: number,
  y: number,
  anchor: CardText['anchor'] = 'start',
): CardText {
  return { text: words, look, x, y, anchor };
}
