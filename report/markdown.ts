import type { Journal, JournalStep } from './journal.ts';
import { sentenceOfObjective } from './objective.ts';
import { describeStillOpen, openTitle } from './still-open.ts';
import { formatClock, formatDuration, formatSpan } from './times.ts';
import { toOneLine } from './visible.ts';
import { lookOfOpening, lookOfStatus, lookOfVerdict, troubles } from './words.ts';

/** Tickets and merge requests take only so much; the JSON report has everything. */
const mostRows = 200;

/**
 * A report for a ticket, a wiki or a merge request, in GitHub's Markdown, ending in a line end. Texts from outside are shown as they are:
 * they make no markup, no link and call nobody.
 */
export function renderMarkdown(journal: Journal): string {
  const { run, runbook, verdict } = journal;
  const look = lookOfVerdict(verdict);
  const blocks = [
    `# ${look.mark} ${escape(look.word.toUpperCase())}: ${escape(run.name)}, ${escape(run.mode)} at ${escape(run.site)}`,
    ...(look.means === '' ? [] : [look.means]),
    ...(run.withoutLock === undefined ? [] : [`**WITHOUT LOCKS:** ${escape(run.withoutLock)}`]),
    table(
      ['', ''],
      [
        ['Run', escape(run.id)],
        ['Time', formatSpan(run.startedAt, run.endedAt)],
        ...(run.humanMs === undefined ? [] : [['Waited for people', `${formatDuration(run.humanMs)} of it`]]),
        ['RTO', escape(sentenceOfObjective(journal.rto))],
        ['RPO', escape(sentenceOfObjective(journal.rpo))],
        ['Requested by', `${escape(run.requester)}${run.verified ? '' : ' (unverified name)'}`],
        ...(run.reason === '' ? [] : [['Reason', escape(run.reason)]]),
        ['Runbook', `${escape(runbook.file)}, plan ${escape(runbook.planHash.slice(0, 12))}`],
      ],
    ),
    ...list(verdict === 'passed' ? 'To be told' : 'Why', journal.reasons),
    ...list('Of the run', journal.told ?? []),
    ...list('Not told', journal.untold ?? []),
    ...list(openTitle(journal), describeStillOpen(journal)),
    ...section('Steps', ['', 'Step', 'Action', 'State', 'Took', 'What went wrong'], journal.steps.map(stepRow)),
    ...section(
      'Opened and closed',
      ['', 'VPG', 'Site', 'Action', 'State', 'Checkpoint'],
      journal.openings.map(({ state, vpg, site, action, checkpointTime, warnings }) => {
        const { mark, word } = lookOfOpening(state);
        const told = [word, ...warnings.map(text => `warning: ${text}`)].join('; ');
        return [mark, escape(vpg), escape(site), escape(action), escape(told), escape(checkpointTime)];
      }),
    ),
    ...section(
      'Decided',
      ['At', 'By', 'What', 'Reason'],
      journal.decisions.map(({ at, by, verified, word, step, brokeGlass, reason, counted, text }) => {
        const what = `${word}${step === '' ? '' : ` at ${step}`}${brokeGlass ? ', breaking the glass' : ''}`;
        return [
          formatClock(at, run.startedAt),
          `${escape(by)}${verified === true ? '' : ' (unverified name)'}`,
          `${escape(what)}${counted ? '' : ` (did not count: ${escape(text)})`}`,
          escape(reason),
        ];
      }),
    ),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function stepRow({ key, uses, status, required, startedAt, endedAt, error }: JournalStep): readonly string[] {
  const { mark, word } = lookOfStatus(status);
  const took = startedAt === undefined || endedAt === undefined ? '' : formatDuration(endedAt - startedAt);
  const optional = troubles.includes(status) && !required ? ' (not required)' : '';
  return [mark, escape(key), escape(uses), `${escape(word)}${optional}`, took, escape(error)];
}

function list(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`## ${title}`, items.map(item => `- ${atLineStart(escape(item))}`).join('\n')];
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const more = rows.length - mostRows;
  const rest = more > 0 ? [`… and ${more} more: the JSON report has them.`] : [];
  return [`## ${title}`, table(head, rows.slice(0, mostRows)), ...rest];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** One line of text that means nothing in Markdown or HTML; `@` would call somebody, `#1` and an address be a link. */
function escape(text: string): string {
  return toOneLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()|~!]/g, '\\$&')
    .replace(/@/g, '&#64;')
    .replace(/#(?=\w)/g, '&#35;')
    .replace(/:\/\//g, '&#58;//')
    .replace(/\bwww\./gi, found => found.replace('.', '&#46;'));
}

/** Where a line begins, a few more signs begin something. */
const atLineStart = (text: string): string => text.replace(/^[-+#=]/, '\\$&').replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\');
