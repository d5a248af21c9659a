import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../control/config/config.ts';
import { startOf } from '../../../control/schedules/start.ts';
import { readWanted } from '../../../control/schedules/wanted.ts';
import { makeFolder } from '../../cli/folder.ts';
import { config } from '../../cli/sample-config.ts';

const runbook = `apiVersion: drillbook/v1
name: payments
site: site-b
modes: [drill]
inputs:
  vpg: { type: string, default: crm }
  hosts: { type: list, of: string, default: [] }
triggers:
  - schedule: { name: weekly, mode: drill, cron: "30 3 * * 6", time-zone: UTC, inputs: { vpg: ledger, hosts: [a, b] }, blackouts: [freeze], within: 2h, jitter: 5m, overlap: wait, catch-up: 1h }
  - schedule: { name: monthly, mode: drill, cron: "30 3 1 * *", time-zone: UTC }
steps:
  - { id: t, uses: zerto/failover-test, with: { vpg: "\${{ inputs.vpg }}" } }
  - { id: up, uses: assert, with: { that: 'size(steps.t.outputs.vms) > 0', message: None. } }
`;
const freeze = 'calendars: { freeze: { time-zone: UTC, periods: [{ from: "2026-12-15", to: "2027-01-05" }] } }\n';

test('each schedule runs the Plan of its own inputs, and says all of its times', async () => {
  const root = makeFolder({ 'drillbook.yaml': `${config}${freeze}`, 'runbooks/payments.yaml': runbook });
  const read = await readWanted(
    [join(root, 'runbooks/payments.yaml')],
    root,
    await loadConfig(join(root, 'drillbook.yaml')),
  );
  if (read.kind === 'refused') throw new Error(read.report);
  expect(read.wanted.map(({ id, file, plan }) => [id, file, plan.inputs])).toEqual([
    ['payments/weekly', 'runbooks/payments.yaml', { vpg: 'ledger', hosts: ['a', 'b'] }],
    ['payments/monthly', 'runbooks/payments.yaml', { vpg: 'crm', hosts: [] }],
  ]);
  const starts = read.wanted.map(one =>
    startOf(one, { requester: 'ana', at: 0 }, { queues: { sites: {}, probes: {} }, searchable: true }),
  );
  expect(starts.map(({ schedule }) => schedule)).toEqual([
    {
      ...{ id: 'payments/weekly', cron: '30 3 * * 6', timeZone: 'UTC', blackouts: ['freeze'], jitterMs: 300_000 },
      ...{ overlap: 'wait', withinMs: 7_200_000, catchUpMs: 3_600_000 },
    },
    {
      ...{ id: 'payments/monthly', cron: '30 3 1 * *', timeZone: 'UTC', blackouts: [], jitterMs: 0 },
      ...{ overlap: 'skip', catchUpMs: 600_000 },
    },
  ]);
  // Temporal names it, and the worker says under which drillbook.yaml it is carried out.
  for (const { run, tells } of starts)
    expect([run.id, run.trigger, run.configSha256, tells]).toEqual(['', 'schedule', '', true]);
});
