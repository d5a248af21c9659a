import { log } from '@temporalio/activity';
import type { PageEvent, PageInput } from '../engine/page.ts';
import { tellOrFallBack } from './notify.ts';
import type { Target } from './surroundings.ts';
import { perform } from './wrap.ts';

/** `notifications` and `targets` of drillbook.yaml as it stands now. */
export interface Notifications {
  readonly lines: readonly NotificationLine[];
  readonly targets: (name: string) => Target | undefined;
}

export interface NotificationLine {
  readonly events: readonly string[];
  readonly modes: readonly string[];
  /** Whether a runbook of this name is meant. */
  readonly isAbout: (runbook: string) => boolean;
  readonly to: readonly string[];
  /** Told again no more often than this; absent: as often as there is a page. */
  readonly repeatMs?: number;
}

/** worker.ts hands it in: read anew each time. Or why it cannot be read. */
export type ReadNotifications = () => Promise<Notifications | { readonly unreadable: string }>;

/** The activity that tells people. It ends well whatever happens: what could not be told is the worker's log's business. */
export function pageActivities(read: ReadNotifications, clock: () => number) {
  const said = new Set<string>();
  const once = (line: string): void => {
    if (said.has(line)) return;
    said.add(line);
    log.warn(line);
  };
  return {
    'people/page': (input: PageInput): Promise<{ told: readonly string[] }> =>
      perform(async () => ({ told: await page(input, await read(), clock(), once) })),
  };
}

/** The targets that were told. Never throws for what is in drillbook.yaml. `now`: ms since 1970. */
export async function page(
  input: PageInput,
  notifications: Awaited<ReturnType<ReadNotifications>>,
  now: number,
  complain: (line: string) => void,
): Promise<readonly string[]> {
  const { run, mode, event, text, pending, at = now } = input;
  if ('unreadable' in notifications) {
    complain(`nobody was told that a run is ${event}: ${notifications.unreadable}`);
    return [];
  }
  const line = { run, mode, step: pending?.key ?? '', message: describe(input), event };
  const told: string[] = [];
  for (const name of targetsFor(input, notifications, at)) {
    const target = notifications.targets(name);
    if (target === undefined) continue;
    const { reached, failures } = await tellOrFallBack({ name, target }, line, notifications.targets, iso(now));
    for (const failure of failures) complain(`people could not be told: ${failure}`);
    if (reached !== undefined && !told.includes(reached)) told.push(reached);
  }
  if (told.length === 0 && isFirst(input, at)) complain(`nobody was told that ${run} is ${event}: ${text}`);
  return told;
}

/** Each target once, by the lines that name the event; what has no line of its own goes where `held` goes. */
function targetsFor(input: PageInput, { lines }: Notifications, at: number): readonly string[] {
  const { mode, runbook } = input;
  const own = (event: PageEvent): readonly NotificationLine[] =>
    lines.filter(line => line.events.includes(event) && line.modes.includes(mode) && line.isAbout(runbook));
  const named = own(input.event);
  const isRare = input.event === 'stuck' || input.event === 'lost-run' || input.event === 'overtime';
  const meant = named.length === 0 && isRare ? own('held') : named;
  return [...new Set(meant.filter(line => isDue(line, input, at)).flatMap(line => line.to))];
}

/** Pages come every `everyMs`: one is due where another `repeat` has passed since the page before. */
function isDue({ repeatMs }: NotificationLine, { since, everyMs }: PageInput, at: number): boolean {
  if (repeatMs === undefined || since === undefined || everyMs === undefined) return true;
  const passed = (time: number): number => Math.floor((time - since) / repeatMs);
  return at - everyMs < since || passed(at) > passed(at - everyMs);
}

const isFirst = ({ since, everyMs }: PageInput, at: number): boolean =>
  since === undefined || everyMs === undefined || at - everyMs < since;

function describe({ run, runbook, mode, event, text, pending }: PageInput): string {
  const choices =
    pending === undefined || pending.choices.length === 0 ? '' : ` Choose: ${pending.choices.join(', ')}.`;
  return `${words[event]}: ${runbook}, ${mode} (${run}): ${text}.${choices} "drillbook pending" lists the commands.`;
}

const words: Readonly<Record<PageEvent, string>> = {
  held: 'HELD',
  waiting: 'WAITS FOR PEOPLE',
  stuck: 'NOT CLOSED',
  'lost-run': 'RUN LOST',
  overtime: 'TAKES LONG',
};

const iso = (at: number): string => new Date(at).toISOString();
