import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../report/html.ts';
import { html } from '../../report/html-markup.ts';
import type { Journal } from '../../report/journal.ts';
import { elementsOf } from './page.ts';
import { hostile, kept, poison } from './poison.ts';
import { failedDrill, liveFailover, passedDrill } from './sample.ts';

function attributesOf(page: string): ReadonlySet<string> {
  const lists = [...page.matchAll(/<[a-z0-9]+((?:\s[\w-]+="[^"]*")*)\s*\/?>/g)].map(([, list]) => list ?? '');
  return new Set(lists.flatMap(list => [...list.matchAll(/\s([\w-]+)="/g)].map(([, name]) => name ?? '')));
}

const pages = hostile.flatMap(text => [
  { text, name: 'a drill', journal: failedDrill() },
  { text, name: 'a failover', journal: liveFailover() },
]);

describe.each(pages)('hostile text $text in $name', ({ text, journal }) => {
  const plain = renderHtml(journal);
  const all = (old: string, path: string) => (kept.test(path) ? old : text);

  it('makes no element and no attribute, wherever it stands', () => {
    const page = renderHtml(poison(journal, all) as Journal);
    // Its maps collapse to one key, so only kinds of elements are compared, not their number.
    expect(new Set(elementsOf(page))).toEqual(new Set(elementsOf(plain)));
    for (const name of attributesOf(page)) expect(attributesOf(plain)).toContain(name);
    // Every `<` begins a tag of a plain form, but the one of the doctype.
    const tags = page.match(/<\/?[a-z0-9]+(?:\s[\w-]+="[^"]*")*\s*\/?>/g) ?? [];
    expect(page.match(/</g)).toHaveLength(tags.length + 1);
  });

  it('also in the words that the page looks up', () => {
    const page = renderHtml(poison(journal, () => text) as Journal);
    expect(elementsOf(page)).not.toContain('script');
    expect(page).not.toMatch(/<(img|svg onload)/);
  });
});

it('shows what a control or a bidirectional mark would hide', () => {
  const passed = passedDrill();
  const page = renderHtml({ ...passed, run: { ...passed.run, name: 'pay\u202ements\u0000\u001b[31m' } });
  expect(page).toContain('<h1>pay‹U+202E›ments␀␛[31m ');
  expect(page).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
});

it('keeps any text to itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const { markup } = html`<p title="${text}">${text}</p>`;
      expect(markup).toMatch(/^<p title="[^"<>]*">[^<>]*<\/p>$/);
    }),
  );
});

it('takes a map that looks like markup for text', () => {
  const forged = { markup: '<script>alert(1)</script>' } as unknown as string;
  expect(html`<p>${forged}</p>`.markup).toBe('<p>[object Object]</p>');
});
