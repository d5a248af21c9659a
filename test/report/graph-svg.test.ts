import { expect, it } from 'vitest';
import { renderSvg } from '../../report/graph/svg.ts';
import { countSteps } from '../../report/graph/model.ts';
import { model, sequence, step } from './graph-sample.ts';

/** Text and tags of XML that is in order; throws where it is not. */
function parse(svg: string): { readonly tags: readonly string[]; readonly text: string } {
  const open: string[] = [];
  const tags: string[] = [];
  let text = '';
  for (const [, between = '', tag] of svg.matchAll(/([^<]*)(<[^<>]*>)?/g)) {
    if (open.at(-1) !== 'style') {
      if (/&(?!(?:amp|lt|gt|quot|#\d+);)|>/.test(between)) throw new Error(`not escaped: ${between}`);
      text += between;
    }
    if (tag === undefined) continue;
    tags.push(tag);
    const [, end, name = '', rest = '', empty] = /^<(\/?)([a-z]+)((?: [a-zA-Z-]+="[^"<]*")*)(\/?)>$/.exec(tag) ?? [];
    if (name === '') throw new Error(`no tag: ${tag}`);
    if (/&(?!(?:amp|lt|gt|quot|#\d+);)/.test(rest)) throw new Error(`not escaped: ${tag}`);
    if (end === '/') expect(open.pop()).toBe(name);
    else if (empty !== '/') open.push(name);
  }
  expect(open).toEqual([]);
  return { tags, text };
}

const small = model(
  [
    step('go', { action: 'approval', wall: true, notes: ['2 of dr-managers'] }),
    step('db', { title: 'Recover the database', action: 'zerto/failover-test', effect: 'isolated', forEach: true }),
    step('close-db', { phase: 'closing', effect: 'isolated' }),
  ],
  ['go > db > close-db', 'db ~> close-db'],
);

it('is one SVG that needs nothing else and says what it shows', () => {
  const svg = renderSvg({ ...small, description: 'Bring payments up.' });
  const { tags, text } = parse(svg);
  expect(tags[0]).toMatch(
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*role="img" aria-labelledby="drillbook-graph-title drillbook-graph-text">$/,
  );
  expect(svg).toContain('<title id="drillbook-graph-title">payments, drill</title>');
  expect(svg).toContain(
    '<desc id="drillbook-graph-text">Bring payments up. at site-b. In order: go (approval), db (zerto/failover-test), close-db (check/tcp).</desc>',
  );
  expect(text).toContain('Recover the database');
  expect(text).toContain('2 of dr-managers');
  expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
    /https?:|<script|<image|@import|url\((?!#)| on[a-z]+=/,
  );
  expect(svg).toContain('@media (prefers-color-scheme: dark)');
});

it('gives the same bytes for the same model', () => {
  expect(renderSvg(small)).toBe(renderSvg(structuredClone(small)));
});

it('colours by effect, and by state once there is one; never by colour alone', () => {
  expect(renderSvg(small)).toMatch(
    /<g class="g-isolated"><title>Recover the database \(db\)\nzerto\/failover-test · isolated</,
  );
  const nodes = small.nodes.map((node, place) =>
    node.kind === 'step' ? { ...node, state: ['succeeded', 'failed', 'pending'][place] ?? '' } : node,
  );
  const { text, tags } = parse(renderSvg({ ...small, nodes }));
  expect(tags.filter(tag => /^<g class="g-(good|bad|idle)">$/.test(tag))).toHaveLength(6);
  expect(text).toContain('✗ failed');
  expect(text).not.toContain('isolated');
});

it('shows hostile names as text', () => {
  const hostile = `</text><script>alert("1" & '2')</script>]]>\u202e\u0007\ufffe\ud800`;
  const nodes = [step(hostile, { title: hostile, action: hostile, notes: [hostile], phase: hostile, effect: hostile })];
  const svg = renderSvg({ ...model(nodes), title: hostile, description: hostile, facts: [hostile] });
  parse(svg);
  expect(svg).not.toContain('<script>');
  // What XML 1.0 forbids stands nowhere.
  expect(svg).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u);
  expect(svg).toContain('‹U+202E›');
});

it('cuts what does not fit and keeps the whole in the title', () => {
  const title = 'Recover the database of the payments application at the second site';
  const svg = renderSvg(model([step('db', { title })]));
  expect(svg).toContain(`<title>${title} (db)`);
  expect(svg).toMatch(/<text class="g-title"[^>]*>Recover the database[^<]*…<\/text>/);
});

it('ten thousand steps are a list, which it says, with the stage of each', () => {
  const graph = sequence(10_000);
  const began = performance.now();
  const svg = renderSvg(graph);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(countSteps(graph)).toBe(10_000);
  expect(svg).toContain('too many for arrows');
  expect(svg).not.toContain('<path class="g-edge"');
  expect(svg).toMatch(/>10000<\/text>\n<text class="g-title"[^>]*>s9999</);
  expect(svg.match(/class="g-title"/g)).toHaveLength(10_000);
});

it('in a list, a join is no stage', () => {
  const join = { kind: 'join' as const, id: 'join 1', phase: 'main' };
  const many = Array.from({ length: 700 }, (_, n) => step(`x${n}`));
  const svg = renderSvg(
    model([...many, join, step('last')], [...many.map(({ id }) => `${id} > join 1`), 'join 1 > last']),
  );
  expect(svg).toMatch(/>2<\/text>\n<text class="g-title"[^>]*>last</);
});

it('nothing at all is a picture too', () => {
  parse(renderSvg(model([])));
});
