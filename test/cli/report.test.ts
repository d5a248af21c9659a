import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderHtml } from '../../report/html.ts';
import { renderJson } from '../../report/json.ts';
import { renderJunit } from '../../report/junit.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { renderText } from '../../report/text.ts';
import { passedDrill } from '../report/sample.ts';
import { drillbook } from './command-line.ts';
import { makeFolder } from './folder.ts';
import { config } from './sample-config.ts';
import { played } from './sample-run.ts';

const asked: string[] = [];
const outside = {
  ...played([]).outside,
  readJournal: (_control: unknown, run: string, organisation: string) => {
    asked.push(`${run} of ${organisation}`);
    return Promise.resolve(passedDrill());
  },
};

it.each([
  [[], renderHtml],
  [['--format', 'html'], renderHtml],
  [['--format', 'json'], renderJson],
  [['--format', 'md'], renderMarkdown],
  [['--format', 'junit'], renderJunit],
  [['--format', 'text'], renderText],
] as const)('report %j goes to standard output', async (flags, render) => {
  const seen = await drillbook(['report', 'r-1', ...flags], { outside, cwd: makeFolder() });
  expect(seen).toEqual({ code: 0, stdout: render(passedDrill()), stderr: '' });
});

it('--out writes a file, with the organisation of drillbook.yaml', async () => {
  const cwd = makeFolder({ 'drillbook.yaml': `${config}organisation: Example Bank\n` });
  mkdirSync(join(cwd, 'out'));
  const seen = await drillbook(['report', 'r-2', '--out', 'out/r.html'], { outside, cwd });
  const path = join(cwd, 'out', 'r.html');
  expect(seen).toEqual({ code: 0, stdout: '', stderr: `The report lies in ${path}\n` });
  expect(readFileSync(path, 'utf8')).toBe(renderHtml(passedDrill()));
  expect(asked.at(-1)).toBe('r-2 of Example Bank');
});

it('--out makes no folder: a mistyped one is a sentence', async () => {
  const cwd = makeFolder();
  const seen = await drillbook(['report', 'r-3', '--out', 'typo/r.html'], { outside, cwd });
  const folder = join(cwd, 'typo');
  expect(seen).toEqual({
    code: 1,
    stdout: '',
    stderr: `There is no folder ${folder}: make it, or give --out another place.\n`,
  });
  expect(existsSync(folder)).toBe(false);
});
