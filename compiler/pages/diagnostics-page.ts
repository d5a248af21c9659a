import { type Code, catalogue, type Severity } from '../catalogue.ts';
import { code, codeBlock, page } from './markdown.ts';

const families: readonly (readonly [string, string])[] = [
  ['DB1', 'The YAML itself'],
  ['DB2', 'Keys, values and names'],
  ['DB3', 'Expressions'],
  ['DB4', 'Order, modes and effects'],
  ['DB5', 'What this version cannot run yet'],
  ['DB6', 'What is given at the start'],
  ['DB7', 'Lints'],
  ['DB8', 'drillbook.yaml'],
];

/**
 * docs/diagnostics.md. `examples`: by code, one diagnostic as `validate` shows it; codes that no single file can show
 * have none.
 */
export function diagnosticsPage(examples: Readonly<Partial<Record<Code, string>>>): string {
  const codes = (Object.keys(catalogue) as Code[]).sort();
  return page([
    '# Diagnostics',
    'Made from the catalogue in `compiler/catalogue.ts`, the examples from the golden cases. `UPDATE=1 npx vitest run --project fast test/compiler/docs-pages.test.ts` writes it anew.',
    'A code never changes its meaning and is never used again. An error makes `validate` end with 1; a warning never does. In a template, `{…}` is filled in.',
    ...families.flatMap(([prefix, title]) => {
      const own = codes.filter(c => c.startsWith(prefix));
      return own.length === 0 ? [] : [`## ${prefix}: ${title}`, ...own.flatMap(c => entryOf(c, examples[c]))];
    }),
  ]);
}

function entryOf(name: Code, example: string | undefined): readonly (string | undefined)[] {
  const { severity, message, help }: { severity: Severity; message: string; help?: string } = catalogue[name];
  return [
    `### ${name}`,
    `${severity}: ${code(message)}`,
    help === undefined ? undefined : `Help: ${code(help)}`,
    example === undefined ? undefined : codeBlock(example),
  ];
}
