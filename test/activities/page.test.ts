import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { page } from '../../activities/page.ts';
import { StepErrored } from '../../activities/outcome.ts';
import { parseConfig } from '../../control/config/config.ts';
import { notificationsOf } from '../../control/config/notifications.ts';
import type { PageInput } from '../../engine/page.ts';
import { config } from '../cli/sample-config.ts';

/** Nobody waits for a second try. */
const paging = {
  ...{ signal: new AbortController().signal, memory: { recalled: undefined, keep: () => undefined } },
  ...{ clock: () => since + 1_000, since: Date.UTC(2026, 10, 21, 2, 30), patienceMs: 0, giveUpAt: 0 },
};
const minute = 60_000;
const since = Date.UTC(2026, 10, 21, 2, 30);

const noSecret = () => Promise.reject(new StepErrored('the secret "hook" cannot be had'));

function world(lines: string, secret: () => Promise<string> = noSecret, times: Partial<typeof paging> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'drillbook-page-'));
  onTestFinished(() => {
    rmSync(dir, { recursive: true, force: true });
  });
  const yaml = `${config.replace('zvm: {', 'hook: { env: HOOK }, zvm: {')}targets:
  duty: { file: { path: duty.jsonl } }
  bridge: { slack: { url: hook }, fallback: duty }
  nowhere: { file: { path: gone/x.jsonl } }
  slack: { slack: { url: hook } }
notifications:
${lines}`;
  const { config: read, diagnostics } = parseConfig(yaml, 'drillbook.yaml');
  if (read === undefined) throw new Error(JSON.stringify(diagnostics));
  const complaints: string[] = [];
  const tell = (input: Partial<PageInput> = {}) =>
    page(
      {
        run: 'r-1',
        runbook: 'payments',
        mode: 'failover',
        event: 'held',
        text: 'nobody voted',
        at: since,
        since,
        ...input,
      },
      notificationsOf(read, dir, secret),
      { ...paging, ...times, complain: line => complaints.push(line) },
    ).then(({ told }) => told);
  const written = () =>
    readFileSync(join(dir, 'duty.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
  return { tell, complaints, written };
}

it('tells the targets of the lines that name event, mode and runbook, each once', async () => {
  const { tell, written, complaints } = world(`  - { events: [held], modes: [failover], to: [duty] }
  - { events: [held, waiting], modes: [failover], runbooks: ["pay*"], to: [duty, bridge] }
  - { events: [held], modes: [drill], to: [nowhere] }
`);
  const pending = { key: '', kind: 'held', since, from: [], choices: ['commit', 'roll-back'] } as const;
  // The bridge's secret is missing: its fallback is told, which was told already.
  expect(await tell({ pending })).toEqual(['duty']);
  expect(written()).toHaveLength(1);
  expect(written()[0]).toEqual({
    at: new Date(since + 1_000).toISOString(),
    ...{ run: 'r-1', mode: 'failover', step: '', event: 'held' },
    message:
      'HELD: payments, failover (r-1): nobody voted. Choose: commit, roll-back. "drillbook pending" lists the commands.',
  });
  expect(complaints).toEqual(['people could not be told: bridge: the secret "hook" cannot be had']);
  expect(await tell({ event: 'waiting', runbook: 'ledger' })).toEqual([]);
  expect(complaints.at(-1)).toBe('nobody was told that r-1 is waiting: nobody voted');
});

it('what has no line of its own goes where held goes', async () => {
  const { tell } = world(`  - { events: [held], to: [duty] }\n  - { events: [stuck], to: [nowhere] }\n`);
  expect(await tell({ event: 'lost-run' })).toEqual(['duty']);
  expect(await tell({ event: 'overtime' })).toEqual(['duty']);
  expect(await tell({ event: 'refused-trigger' })).toEqual(['duty']);
  expect(await tell({ event: 'stuck' })).toEqual([]);
  expect(await tell({ event: 'waiting' })).toEqual([]);
});

it('what reached nobody before is due, whatever repeat says', async () => {
  const { tell } = world(`  - { events: [held], to: [duty], repeat: 12m }\n`);
  const second = { at: since + 5 * minute, everyMs: 5 * minute };
  expect(await tell(second)).toEqual([]);
  expect(await tell({ ...second, owed: true })).toEqual(['duty']);
});

it('repeat makes it rarer than the page of the run', async () => {
  const { tell } = world(`  - { events: [held], to: [duty], repeat: 12m }\n`);
  const told: number[] = [];
  for (let n = 0; n <= 8; n++)
    if ((await tell({ at: since + n * 5 * minute, everyMs: 5 * minute })).length > 0) told.push(n * 5);
  expect(told).toEqual([0, 15, 25, 40]);
});

it('never fails: not with a drillbook.yaml that cannot be read, not with a target that is gone', async () => {
  const { tell, complaints } = world(`  - { events: [held], to: [nowhere, slack] }\n`);
  expect(await tell()).toEqual([]);
  expect(complaints[0]).toContain('nowhere: there is no folder');
  const said: string[] = [];
  const input = { run: 'r', runbook: 'x', mode: 'move', event: 'held', text: 't' } as const;
  const gone = { unreadable: 'drillbook.yaml has mistakes' };
  const why = 'nobody was told that r is held: drillbook.yaml has mistakes';
  const told = await page(input, gone, { ...paging, complain: line => said.push(line) });
  expect(told).toEqual({ told: [], untold: [why] });
  expect(said).toEqual([why]);
});

it('found by a review: reminders that come faster than a dead target is waited for do not keep its fallback from being told', async () => {
  const lines = '  - { events: [waiting], modes: [failover], to: [bridge] }';
  // Nobody listens there.
  const hook = () => Promise.resolve('http://127.0.0.1:1/services/x');
  const times = { patienceMs: minute, giveUpAt: since + 10 * minute };
  const { tell } = world(lines, hook, times);
  const waits = { event: 'waiting', since, everyMs: 5_000, owed: true } as const;
  await expect(tell(waits)).rejects.toThrow(/not told yet: bridge: /);
  expect(await tell({ ...waits, owedSince: since - minute })).toEqual(['duty']);
});
