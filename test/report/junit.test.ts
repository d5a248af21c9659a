import { expect, it } from 'vitest';
import type { Journal } from '../../report/journal.ts';
import { renderJunit } from '../../report/junit.ts';
import { parseXml, type XmlElement } from '../../zerto/xml.ts';
import { hostile, kept, poison } from './poison.ts';
import { failedDrill, liveFailover, passedDrill, runningDrill } from './sample.ts';

it('has a case for the verdict, each objective and each step', () => {
  expect(renderJunit(failedDrill())).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="drillbook" tests="13" failures="2" errors="0" skipped="4" time="372.000">
  <testsuite name="payments, drill at site-b" timestamp="2026-11-21T02:10:00" tests="13" failures="2" errors="0" skipped="4" time="372.000">
    <properties>
      <property name="run" value="019a9f5e-7c11-7d52-9d2a-3f6f0f6c1a20"/>
      <property name="verdict" value="failed"/>
      <property name="requester" value="kay"/>
      <property name="reason" value=""/>
      <property name="plan" value="c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f405162738495a6b7c8d9eafb0"/>
      <property name="rto" value="–, objective 30m (not measured: the last required check never held)"/>
      <property name="rpo" value="15s of 5m, met"/>
    </properties>
    <testcase classname="payments.drill.run" name="verdict" time="372.000">
      <failure message="failed: A required step failed, an objective was missed, or closing left something behind.">failed: A required step failed, an objective was missed, or closing left something behind.
db_up (check/tcp) failed: connection refused.
RTO was not reached: the last required check never held.</failure>
    </testcase>
    <testcase classname="payments.drill.objectives" name="RTO">
      <skipped message="–, objective 30m (not measured: the last required check never held)"/>
    </testcase>
    <testcase classname="payments.drill.objectives" name="RPO">
      <system-out>15s of 5m, met</system-out>
    </testcase>
    <testcase classname="payments.drill.sign-in" name="sign-in (sign-in)" time="0.820"/>
    <testcase classname="payments.drill.preflight" name="ready (zerto/check-vpgs)" time="2.140">
      <system-out>payments-web: the journal still fills (HistoryNotMeetingSLA).</system-out>
    </testcase>
    <testcase classname="payments.drill.main" name="points (zerto/choose-checkpoints)" time="1.900"/>
    <testcase classname="payments.drill.main" name="db (zerto/failover-test)" time="44.300"/>
    <testcase classname="payments.drill.main" name="db_up (check/tcp)" time="300.000">
      <failure message="failed: 10.99.1.10:5432 did not answer within 5m: connection refused. Is PostgreSQL set to start at boot?"/>
    </testcase>
    <testcase classname="payments.drill.main" name="front[payments-app] (zerto/failover-test)">
      <skipped message="cancelled"/>
    </testcase>
    <testcase classname="payments.drill.main" name="front[payments-web] (zerto/failover-test)">
      <skipped message="cancelled"/>
    </testcase>
    <testcase classname="payments.drill.main" name="web_up (check/http)">
      <skipped message="cancelled: never started: db_up failed"/>
    </testcase>
    <testcase classname="payments.drill.closing" name="close-db (zerto/stop-failover-test)" time="14.000"/>
    <testcase classname="payments.drill.finally" name="tell (notify)" time="0.220">
      <system-out>It keeps nothing from passing. errored: The file drills.log cannot be written: no space left.</system-out>
    </testcase>
  </testsuite>
</testsuites>
`);
});

const elements = ({ children, ...own }: XmlElement): readonly string[] => [own.name, ...children.flatMap(elements)];
const trouble = (journal: Journal): number =>
  elements(parseXml(renderJunit(journal))).filter(name => name === 'failure' || name === 'error').length;

it('goes red exactly where the run did not pass', () => {
  const exceptions: Journal = { ...failedDrill(), verdict: 'passed_with_exceptions' };
  for (const journal of [passedDrill(), liveFailover(), exceptions]) expect(trouble(journal)).toBe(0);
  for (const verdict of ['failed', 'inconclusive', 'lost', 'running', 'unheard-of'])
    expect(trouble({ ...passedDrill(), verdict })).toBeGreaterThan(0);
  expect(trouble(runningDrill())).toBeGreaterThan(0);
  const missed = { ms: 2_000_000, objectiveMs: 1_800_000, met: false };
  expect(trouble({ ...passedDrill(), verdict: 'failed', rto: missed })).toBe(2);
});

it('is XML of the same parts, whatever a text says', () => {
  for (const journal of [passedDrill(), failedDrill(), liveFailover()]) {
    const clean = elements(parseXml(renderJunit(journal)));
    for (const text of [...hostile, 'a\nb', '\ufffe']) {
      const poisoned = poison(journal, (old, path) => (kept.test(path) ? old : text)) as Journal;
      expect(elements(parseXml(renderJunit(poisoned)))).toEqual(clean);
    }
  }
});
