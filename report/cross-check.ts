import type { Journal, JournalOpening } from './journal.ts';
import { formatDuration, formatPreciseTime, formatTime, parseTime } from './times.ts';
import { readZertoReport, type ZertoReport } from './zerto-report.ts';

/**
 * What came of holding one opening, or one of Zerto's reports, against the other side.
 * `missing`: we opened and closed something and hold no report of it. `stranger`: a report of something that this run
 * did not open. `unclear`: what Zerto states cannot be compared.
 */
export interface Finding {
  readonly kind: 'agrees' | 'differs' | 'missing' | 'stranger' | 'unclear';
  readonly vpg: string;
  /** The opening's step; empty for a stranger. */
  readonly step: string;
  /** One sentence. */
  readonly text: string;
}

const recoveryTypes: Readonly<Partial<Record<string, string>>> = {
  'zerto/failover-test': 'failovertest',
  'zerto/failover': 'failover',
  'zerto/move': 'move',
};
// The ZVM's clock and ours may differ; a report further away than this is of another operation.
const clockSlack = 120_000;
// A point in time is a checkpoint's; ZVM states some to the second, some to the millisecond.
const pointSlack = 1_000;

/**
 * Holds what this run opened against Zerto's own recovery reports: same VPG and kind, times that overlap, the same
 * point in time, and for what was closed the outcome that fits the verdict that was sent.
 */
export function crossCheck(journal: Journal): readonly Finding[] {
  const unused = groupByVpg(journal);
  const findings: Finding[] = [];
  for (const opening of inOrderOfClaim(journal.openings)) {
    const type = recoveryTypes[opening.action];
    if (type === undefined) continue;
    const candidates = unused.get(opening.vpg) ?? [];
    const report = takeBest(candidates, opening, type, spanOf(opening, journal));
    findings.push(...compare(opening, report, journal));
  }
  for (const left of unused.values()) findings.push(...left.map(describeStranger));
  return findings;
}

function groupByVpg(journal: Journal): Map<string, ZertoReport[]> {
  const groups = new Map<string, ZertoReport[]>();
  const seen = new Set<string>();
  for (const recorded of journal.zertoReports) {
    const report = readZertoReport(recorded);
    if (report.id !== '' && seen.has(report.id)) continue;
    seen.add(report.id);
    const group = groups.get(report.vpg);
    if (group === undefined) groups.set(report.vpg, [report]);
    else group.push(report);
  }
  return groups;
}

/** What was closed takes its report first; what is said not to have happened may only take what is left. */
function inOrderOfClaim(openings: readonly JournalOpening[]): readonly JournalOpening[] {
  const claim = (opening: JournalOpening) => (hasEnded(opening) ? 0 : opening.state === 'did-not-happen' ? 2 : 1);
  return [...openings].sort((a, b) => claim(a) - claim(b));
}

function hasEnded({ state }: JournalOpening): boolean {
  return state === 'closed' || state === 'committed' || state === 'rolled-back' || state === 'ended-by-hand';
}

/** An opening without an end lasts until the run's; one that may have been sent began at any time of the run. */
function spanOf(opening: JournalOpening, journal: Journal): { readonly from: number; readonly to: number } {
  return {
    from: opening.openedAt ?? journal.run.startedAt,
    to: opening.closedAt ?? journal.run.endedAt ?? Number.POSITIVE_INFINITY,
  };
}

/** Takes the report with the longest overlap out of the list; one without times fits only if no other does. */
function takeBest(
  candidates: ZertoReport[],
  opening: JournalOpening,
  type: string,
  span: { readonly from: number; readonly to: number },
): ZertoReport | undefined {
  const alone = candidates.length === 1;
  let best = -1;
  let longest = Number.NEGATIVE_INFINITY;
  for (const [place, report] of candidates.entries()) {
    if (report.type !== '' && normalise(report.type) !== type) continue;
    const timeless = report.start === undefined && report.end === undefined;
    if (timeless && !alone) continue;
    const from = report.start ?? report.end ?? span.from;
    const to = report.end ?? Number.POSITIVE_INFINITY;
    const overlap = timeless ? 0 : Math.min(to, span.to) - Math.max(from, span.from);
    if (overlap < -clockSlack || overlap <= longest) continue;
    best = place;
    longest = overlap;
  }
  // What was proved not to have happened claims only a report that lies inside its own span.
  if (opening.state === 'did-not-happen' && longest <= 0) return undefined;
  return best === -1 ? undefined : candidates.splice(best, 1)[0];
}

