import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../report/html.ts';
import { style } from '../../report/html-style.ts';
import { failedDrill, passedDrill, runningDrill } from './sample.ts';

type Palette = Readonly<Record<string, string>>;

/** The colours of each `:root` block: light, dark, paper. */
const palettes = [...style.markup.matchAll(/:root \{([^}]*)\}/g)].map(
  ([, block]): Palette =>
    Object.fromEntries(
      [...(block ?? '').matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(
        ([, name = '', value = '']) => [name, value] as const,
      ),
    ),
);

/** Contrast of two colours as WCAG 2 defines it. */
function contrast(a: string, b: string): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map(at => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe.each([
  ['light', palettes[0] ?? {}],
  ['dark', palettes[1] ?? {}],
])('the %s colours', (_, palette) => {
  const tones = ['good', 'warn', 'bad', 'info', 'idle'];
  it.each([
    ...['ink', 'quiet', 'link', ...tones].map(tone => [tone, 'paper'] as const),
    ...tones.map(tone => [tone, `${tone}-soft`] as const),
    ...tones.map(tone => ['ink', `${tone}-soft`] as const),
    ...tones.map(tone => ['paper', tone] as const),
    ['bad', 'warn-soft'] as const,
    ['bad', 'info-soft'] as const,
    ['ink', 'panel'] as const,
    ['quiet', 'panel'] as const,
  ])('%s on %s can be read', (text, ground) => {
    expect(contrast(palette[text] ?? '#000000', palette[ground] ?? '#000000')).toBeGreaterThanOrEqual(4.5);
  });
});

it('is light on paper, whatever the screen', () => {
  expect(palettes).toHaveLength(3);
  expect(palettes[2]).toEqual(palettes[0]);
  expect(style.markup.slice(style.markup.indexOf('@media print'))).toContain('color-scheme: light;');
  expect(style.markup).toContain('@page { size: A4;');
});

it('names every colour that it uses', () => {
  for (const [, name] of style.markup.matchAll(/var\(--([\w-]+)\)/g)) expect(palettes[0]).toHaveProperty([name ?? '']);
});

it('has a rule for every class of the page', () => {
  const pages = [passedDrill(), failedDrill(), runningDrill()].map(renderHtml).join('');
  const classes = new Set([...pages.matchAll(/class="([^"]*)"/g)].flatMap(([, names]) => (names ?? '').split(' ')));
  const ruled = new Set([...style.markup.matchAll(/\.([a-z]+)/g)].map(([, name]) => name));
  expect([...classes].filter(name => !ruled.has(name))).toEqual(['label']);
});
