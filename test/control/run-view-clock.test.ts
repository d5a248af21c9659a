import { describe, expect, test } from 'vitest';
import { runPage } from '../../console/pages/run-page.ts';
import type { Viewing } from '../../console/pages/viewing.ts';
import { viewRun } from '../../control/run-view.ts';
import { clocksOf } from '../../control/run-view/clock.ts';
import { renderJunit } from '../../report/junit.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { renderText } from '../../report/text.ts';
import { textOf } from '../report/page.ts';
import { type Made, peers, start, watched } from './watched.ts';

const minute = 60_000;
const at = start + 10 * minute;
const objectiveMs = 30 * minute;
const frame = {
  csrf: 'csrf-token',
  assets: { style: '/assets/page.css', script: '/assets/live.js' },
  person: { name: 'Ana Ruiz', verified: true, session: true },
};
const viewing: Viewing = { at, csrf: 'csrf-token', may: () => undefined };
const note = 'not measured: a person skipped the required check "db_up"';

/** Runs without an RTO of their own, and what is said instead of it. */
const cases: readonly (readonly [string, Made, string])[] = [
  [
    'a live run that ended without one',
    {
      ...{ mode: 'failover', ended: at },
      journal: { verdict: 'passed_with_exceptions', rto: { objectiveMs, note }, rpo: { note } },
    },
    note,
  ],
  [
    'a run that closes, and was judged before',
    {
      mode: 'failover',
      clock: { begunAt: start, humanMs: 0, stage: 'closing', rto: { objectiveMs, note }, rpo: { note } },
    },
    note,
  ],
  [
    'a run that was terminated',
    { mode: 'failover', ended: at, journal: { verdict: 'lost', rto: {}, rpo: {} } },
    'not measured',
  ],
  [
    'a drill that has not recovered anything yet',
    { clock: { humanMs: 0, stage: 'main' } },
    'Begins with the first recovery call.',
  ],
];

describe('defect: an RTO that was not measured was shown as 0s', () => {
  test.each(cases)('%s', (_, made, why) => {
    const { rto } = clocksOf(watched(made), at);
    expect(rto).toEqual({ counts: 'neither', objectiveMs, note: why });
    const page = runPage(frame, viewRun(watched(made), { peers }, at), viewing);
    const text = textOf(page);
    expect(text).toContain(`RTO – machine of 30m people – , not judged ${why}`);
    expect(text).toContain('RTO – of 30m, people –');
    expect(text).not.toMatch(/\b0s\b.*(of 30m|not judged)|· (met|missed|within|over)/);
  });

  test('in reports it is a dash with the reason, and is neither met nor missed', () => {
    const { journal } = watched({
      ...{ mode: 'failover', ended: at },
      // A journal of another release may say so: nothing was measured all the same.
      journal: { verdict: 'passed_with_exceptions', rto: { objectiveMs, note, met: false }, rpo: {} },
    });
    expect(renderText(journal)).toContain(`RTO –, objective 30m (${note})\nRPO –, no objective (not measured)\n`);
    expect(renderMarkdown(journal)).toContain('| RTO | –, objective 30m \\(not measured: a person');
    expect(renderJunit(journal)).toContain('<property name="rto" value="–, objective 30m (not measured: a person');
    for (const report of [renderText(journal), renderMarkdown(journal), renderJunit(journal)])
      expect(report).not.toMatch(/\b0s\b|, (met|missed)|objective 30m missed/);
  });
});
