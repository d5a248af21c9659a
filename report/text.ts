import { crossCheck } from './cross-check.ts';
import { describeDifferences } from './difference.ts';
import type { Journal, JournalStep } from './journal.ts';
import { renderValue } from './json.ts';
import { sentenceOfObjective } from './objective.ts';
import { describeGuards } from './guards.ts';
import { describeStillOpen, isStillOpen } from './still-open.ts';
import { formatClock, formatDuration, formatSpan } from './times.ts';
import { toOneLine } from './visible.ts';
import { lookOfOpening, lookOfStatus, lookOfVerdict, troubles } from './words.ts';

const listed = 20;

/**
 * A short summary for a terminal, without colours, ending in a line end: verdict, RTO and RPO against their objectives,
 * why it did not pass, the steps that went wrong, what is still open, what was decided by whom, and what was changed. Control characters are shown, never sent.
 */
export function renderText(journal: Journal): string {
  const { run } = journal;
  const lines = [
    `${run.name}, ${run.mode} at ${run.site}, run ${run.id}`,
    `${lookOfVerdict(journal.verdict).word.toUpperCase()}: ${formatSpan(run.startedAt, run.endedAt)}`,
    ...(run.humanMs === undefined ? [] : [`Waited for people: ${formatDuration(run.humanMs)} of it`]),
    `RTO ${sentenceOfObjective(journal.rto)}`,
    `RPO ${sentenceOfObjective(journal.rpo)}`,
    `Requested by ${run.requester}${run.verified ? '' : ' (unverified name)'}${run.reason === '' ? '' : `: ${run.reason}`}`,
    ...(run.withoutLock === undefined ? [] : [`WITHOUT LOCKS: ${run.withoutLock}`]),
    ...listReasons(journal),
    ...limit((journal.told ?? []).map(text => `  ${text}`)),
    ...limit((journal.untold ?? []).map(text => `NOT TOLD: ${text}`)),
    tally(journal.steps),
    ...listOutputs(journal),
    ...limit(journal.steps.filter(step => troubles.includes(step.status)).map(describeTrouble)),
    ...limit(describeOpen(journal)),
    ...limit(describeGuards(journal.guards ?? [], journal.run.startedAt).map(line => `  ${line}`)),
    ...limit(describeWarnings(journal)),
    ...(journal.decisions.length === 0 ? [] : ['Decided:', ...limit(describeDecisions(journal))]),
    ...(journal.observations.length === 0
      ? []
      : [`Read for the report: ${journal.observations.length} (the JSON report has them)`]),
    ...limit(
      crossCheck(journal)
        .filter(finding => finding.kind === 'differs' || finding.kind === 'stranger')
        .map(finding => `  Zerto's report: ${finding.text}`),
    ),
  ];
  const changes = limit(describeDifferences(journal.steps).map(line => `  ${line}`));
  return `${[...lines.map(keepIndent), ...changes].join('\n')}\n`;
}

function listReasons({ verdict, reasons }: Journal): readonly string[] {
  if (reasons.length === 0) return [];
  return [verdict === 'passed' ? 'To be told:' : 'Why:', ...limit(reasons.map(reason => `  ${reason}`))];
}

function listOutputs({ outputs = {}, outputsError }: Journal): readonly string[] {
  if (outputsError !== undefined) return [`No outputs: ${outputsError}`];
  const lines = Object.entries(outputs).map(([name, value]) => `  ${name}: ${renderValue(value)}`);
  return lines.length === 0 ? [] : ['Outputs:', ...limit(lines)];
}

function tally(steps: readonly JournalStep[]): string {
  const counts = new Map<string, number>();
  for (const { status } of steps) counts.set(status, (counts.get(status) ?? 0) + 1);
  const said = [...counts].map(([status, number]) => `${number} ${lookOfStatus(status).word}`);
  return `Steps: ${said.length === 0 ? 'none' : said.join(', ')}`;
}

function describeTrouble(step: JournalStep): string {
  return `  ${step.key} (${step.uses}) ${lookOfStatus(step.status).word}${step.error === '' ? '' : `: ${step.error}`}`;
}

/** What is open; of a run that was lost also how the rest ended, for no step tells it. */
function describeOpen({ openings, verdict, run }: Journal): readonly string[] {
  return openings.flatMap(opening => {
    if (isStillOpen(opening))
      return describeStillOpen({ openings: [opening], run }).map(line => `  Still open: ${line}`);
    const { state, vpg, site, action, step } = opening;
    return verdict === 'lost' ? [`  ${lookOfOpening(state).word}: ${vpg} at ${site} (${action}, step ${step})`] : [];
  });
}

function describeWarnings({ openings }: Journal): readonly string[] {
  return openings.flatMap(({ step, warnings }) => warnings.map(text => `  Warning: ${step}: ${text}`));
}

function describeDecisions({ decisions, run }: Journal): readonly string[] {
  return decisions.map(({ at, step, by, word, reason, counted, text, brokeGlass, verified }) => {
    const stamp = verified === true ? '' : ' (unverified name)';
    const where = step === '' ? '' : ` at ${step}`;
    const how = brokeGlass ? ', breaking the glass' : '';
    const why = reason === '' ? '' : `: ${reason}`;
    const lost = counted ? '' : ` [did not count: ${text}]`;
    return `  ${formatClock(at, run.startedAt)} ${by}${stamp}: ${word}${where}${how}${why}${lost}`;
  });
}

function limit(lines: readonly string[]): readonly string[] {
  if (lines.length <= listed) return lines;
  return [...lines.slice(0, listed), `  and ${lines.length - listed} more`];
}

function keepIndent(line: string): string {
  return (line.startsWith('  ') ? '  ' : '') + toOneLine(line);
}
