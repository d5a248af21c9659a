import { makeVisible } from './visible.ts';

/** Finished markup. Only this file makes it, so whatever else reaches a page is escaped. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What a template takes: text is escaped, markup is put in as it is, lists have one item a line. */
export type Content = string | number | Html | readonly Content[];

/** A template whose values are escaped for text and for double-quoted attributes. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  let markup = parts[0] ?? '';
  for (const [place, value] of values.entries()) markup += toMarkup(value) + (parts[place + 1] ?? '');
  return new Html(markup);
}

/** No markup at all, for a part that has nothing to say. */
export const nothing = new Html('');

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

function toMarkup(value: Content): string {
  if (value instanceof Html) return value.markup;
  if (isList(value)) return value.map(toMarkup).join('\n');
  return makeVisible(String(value)).replace(/[&<>"'`]/g, character => entities[character] ?? '');
}

function isList(value: Content): value is readonly Content[] {
  return Array.isArray(value);
}