function compare(opening: JournalOpening, report: ZertoReport | undefined, journal: Journal): readonly Finding[] {
  const finding = (kind: Finding['kind'], text: string): Finding => ({
    kind,
    vpg: opening.vpg,
    step: opening.step,
    text: `${opening.vpg} (${opening.step}): ${text}`,
  });
  if (report === undefined) {
    return opening.state === 'closed' ? [finding('missing', 'closed, but no recovery report of Zerto is held.')] : [];
  }
  const said = describeReport(report);
  if (opening.state === 'did-not-happen') {
    return [finding('differs', `recorded as never started, but Zerto reports ${said}.`)];
  }
  if (!hasEnded(opening) && report.end !== undefined) {
    return [finding('differs', `recorded as ${opening.state}, but Zerto reports ${said}.`)];
  }
  if (report.start === undefined || report.end === undefined) {
    return [finding('unclear', `Zerto's report states no ${report.start === undefined ? 'start' : 'end'}.`)];
  }
  const found = [...comparePoints(opening, report), ...compareStatus(opening, report, journal)];
  if (found.length > 0) return found.map(({ kind, text }) => finding(kind, text));
  return [finding('agrees', `Zerto reports ${said}, as recorded here.`)];
}

type Difference = Pick<Finding, 'kind' | 'text'>;

function comparePoints(opening: JournalOpening, report: ZertoReport): readonly Difference[] {
  const ours = parseTime(opening.checkpointTime);
  if (ours === undefined || report.pointInTime === undefined) return [];
  const apart = Math.abs(report.pointInTime - ours);
  if (apart <= pointSlack) return [];
  const theirs = formatPreciseTime(report.pointInTime);
  const text = `Zerto recovered the point in time ${theirs}, ${formatDuration(apart)} from the checkpoint's ${formatPreciseTime(ours)}.`;
  return [{ kind: 'differs', text }];
}

/**
 * With each stopped test the recovery verdict went to Zerto as success or not, so its status must say the same. A live
 * change carries no such word: there only a pass that Zerto calls failed is a difference.
 */
function compareStatus(opening: JournalOpening, report: ZertoReport, journal: Journal): readonly Difference[] {
  const ours = readVerdict(journal.recoveryVerdict);
  const theirs = readStatus(report.status);
  if (ours === undefined || (opening.action !== 'zerto/failover-test' && ours === 'fail')) return [];
  // Zerto states of a roll-back what it likes; that it was one is known.
  if (opening.state === 'rolled-back') return [];
  if (theirs === undefined) {
    const stated = report.status === '' ? 'no status' : `the status "${report.status}", which is not known here`;
    return [{ kind: 'unclear', text: `Zerto's report states ${stated}.` }];
  }
  if (ours === theirs) return [];
  const text = `the recovery verdict is ${journal.recoveryVerdict}, Zerto's report says ${report.status}.`;
  return [{ kind: 'differs', text }];
}

function readVerdict(verdict: string): 'success' | 'fail' | undefined {
  if (verdict === 'passed' || verdict === 'passed_with_exceptions') return 'success';
  return verdict === 'failed' || verdict === 'inconclusive' ? 'fail' : undefined;
}

/** Seen in the field: `Success`, `PassedByUser`; the filter of the report's list knows `Fail`. */
function readStatus(status: string): 'success' | 'fail' | undefined {
  if (/fail/i.test(status)) return 'fail';
  return /^(success|passed)/i.test(status) ? 'success' : undefined;
}

function describeStranger(report: ZertoReport): Finding {
  const text = `${report.vpg}: Zerto reports ${describeReport(report)}, which this run did not open.`;
  return { kind: 'stranger', vpg: report.vpg, step: '', text };
}

function describeReport(report: ZertoReport): string {
  const from = report.start === undefined ? 'an unknown time' : formatTime(report.start);
  const to = report.end === undefined ? 'an unknown time' : formatTime(report.end);
  const kind = report.type === '' ? 'an operation' : `a ${report.type}`;
  return `${kind} from ${from} to ${to}, status ${report.status === '' ? 'not stated' : report.status}`;
}

function normalise(type: string): string {
  return type.toLowerCase().replace(/[^a-z]/g, '');
}
