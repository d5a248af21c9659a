/** Reading a page without a DOM: enough to ask what stands where. */

/** The markup of a section of the report. */
export function sectionOf(page: string, id: string): string {
  const start = page.indexOf(`<section id="${id}"`);
  if (start === -1) throw new Error(`the page has no section ${id}`);
  return page.slice(start, page.indexOf('</section>', start));
}

/** The text of markup: no tags, entities resolved, white space single. */
export function textOf(markup: string): string {
  return markup
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<\/?time[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39|#96);/g, entity => resolved[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}

/** The rows of a table, each a list of its cells' text. */
export function rowsOf(markup: string): readonly (readonly string[])[] {
  return [...markup.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row]) =>
    [...(row ?? '').matchAll(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell]) => textOf(cell ?? '')),
  );
}

/** Names of all elements, opened and closed in turn; throws where they do not nest. */
export function elementsOf(page: string): readonly string[] {
  const open: string[] = [];
  const names: string[] = [];
  const bare = page.replace(/<!doctype html>/, '').replace(/<style>[\s\S]*?<\/style>/g, '<style></style>');
  for (const [tag, slash, name = '', rest = ''] of bare.matchAll(/<(\/?)([a-zA-Z0-9]+)((?:"[^"]*"|[^">])*)>/g)) {
    if (slash === '/') {
      const last = open.pop();
      if (last !== name) throw new Error(`${tag} closes <${last ?? 'nothing'}>`);
    } else {
      names.push(name);
      if (!rest.endsWith('/') && !voids.has(name)) open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(', ')}`);
  return names;
}

const voids: ReadonlySet<string> = new Set(['meta', 'link', 'input', 'br']);
const resolved: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#96;': '`',
};
