import type { Control } from '../control/connection.ts';
import { readJournal } from '../control/journal.ts';
import { renderHtml } from '../report/html.ts';
import { renderJson } from '../report/json.ts';
import { renderJunit } from '../report/junit.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { renderText } from '../report/text.ts';

/** The report of a run, so far or whole. Throws RunNotFound. */
export async function renderReport(
  control: Control,
  run: string,
  {
    format,
    organisation,
  }: { readonly format: 'html' | 'json' | 'md' | 'junit' | 'text'; readonly organisation: string },
): Promise<string> {
  const journal = await readJournal(control, run, organisation);
  switch (format) {
    case 'html':
      return renderHtml(journal);
    case 'json':
      return renderJson(journal);
    case 'md':
      return renderMarkdown(journal);
    case 'junit':
      return renderJunit(journal);
    case 'text':
      return renderText(journal);
  }
}
