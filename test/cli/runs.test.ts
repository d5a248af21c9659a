import { expect, it } from 'vitest';
import type { Control } from '../../control/connection.ts';
import type { ListedRun } from '../../control/run-list.ts';
import { drillbook, render } from './command-line.ts';

const control = { close: () => Promise.resolve() } as Control;
const one: ListedRun = {
  run: 'payments-drill-1',
  runbook: 'payments',
  mode: 'drill',
  site: 'site-b',
  requester: 'ana',
  verdict: 'passed',
  startedAt: Date.UTC(2026, 10, 22, 8),
  endedAt: Date.UTC(2026, 10, 22, 8, 5),
};
const { endedAt: _, ...going } = { ...one, run: 'x', verdict: 'running', requester: 'bo\u001b[2J' };

async function list(all: readonly ListedRun[], ...args: string[]) {
  let asked = 0;
  const listRuns = (_control: Pick<Control, 'client'>, most: number) => {
    asked = most;
    return Promise.resolve(all);
  };
  const seen = await drillbook(['runs', ...args], { outside: { connect: () => Promise.resolve(control), listRuns } });
  return { seen: render(seen), asked };
}

it('is a table, the newest run first as Temporal gives them', async () => {
  const { seen, asked } = await list([going, one]);
  expect(asked).toBe(20);
  expect(seen).toMatchInlineSnapshot(`
    "out: run               mode   verdict  started               ended                 requester
    out: x                 drill  running  2026-11-22T08:00:00Z                        bo␛[2J
    out: payments-drill-1  drill  passed   2026-11-22T08:00:00Z  2026-11-22T08:05:00Z  ana
    exit 0"
  `);
});

it('with --json is one document', async () => {
  const { seen, asked } = await list([one], '--json', '--last', '5');
  expect(asked).toBe(5);
  expect(seen).toBe(`out: ${JSON.stringify([one])}\nexit 0`);
});

it('says that there are none', async () => {
  expect((await list([])).seen).toBe('out: There are no runs.\nexit 0');
});
