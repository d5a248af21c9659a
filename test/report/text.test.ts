import { expect, it } from 'vitest';
import { renderText } from '../../report/text.ts';
import { failedDrill, liveFailover, opening, passedDrill, runningDrill, step } from './sample.ts';

it('is short for a drill that passed', () => {
  expect(renderText(passedDrill())).toBe(`payments, drill at site-b, run 019a9f5e-7c11-7d52-9d2a-3f6f0f6c1a20
PASSED: 2026-11-21T02:10:00Z to 02:16:03Z (6m3s)
RTO 5m12s of 30m, met
RPO 15s of 5m, met
Requested by kay.lindqvist@example.com: Quarterly drill
Steps: 12 succeeded
`);
});

it('names what went wrong, with its sentence', () => {
  expect(renderText(failedDrill())).toBe(`payments, drill at site-b, run 019a9f5e-7c11-7d52-9d2a-3f6f0f6c1a20
FAILED: 2026-11-21T02:10:00Z to 02:16:12Z (6m12s)
RTO –, objective 30m (not measured: the last required check never held)
RPO 15s of 5m, met
Requested by kay (unverified name)
Why:
  db_up (check/tcp) failed: connection refused.
  RTO was not reached: the last required check never held.
Steps: 5 succeeded, 1 failed, 3 cancelled, 1 errored
  db_up (check/tcp) failed: 10.99.1.10:5432 did not answer within 5m: connection refused. Is PostgreSQL set to start at boot?
  tell (notify) errored: The file drills.log cannot be written: no space left.
`);
});

it('says of a running one since when, and what is open', () => {
  const text = renderText(runningDrill());
  expect(text).toContain('RUNNING: since 2026-11-21T02:10:00Z\n');
  expect(text).toContain(
    '\n  Still open: payments-db at site-b (zerto/failover-test, step db), since 2026-11-21T02:10:06Z: it is closed with the run\n',
  );
});

it('tells an objective missed by less than a second from one that was met', () => {
  const text = renderText({
    ...passedDrill(),
    rto: { ms: 1_800_400, objectiveMs: 1_800_000, met: false },
    rpo: { ms: 7 },
  });
  expect(text).toContain('RTO 30m0.4s of 30m, missed\nRPO 7ms, no objective\n');
});

it('keeps the time in which people were waited for apart from that of the machines', () => {
  const drill = passedDrill();
  const rto = { ...drill.rto, humanMs: 40 * 60_000 };
  const text = renderText({ ...drill, run: { ...drill.run, humanMs: 45 * 60_000 }, rto });
  expect(text).toContain('Waited for people: 45m of it\n');
  expect(text).toContain('RTO 5m12s of 30m, met (without 40m in which people alone were waited for)\n');
});

it('says of a failover what nobody may overlook, and who decided', () => {
  expect(renderText(liveFailover())).toContain(`
  Warning: db: site-a does not answer: the VMs of payments-db at London are not shut down, they may be up
Decided:
  02:10:01Z ana (unverified name): commit at keep [did not count: ana may not vote here]
  02:10:01Z cem (unverified name): commit at keep, breaking the glass: nobody answers
  02:10:01Z ana (unverified name): cancel
Read for the report: 2 (the JSON report has them)
`);
});

it('has the outputs of the runbook, or why there are none', () => {
  const outputs = { chosen: '167554', vms: ['payments-db-01', 'a\nb'] };
  expect(renderText({ ...passedDrill(), outputs })).toContain(
    'Steps: 12 succeeded\nOutputs:\n  chosen: 167554\n  vms: ["payments-db-01","a\\nb"]\n',
  );
  expect(renderText({ ...passedDrill(), outputsError: '"outputs.x": no such key' })).toContain(
    '\nNo outputs: "outputs.x": no such key\n',
  );
});

it('sends no control character to a terminal and keeps one line a thing', () => {
  const passed = passedDrill();
  const text = renderText({
    ...passed,
    run: { ...passed.run, name: 'pay\u001b]0;owned\u0007ments', reason: 'a\nPASSED: b' },
    steps: [step('db', 0, 1, { status: 'errored', error: 'line one\r\nline two\u001b[2J' })],
  });
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  expect(text).toContain('pay␛]0;owned␇ments, drill');
  expect(text).toContain(': a PASSED: b\n');
  expect(text).toContain('  db (check/tcp) errored: line one line two␛[2J\n');
});

it('stays short when much went wrong', () => {
  const steps = Array.from({ length: 500 }, (_, place) => step(`s${place}`, 0, 1, { status: 'timed_out' }));
  const openings = steps.map(({ key }) => opening(key, 0, 1, { state: 'stuck' }));
  const lines = renderText({ ...passedDrill(), steps, openings, zertoReports: [] }).split('\n');
  expect(lines.length).toBeLessThan(60);
  expect(lines).toContain('  and 480 more');
  expect(lines).toContain('Steps: 500 timed out');
});
