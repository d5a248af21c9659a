import { expect, it } from 'vitest';
import { renderHtml } from '../../report/html.ts';
import type { JournalObservation } from '../../report/journal.ts';
import { renderJson } from '../../report/json.ts';
import { elementsOf, rowsOf, sectionOf, textOf } from './page.ts';
import { passedDrill, start } from './sample.ts';

const seen = (what: unknown): JournalObservation => ({ at: start, step: 'out', what: 'settings of crm', seen: what });
const pageOf = (observations: readonly JournalObservation[]) => renderHtml({ ...passedDrill(), observations });

it('a run that read nothing for the report has no such section', () => {
  expect(pageOf([])).not.toContain('id="observations"');
});

it('a megabyte is shown in part, and where the whole is', () => {
  const nics = Array.from({ length: 20_000 }, (_, n) => ({ NicIdentifier: `Network adapter ${n}`, Failover: '&<>' }));
  const large = seen({ sha256: 'abc', settings: { nics } });
  const page = pageOf([large]);
  const section = sectionOf(page, 'observations');
  expect(JSON.stringify(large).length).toBeGreaterThan(1_000_000);
  expect(section.length).toBeLessThan(60_000);
  expect(textOf(section)).toContain('Network adapter 0"');
  expect(textOf(section)).not.toContain('Network adapter 19999');
  expect(textOf(section)).toMatch(/These are the first \d+ of \d+ characters; the JSON report has the whole/);
  expect(renderJson({ ...passedDrill(), observations: [large] })).toContain('Network adapter 19999');
  expect(() => elementsOf(page)).not.toThrow();
});

it('one long text without a line end is cut too', () => {
  expect(sectionOf(pageOf([seen('x'.repeat(1_000_000))]), 'observations').length).toBeLessThan(40_000);
});

it('the settings of a thousand VPGs do not make a page that nobody can open', () => {
  const settings = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`setting-${n}`, 'a value']));
  const all = Array.from({ length: 1_000 }, () => seen({ sha256: 'abc', settings }));
  expect(sectionOf(pageOf(all), 'observations').length).toBeLessThan(1_500_000);
});

it('a difference is a table, of which a long one shows the first rows', () => {
  const changes = Array.from({ length: 1_200 }, (_, n) => ({
    path: `vms[${n}].boot-group`,
    before: '',
    after: 'late',
  }));
  const section = sectionOf(pageOf([seen(changes)]), 'observations');
  expect(rowsOf(section)).toHaveLength(501);
  expect(rowsOf(section)[1]).toEqual(['vms[0].boot-group', '–', 'late']);
  expect(textOf(section)).toContain('These are the first 500 of 1200 differences');
});
