import type { Journal, JournalObjective, JournalStep } from './journal.ts';
import { sentenceOfObjective } from './objective.ts';
import { makeVisible, toOneLine } from './visible.ts';
import { lookOfStatus, lookOfVerdict, troubles } from './words.ts';

interface Case {
  readonly group: string;
  readonly name: string;
  readonly ms?: number | undefined;
  readonly end?: { readonly kind: 'failure' | 'error' | 'skipped'; readonly message: string };
  /** What is to be known and is no failure. */
  readonly out?: string;
}

/**
 * A run as JUnit XML, for what shows tests in a pipeline, ending in a line end: a suite with a case for the verdict, for each objective and
 * for each step. It has a failure or an error exactly where the run did not pass: what is not required and went wrong is told in the case's
 * output.
 */
export function renderJunit(journal: Journal): string {
  const { run } = journal;
  const cases = [
    verdictCase(journal),
    ...objectiveCases(journal),
    ...journal.steps.map(step => stepCase(step, journal)),
  ];
  const count = (kind: string): number => cases.filter(({ end }) => end?.kind === kind).length;
  const counts = attributes({
    tests: String(cases.length),
    failures: String(count('failure')),
    errors: String(count('error')),
    skipped: String(count('skipped')),
    ...(run.endedAt === undefined ? {} : { time: seconds(run.endedAt - run.startedAt) }),
  });
  const properties = {
    run: run.id,
    verdict: journal.verdict,
    requester: run.requester,
    reason: run.reason,
    plan: journal.runbook.planHash,
    rto: sentenceOfObjective(journal.rto),
    rpo: sentenceOfObjective(journal.rpo),
  };
  const suite = attributes({
    name: `${run.name}, ${run.mode} at ${run.site}`,
    timestamp: new Date(run.startedAt).toISOString().slice(0, 19),
  });
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="drillbook"${counts}>`,
    `  <testsuite${suite}${counts}>`,
    '    <properties>',
    ...Object.entries(properties).map(([name, value]) => `      <property${attributes({ name, value })}/>`),
    '    </properties>',
    ...cases.map(each => renderCase(each, `${run.name}.${run.mode}`)),
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')}\n`;
}

const passes: readonly string[] = ['passed', 'passed_with_exceptions'];

function verdictCase({ verdict, reasons, run }: Journal): Case {
  const { word, means } = lookOfVerdict(verdict);
  const ms = run.endedAt === undefined ? undefined : run.endedAt - run.startedAt;
  const own = { group: 'run', name: 'verdict', ms };
  const said = [`${word}: ${means}`, ...reasons].join('\n');
  if (passes.includes(verdict)) return reasons.length === 0 ? own : { ...own, out: said };
  return { ...own, end: { kind: verdict === 'failed' ? 'failure' : 'error', message: said } };
}

function objectiveCases({ rto, rpo, verdict }: Journal): readonly Case[] {
  const all: readonly (readonly [string, JournalObjective])[] = [
    ['RTO', rto],
    ['RPO', rpo],
  ];
  return all.flatMap(([name, measured]): readonly Case[] => {
    if (measured.objectiveMs === undefined) return [];
    const own = { group: 'objectives', name };
    const said = sentenceOfObjective(measured);
    if (measured.met === true) return [{ ...own, out: said }];
    if (measured.met === undefined) return [{ ...own, end: { kind: 'skipped', message: said } }];
    return [passes.includes(verdict) ? { ...own, out: said } : { ...own, end: { kind: 'failure', message: said } }];
  });
}

function stepCase(step: JournalStep, { verdict }: Journal): Case {
  const { key, uses, phase, status, required, startedAt, endedAt, error, told } = step;
  const ms = startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt;
  const own = { group: phase, name: `${key} (${uses})`, ms };
  const { word } = lookOfStatus(status);
  const said = error === '' ? word : `${word}: ${error}`;
  const out = told.join('\n');
  if (status === 'succeeded') return out === '' ? own : { ...own, out };
  if (!troubles.includes(status)) return { ...own, end: { kind: 'skipped', message: said } };
  if (!required || passes.includes(verdict))
    return { ...own, out: `It keeps nothing from passing. ${said}${out === '' ? '' : `\n${out}`}` };
  const kind = status === 'errored' ? 'error' : 'failure';
  return { ...own, end: { kind, message: said }, ...(out === '' ? {} : { out }) };
}

function renderCase({ group, name, ms, end, out }: Case, suite: string): string {
  const time = ms === undefined ? {} : { time: seconds(ms) };
  const head = `    <testcase${attributes({ classname: `${suite}.${group}`, name, ...time })}`;
  if (end === undefined && out === undefined) return `${head}/>`;
  const inside = [
    ...(end === undefined ? [] : [renderEnd(end)]),
    ...(out === undefined ? [] : [`      <system-out>${escape(makeVisible(out))}</system-out>`]),
  ];
  return [`${head}>`, ...inside, '    </testcase>'].join('\n');
}

function renderEnd({ kind, message }: NonNullable<Case['end']>): string {
  const [first = '', ...rest] = message.split('\n');
  const head = `      <${kind}${attributes({ message: first })}`;
  return rest.length === 0 ? `${head}/>` : `${head}>${escape(makeVisible(message))}</${kind}>`;
}

const seconds = (ms: number): string => (Math.max(0, ms) / 1_000).toFixed(3);

function attributes(all: Readonly<Record<string, string>>): string {
  return Object.entries(all)
    .map(([name, value]) => ` ${name}="${escape(toOneLine(value))}"`)
    .join('');
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
