import { expect, test } from 'vitest';
import { renderHtml } from '../../report/html.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { describeStillOpen } from '../../report/still-open.ts';
import { renderText } from '../../report/text.ts';
import { textOf } from './page.ts';
import { opening, passedDrill } from './sample.ts';

const open = (action: string, state = 'open') => {
  const { closedAt: _, ...rest } = opening('payments-db', 6_000, 0, { action, state });
  return rest;
};
const journalOf = (goesOn: boolean, ...openings: ReturnType<typeof open>[]) => {
  const journal = passedDrill();
  const { endedAt = 0, ...run } = journal.run;
  return { ...journal, verdict: goesOn ? 'running' : 'lost', run: goesOn ? run : { ...run, endedAt }, openings };
};
const where = (action: string) => `payments-db at site-b (${action}, step db), since 2026-11-21T02:10:06Z: `;

test.each([
  [true, 'zerto/failover', 'open', 'no deadline, only a person commits it or rolls it back'],
  [false, 'zerto/move', 'open', 'no deadline, only a person commits it or rolls it back'],
  [true, 'zerto/failover-test', 'open', 'it is closed with the run'],
  [false, 'zerto/failover-test', 'open', 'its guard closes it'],
  [false, 'zerto/failover-test', 'stuck', 'it was not read back as closed, its guard goes on trying'],
])(
  'the report of a held run did not say what is open, since when and who ends it: %s %s %s',
  (goesOn, action, state, end) => {
    const journal = journalOf(goesOn, open(action, state));
    const line = `${where(action)}${end}`;
    expect(describeStillOpen(journal)).toEqual([line]);
    expect(renderText(journal)).toContain(`  Still open: ${line}\n`);
    const title = goesOn ? 'Open now' : 'Still open';
    expect(renderMarkdown(journal)).toContain(`## ${title}\n\n- payments-db at site-b \\(${action}`);
    expect(textOf(renderHtml(journal))).toContain(`${title}: ${line}`);
  },
);

test('what is closed or committed is not among them', () => {
  const journal = journalOf(false, open('zerto/failover', 'committed'), open('zerto/failover-test', 'closed'));
  expect(describeStillOpen(journal)).toEqual([]);
  expect(renderMarkdown(journal)).not.toContain('Still open');
});
