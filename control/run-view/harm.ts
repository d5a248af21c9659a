import type { Ahead } from './settled.ts';
import type { WatchedRun } from './facts.ts';
import { losses, sourceMeans } from './losses.ts';
import { commitMeans, openLive, rollBackMeans } from './open-means.ts';

/** What steps destroy, in sentences. */
export interface Harm {
  readonly text: string;
  /** They touch production: fail over, move, commit or roll back. */
  readonly opens: boolean;
}

/** What these steps destroy, in their order; undefined: nothing. */
export function harmOf(facts: WatchedRun, ahead: readonly Ahead[]): Harm | undefined {
  const live = ahead.filter(({ step }) => step.opens === 'live');
  const opened = [
    ...bySite(live, ({ step }) => (step.uses === 'zerto/move' ? 'Moves' : 'Fails over')).map(
      ({ verb, names, site }) => `${verb} ${names} to ${site}: production.`,
    ),
    ...(live.length > 0 ? [sourceMeans(live)] : []),
  ];
  const first = ahead.find(({ step }) => step.ends !== undefined || step.opens === 'live');
  const ended = endings(facts, ahead);
  const said = first?.step.ends === undefined ? [...opened, ...ended] : [...ended, ...opened];
  const lost = ahead.flatMap(losses);
  const text = [...new Set([...said, ...lost])].join(' ').trim();
  return text === '' ? undefined : { text, opens: said.length > 0 };
}

/** How what is open live, or has been opened by then, is ended. */
function endings(facts: WatchedRun, ahead: readonly Ahead[]): readonly string[] {
  return ahead.flatMap(({ step }, place) => {
    if (step.ends === undefined) return [];
    const opened = ahead.slice(0, place).filter(each => each.step.opens === 'live');
    if (step.ends === 'commit') return [commitMeans(facts, step, opened)];
    if (opened.length === 0) return [rollBackMeans(facts)];
    const before = openLive(facts).length > 0 ? [rollBackMeans(facts)] : [];
    return [...before, `Gives up ${namesOf(opened)} again, which it opens.`];
  });
}

/** `Brings crm up at site-b in an isolated test.` Undefined: no test is opened. */
export function testsOf(ahead: readonly Ahead[]): string | undefined {
  // In format 1 of a Plan only that it is closed tells a test.
  const tests = ahead.filter(
    ({ step: { opens, closedBy } }) => opens === 'test' || (opens === undefined && closedBy !== undefined),
  );
  if (tests.length === 0) return undefined;
  return bySite(tests, () => 'Brings')
    .map(({ verb, names, site }) => `${verb} ${names} up at ${site} in an isolated test.`)
    .join(' ');
}

/** Names of the steps that change something that can be undone. */
export const keptBy = (ahead: readonly Ahead[]): readonly string[] => [
  ...new Set(ahead.filter(({ step }) => step.effect === 'reversible').map(({ step }) => step.name ?? step.id)),
];

function bySite(opened: readonly Ahead[], verbOf: (each: Ahead) => string) {
  const groups = new Map<string, Ahead[]>();
  for (const each of opened) {
    const group = `${verbOf(each)} ${each.step.site}`;
    groups.set(group, [...(groups.get(group) ?? []), each]);
  }
  return [...groups.values()].flatMap(group => {
    const [first] = group;
    return first === undefined ? [] : [{ verb: verbOf(first), names: namesOf(group), site: first.step.site }];
  });
}

/** The VPGs that steps name; where one of them names none that is known, that is said. */
function namesOf(opened: readonly Ahead[]): string {
  const vpgs = [...new Set(opened.flatMap(each => each.vpgs))];
  if (vpgs.length === 0) return 'what the steps below name';
  return opened.every(each => each.vpgs.length > 0) ? vpgs.join(', ') : `${vpgs.join(', ')} and what other steps name`;
}
