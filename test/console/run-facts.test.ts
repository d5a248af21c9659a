import { describe, expect, test } from 'vitest';
import { renderFacts } from '../../console/pages/run-facts.ts';
import { viewRun } from '../../control/run-view.ts';
import { type Made, peers, start, watched } from '../control/watched.ts';
import { textOf } from '../report/page.ts';
import { opening, step } from '../report/sample.ts';

const at = start + 600_000;
const tell = (made: Made): string =>
  textOf(renderFacts(viewRun(watched({ mode: 'failover', ...made }), { peers }, at), { at }).markup);
const open = opening('payments-db', 180_000, 0, { action: 'zerto/failover', state: 'open' });

describe('the facts of a run in one line', () => {
  test('VPGs by their states, sites with since when, and of what is tried again what gives up first', () => {
    const told = ['site-a is not connected since 2026-11-21 02:08 UTC'];
    const line = tell({
      journal: { openings: [open], steps: [step('db', 0, 900, { told })] },
      trying: [
        { key: 'db_up', attempt: 2, error: 'refused' },
        { key: 'db', attempt: 3, error: 'no answer', givesUpAt: at + 60_000, guard: true },
        { key: 'front', attempt: 3, error: 'no answer', stalled: true },
      ],
    });
    expect(line).toContain('2 VPGs: 1 failover, not committed; 1 not touched');
    expect(line).toContain('site-a not reachable since 2026-11-21 02:08 UTC');
    expect(line).toContain('2 trying again: db gives up at 02:21:00Z');
  });

  test('what all have in common is said once, and what is not tried is left out', () => {
    const line = tell({});
    expect(line).toContain('2 VPGs not touched');
    expect(line).not.toContain('trying');
  });
});
