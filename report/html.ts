import { renderChecks } from './html-checks.ts';
import { renderDecisions } from './html-decisions.ts';
import { renderEntries } from './html-entries.ts';
import { renderHeader, renderOutputs, renderSources } from './html-header.ts';
import { renderIsolation } from './html-isolation.ts';
import { type Content, html } from './html-markup.ts';
import { renderObjectives } from './html-objectives.ts';
import { renderObservations } from './html-observations.ts';
import { renderOpenings } from './html-openings.ts';
import { renderSection } from './html-parts.ts';
import { renderSteps } from './html-steps.ts';
import { style } from './html-style.ts';
import { renderTimeline } from './html-timeline.ts';
import { renderZerto } from './html-zerto.ts';
import type { Journal } from './journal.ts';
import { formatTime } from './times.ts';
import { lookOfVerdict } from './words.ts';

/**
 * The report as one page of HTML that needs nothing else: no script, no address, its style inside. The policy in its
 * head forbids everything but that style, so that not even a mistake here could run or fetch something.
 */
export function renderHtml(journal: Journal): string {
  const { run } = journal;
  const outputs = renderOutputs(journal);
  const sections: readonly (readonly [string, string, Content])[] = [
    ['objectives', 'Objectives', renderObjectives(journal)],
    ...(outputs === undefined ? [] : [['outputs', 'Outputs', outputs] as const]),
    ['timeline', 'Timeline', renderTimeline(journal)],
    ['steps', 'Steps', renderSteps(journal)],
    ['decisions', 'Decisions', renderDecisions(journal)],
    ['checks', 'Checks', renderChecks(journal)],
    ['isolation', 'Isolation proof', renderIsolation(journal)],
    ['openings', 'Opened and closed', renderOpenings(journal)],
    ['zerto', "Zerto's own recovery report", renderZerto(journal)],
    ...(journal.observations.length === 0
      ? []
      : [['observations', 'Read for this report', renderObservations(journal)] as const]),
    ['sources', 'Runbook and inputs', renderSources(journal)],
    ['entries', 'Everything recorded', renderEntries(journal)],
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${run.name}, ${run.mode}: ${lookOfVerdict(journal.verdict).word}, ${formatTime(run.startedAt)}</title>
<style>${style}</style>
</head>
<body>
${renderHeader(journal)}<nav aria-label="Contents"><ul>${sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${sections.map(([id, title, content]) => renderSection(id, title, content))}</main>
<footer><p>Made by drillbook from the histories of run <code>${run.id}</code> and its guard. All times are UTC. Names and messages stand as they were recorded; characters that hide or reorder text are shown as symbols.</p></footer>
</body>
</html>
`.markup;
}
