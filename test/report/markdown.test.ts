import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Journal } from '../../report/journal.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { hostile, kept, poison } from './poison.ts';
import { failedDrill, liveFailover, opening, passedDrill, runningDrill, wideRun } from './sample.ts';

it('is a report for a ticket: verdict, objectives, why, steps, what was opened', () => {
  expect(renderMarkdown(failedDrill())).toBe(String.raw`# ✗ FAILED: payments, drill at site-b

A required step failed, an objective was missed, or closing left something behind.

|  |  |
| --- | --- |
| Run | 019a9f5e-7c11-7d52-9d2a-3f6f0f6c1a20 |
| Time | 2026-11-21T02:10:00Z to 02:16:12Z (6m12s) |
| RTO | –, objective 30m \(not measured: the last required check never held\) |
| RPO | 15s of 5m, met |
| Requested by | kay (unverified name) |
| Runbook | payments.yaml, plan c1d2e3f40516 |

## Why

- db\_up \(check/tcp\) failed: connection refused.
- RTO was not reached: the last required check never held.

## Steps

|  | Step | Action | State | Took | What went wrong |
| --- | --- | --- | --- | --- | --- |
| ✓ | sign-in | sign-in | succeeded | 820ms |  |
| ✓ | ready | zerto/check-vpgs | succeeded | 2.1s |  |
| ✓ | points | zerto/choose-checkpoints | succeeded | 1.9s |  |
| ✓ | db | zerto/failover-test | succeeded | 44s |  |
| ✗ | db\_up | check/tcp | failed | 5m | 10.99.1.10:5432 did not answer within 5m: connection refused. Is PostgreSQL set to start at boot? |
| – | front\[payments-app\] | zerto/failover-test | cancelled |  |  |
| – | front\[payments-web\] | zerto/failover-test | cancelled |  |  |
| – | web\_up | check/http | cancelled |  | never started: db\_up failed |
| ✓ | close-db | zerto/stop-failover-test | succeeded | 14s |  |
| ! | tell | notify | errored (not required) | 220ms | The file drills.log cannot be written: no space left. |

## Opened and closed

|  | VPG | Site | Action | State | Checkpoint |
| --- | --- | --- | --- | --- | --- |
| ✓ | payments-db | site-b | zerto/failover-test | closed | 2026-11-21T02:09:51.000Z |
`);
});

it('says of a failover who decided, and of a running one that it runs', () => {
  expect(renderMarkdown(liveFailover())).toContain(
    '| 02:10:01Z | cem (unverified name) | commit at keep, breaking the glass | nobody answers |\n',
  );
  expect(renderMarkdown(liveFailover())).toContain('(did not count: ana may not vote here)');
  expect(renderMarkdown(runningDrill())).toMatch(/^# … RUNNING: payments, drill at site-b\n/);
});

it('does not grow without end', () => {
  const text = renderMarkdown(wideRun(1_000));
  expect(text.split('\n').length).toBeLessThan(600);
  expect(text).toMatch(/… and \d+ more: the JSON report has them\./);
});

/** Without what is escaped: a backslash and its sign, an entity. */
const plain = (text: string): string => text.replace(/\\[^a-z0-9\s]/gi, '').replace(/&(?:#?\w+);/g, '');
/** Cells of each line. */
const shape = (text: string): readonly number[] => text.split('\n').map(line => plain(line).split('|').length - 1);

it('texts from outside make no markup, no link, no mention, no row', () => {
  const sly = [
    '[x](http://evil.example)',
    '@everyone',
    'a | b',
    '\n# big\n',
    '**b** _i_ `c` ~~d~~',
    '![i](//e)',
    'www.evil.example #1',
  ];
  const every = [
    passedDrill(),
    failedDrill(),
    { ...liveFailover(), openings: [opening('db', 0, 1, { state: 'open' })] },
  ];
  for (const journal of every) {
    const saying = (text: string) =>
      renderMarkdown(poison(journal, (old, path) => (kept.test(path) ? old : text)) as Journal);
    const clean = shape(saying('x'));
    for (const text of [...hostile, ...sly]) {
      const shown = saying(text);
      expect(shape(shown)).toEqual(clean);
      expect(plain(shown)).not.toMatch(/[<>[\]*_`@~]|:\/\/|www\.|#\w/);
    }
  }
});

it('whatever a reason is, it is one item of the list', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), text => {
      const drill = failedDrill();
      const shown = renderMarkdown({ ...drill, reasons: [`x${text}`] });
      const [, list = ''] = /## Why\n\n([^]*?)\n\n## Steps/.exec(shown) ?? [];
      expect(list.split('\n')).toHaveLength(1);
      expect(plain(list)).not.toMatch(/[<>[\]*_`@~]/);
    }),
    { numRuns: 100 },
  );
});
