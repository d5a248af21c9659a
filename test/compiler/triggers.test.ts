import { expect, test } from 'vitest';
import { compile } from '../../compiler/compile.ts';
import { encodeText } from '../../compiler/encode/text.ts';
import type { Triggers } from '../../compiler/model.ts';
import { fitsWildcard } from '../../compiler/triggers/wildcard.ts';
import { evaluate, renderTemplate } from '../../expressions/evaluate.ts';

const text = `apiVersion: drillbook/v1
name: payments
site: site-b
modes: [drill, failover]
inputs:
  ticket: { type: string, pattern: "CHG[0-9]{7}", required: [drill] }
  slowest: { type: duration, default: 5m }
  ports: { type: list, of: number, default: [1] }
triggers:
  - schedule: { mode: drill, cron: "30  3 10 1,4,7,10 *", time-zone: Europe/London, inputs: { ticket: CHG0001234, slowest: 90s } }
  - schedule:
      name: surprise
      mode: drill
      cron: 0 9 * * mon-fri
      time-zone: UTC
      inputs: { ticket: CHG0001234 }
      blackouts: [year-end-freeze]
      within: 4h
      overlap: wait
      catch-up: 1h
  - webhook:
      name: site-lost
      mode: failover
      from: pagerduty
      if: payload.event.event_type == 'incident.triggered'
      once: payload.event.data.id
      reason: "Incident \${{ payload.event.data.title }}"
      inputs: { ticket: "\${{ payload.ticket }}", ports: [ "\${{ payload.port }}", 443 ], slowest: 2m }
steps:
  - { id: go, only: [failover], uses: approval, timeout: 15m, with: { message: Go?, from: [dr-managers], count: 2 } }
  - { id: up, only: [drill], uses: check/tcp, if: has(inputs.ticket) && size(inputs.ports) == 1 && inputs.slowest > duration("1s"), with: { host: db, port: 1 } }
`;

function triggers(): Triggers {
  const compiled = compile({ file: 'payments.yaml', text });
  expect(encodeText(compiled.diagnostics)).toBe('');
  const found = compiled.runbook?.triggers;
  if (found === undefined) throw new Error('it does not compile');
  return found;
}

test('schedules come with their defaults, and with inputs that a Plan can be made of', () => {
  const { schedules } = triggers();
  expect(schedules.map(schedule => ({ ...schedule, cron: schedule.cron.text, at: undefined }))).toEqual([
    {
      name: 'drill',
      mode: 'drill',
      cron: '30 3 10 1,4,7,10 *',
      timeZone: 'Europe/London',
      inputs: { ticket: 'CHG0001234', slowest: '90s' },
      blackouts: [],
      jitterMs: 0,
      overlap: 'skip',
      catchUpMs: 600_000,
    },
    {
      name: 'surprise',
      mode: 'drill',
      cron: '0 9 * * mon-fri',
      timeZone: 'UTC',
      inputs: { ticket: 'CHG0001234' },
      blackouts: ['year-end-freeze'],
      withinMs: 14_400_000,
      jitterMs: 0,
      overlap: 'wait',
      catchUpMs: 3_600_000,
    },
  ]);
  for (const { mode, inputs } of schedules) {
    const planned = compile({ file: 'payments.yaml', text }).plan(mode, inputs);
    expect('plan' in planned && planned.plan.inputs['ticket']).toBe('CHG0001234');
  }
});

test('a webhook’s expressions are ready for the run, over what came in', () => {
  const [webhook] = triggers().webhooks;
  if (webhook === undefined) throw new Error('no webhook');
  const { name, mode, from, if: condition, once, reason, inputs } = webhook;
  expect([name, mode.value, from.value]).toEqual(['site-lost', 'failover', 'pagerduty']);
  const payload = {
    event: { event_type: 'incident.triggered', data: { id: 'Q1', title: 'Site A is gone' } },
    ticket: 'CHG0001234',
    port: 80,
  };
  expect(evaluate(condition ?? '', { payload })).toEqual({ ok: true, value: true });
  expect(evaluate(once ?? '', { payload })).toEqual({ ok: true, value: 'Q1' });
  expect(reason && renderTemplate(reason, { payload })).toEqual({ ok: true, value: 'Incident Site A is gone' });
  const given = renderTemplate({ map: inputs }, { payload });
  expect(given).toEqual({ ok: true, value: { ticket: 'CHG0001234', ports: [80, 443], slowest: '2m' } });
  const planned = compile({ file: 'payments.yaml', text }).plan(
    'failover',
    given.ok ? (given.value as object as Record<string, unknown>) : {},
  );
  expect('plan' in planned && planned.plan.inputs).toEqual({
    ticket: 'CHG0001234',
    ports: [80, 443],
    slowest: 120_000,
  });
  // A key that is missing makes the condition fail, which counts as false.
  expect(evaluate(condition ?? '', { payload: { event: {} } }).ok).toBe(false);
});

test.each([
  ['payments', '*', true],
  ['payments', 'payments', true],
  ['payments', 'pay*', true],
  ['payments', '*ments', true],
  ['payments', 'p*m*s', true],
  ['payments', 'p*y*y*s', false],
  ['payments', 'payments-*', false],
  ['aba', 'ab*ba', false],
  ['payments', '', false],
  ['a'.repeat(5_000), `${'a*'.repeat(2_000)}b`, false],
])('the name %s and the pattern %s', (name, pattern, fits) => {
  expect(fitsWildcard(name, pattern)).toBe(fits);
});
