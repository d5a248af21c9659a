import type { Checkpoint } from '../../actions/checkpoint.ts';
import type { JournalOpening } from '../../report/journal.ts';
import { type Look, lookOfOpening } from '../../report/words.ts';
import type { WatchedRun, Surroundings } from './facts.ts';
import { valueOf } from '../what.ts';

/** One VPG of a run. Times: ms since 1970, or ISO 8601 as the ZVM gave it. */
export interface VpgView {
  readonly name: string;
  /** `site-a → site-b`. */
  readonly direction: string;
  /** Empty: none is chosen yet. */
  readonly checkpointTime: string;
  /** How it was chosen: `latest`, `tag "before upgrade"`. Zerto does not tell whether one is application-consistent. */
  readonly checkpointKind: string;
  readonly state: Look;
  readonly since?: number;
}

/** @param others so many at most */
export function vpgsOf(facts: WatchedRun, { peers }: Surroundings): readonly VpgView[] {
  const { plan } = facts.start;
  const last = new Map<string, JournalOpening>();
  for (const opening of facts.journal.openings) if (opening.vpg !== '') last.set(opening.vpg, opening);
  const sites = siteByVpg(facts);
  for (const [vpg, { site }] of last) if (!sites.has(vpg)) sites.set(vpg, site);
  const points = chosenPoints(facts);
  return [...sites].map(([name, site]) => {
    const opening = last.get(name);
    const at = site === '' ? plan.site : site;
    const from = peers[at] ?? 'the other site';
    const point = points.get(name);
    const time = opening?.checkpointTime ?? '';
    const since = opening?.closedAt ?? opening?.openedAt;
    return {
      name,
      direction: directionOf(opening, from, at),
      checkpointTime: time === '' ? (point?.time ?? '') : time,
      checkpointKind: point?.kind ?? '',
      state: stateOf(facts, opening),
      ...(since === undefined ? {} : { since }),
    };
  });
}

/** A commit turns it round, with reverse protection; before that it points to where the VPG recovers. */
function directionOf(opening: JournalOpening | undefined, from: string, to: string): string {
  if (opening?.state !== 'committed') return `${from} → ${to}`;
  return opening.ending?.reverseProtected === true ? `${to} → ${from}` : `at ${to}, unprotected`;
}

function stateOf({ openings, journal }: WatchedRun, opening: JournalOpening | undefined): Look {
  if (opening === undefined) return { word: 'not touched', mark: '·', tone: 'idle' };
  if (opening.state !== 'open') return lookOfOpening(opening.state);
  const live = opening.action === 'zerto/failover' || opening.action === 'zerto/move';
  const what = opening.action.replace(/^zerto\//, '').replaceAll('-', ' ');
  const stage = openings.find(({ key, vpg }) => key === opening.step && vpg === opening.vpg)?.stage;
  if (journal.run.endedAt !== undefined) return { word: `${what} still open`, mark: '✗', tone: 'bad' };
  const said = stage === undefined ? undefined : stages[stage.replace(/:.*$/, '')];
  if (said !== undefined) return { word: said, mark: '…', tone: 'info' };
  return live
    ? { word: `${what}, not committed`, mark: '!', tone: 'warn' }
    : { word: `${what} open`, mark: '●', tone: 'info' };
}

/** The guard's words for what is under way, in a person's. */
const stages: Readonly<Partial<Record<string, string>>> = {
  baseline: 'being opened',
  starting: 'being opened',
  settling: 'being opened: its answer was lost',
  waiting: 'being opened',
  stopping: 'being closed',
  'reading-back': 'being closed',
  commit: 'being committed',
  'roll-back': 'being rolled back',
};

/** VPGs that the Plan names or steps have found, and where each is recovered. */
function siteByVpg({ start, journal }: WatchedRun): Map<string, string> {
  const { steps } = start.plan;
  const sites = new Map<string, string>();
  for (const step of steps) {
    const vpgs = step.uses === 'zerto/sign-in' ? valueOf(step.with, 'vpgs') : undefined;
    if (Array.isArray(vpgs)) for (const vpg of vpgs) if (typeof vpg === 'string') sites.set(vpg, step.site);
  }
  for (const { key, uses, outputs } of journal.steps) {
    if (uses !== 'zerto/find-vpgs' || !Array.isArray(outputs['vpgs'])) continue;
    const site = steps.find(step => step.id === key)?.site ?? '';
    for (const vpg of outputs['vpgs']) if (typeof vpg === 'string') sites.set(vpg, site);
  }
  return sites;
}

interface Point {
  readonly time: string;
  readonly kind: string;
}

function chosenPoints({ start, journal, calls }: WatchedRun): ReadonlyMap<string, Point> {
  const points = new Map<string, Point>();
  for (const { uses, outputs, key } of journal.steps) {
    if (uses !== 'zerto/choose-checkpoints') continue;
    const step = start.plan.steps.find(each => each.id === key);
    const wanted = valueOf(step?.with, 'checkpoint');
    const chosen = outputs['chosen'];
    if (typeof chosen !== 'object' || chosen === null) continue;
    for (const [vpg, point] of Object.entries(chosen as Readonly<Record<string, { time?: string; wasLatest?: true }>>))
      points.set(vpg, { time: point.time ?? '', kind: point.wasLatest === true ? 'latest' : kindOf(wanted) });
  }
  for (const { activity, input } of calls) {
    const call = input?.['call'] as { with?: { vpg?: string; checkpoint?: unknown } } | undefined;
    const { vpg, checkpoint } = call?.with ?? {};
    if (activity !== 'guard/start' || vpg === undefined || points.has(vpg)) continue;
    points.set(vpg, { time: '', kind: kindOf(checkpoint) });
  }
  return points;
}

/** A checkpoint as it was asked for. */
function kindOf(wanted: unknown): string {
  if (typeof wanted === 'string') return wanted.replace(':', ' ');
  const point = (wanted ?? {}) as Partial<Checkpoint> & { readonly kind?: string; readonly by?: string };
  const consistent = point.kind === 'app-consistent' ? ', app-consistent' : '';
  switch (point.by) {
    case 'latest':
      return `latest${consistent}`;
    case 'tag':
      return `tag “${point.tag ?? ''}”${consistent}`;
    case 'before':
      return `before ${point.before ?? ''}${consistent}`;
    case 'id':
      return 'chosen by its id';
    default:
      return 'chosen in the run';
  }
}
