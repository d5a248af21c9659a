import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { encodeText } from '../../compiler/encode/text.ts';

/**
 * A block of docs/language.md: ```yaml alone is a whole runbook, `steps` its steps, `top` keys of the top, `file NAME` a
 * runbook that others call. Modes may follow (else drill), and `refused CODE` where it shows a mistake.
 */
interface Block {
  readonly words: readonly string[];
  readonly text: string;
}

const page = readFileSync(fileURLToPath(new URL('../../docs/language.md', import.meta.url)), 'utf8');
const blocks = [...page.matchAll(/^```yaml *([^\n]*)\n(.*?)^```$/gms)].map(
  ([, words = '', text = '']): Block => ({ words: words.split(' ').filter(Boolean), text }),
);
const files = new Map(blocks.filter(b => b.words[0] === 'file').map(b => [b.words[1] ?? '', b.text]));
const modes = ['drill', 'failover', 'move', 'change'];

function runbookOf({ words, text }: Block): string {
  if (words.length === 0 || words[0] === 'file') return text;
  const mode = words.find(word => modes.includes(word)) ?? 'drill';
  const head = `apiVersion: drillbook/v1\nname: example\nsite: site-b\nmodes: [${mode}]\n`;
  if (words[0] === 'steps') return `${head}steps:\n${text.replaceAll(/^(?=.)/gm, '  ')}`;
  const used = [...(/^inputs:\n(?:  .*\n)*/m.exec(text)?.[0].matchAll(/^  (\w+):/gm) ?? [])].map(([, name]) => name);
  const reads = used.map(name => `has(inputs.${name ?? ''})`).join(' && ');
  const steps = `steps:\n  - id: proof\n    uses: assert\n    with: { that: "${reads === '' ? 'true' : reads}" }\n`;
  return `${head}${text}${steps}`;
}

test('the page has examples', () => {
  expect(blocks.length).toBeGreaterThan(17);
});

test.each(blocks.map((block, i) => [`${i + 1}: ${block.words.join(' ') || 'a runbook'}`, block] as const))(
  'example %s',
  (_, block) => {
    const text = runbookOf(block);
    const { diagnostics } = compile(
      { file: 'example.yaml', text },
      { load: file => ({ file, text: files.get(file) ?? '' }) },
    );
    const errors = diagnostics.filter(d => d.severity === 'error');
    const refused = block.words.indexOf('refused');
    if (refused >= 0) expect(errors.map(d => d.code)).toContain(block.words[refused + 1]);
    else expect(encodeText(errors, { 'example.yaml': text })).toBe('');
  },
);
