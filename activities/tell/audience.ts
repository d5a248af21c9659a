import type { PageEvent, PageInput } from '../../engine/page.ts';
import type { Target } from '../../actions/target.ts';

/** `notifications` and `targets` of drillbook.yaml as it stands now. */
export interface Notifications {
  readonly lines: readonly NotificationLine[];
  readonly targets: (name: string) => Target | undefined;
  /** The console's page of a run, where there is one. */
  readonly pageOf: (run: string) => string | undefined;
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

/** Who has no line for these hears of them all the same. */
const rare: ReadonlySet<PageEvent> = new Set(['stuck', 'lost-run', 'overtime', 'refused-trigger']);

/** Each target once, by the lines that name the event; what has no line of its own goes where `held` goes. */
export function targetsFor(input: PageInput, { lines }: Pick<Notifications, 'lines'>, at: number): readonly string[] {
  const { mode, runbook } = input;
  const own = (event: PageEvent): readonly NotificationLine[] =>
    lines.filter(line => line.events.includes(event) && line.modes.includes(mode) && line.isAbout(runbook));
  const named = own(input.event);
  const isRare = rare.has(input.event);
  const meant = named.length === 0 && isRare ? own('held') : named;
  return [...new Set(meant.filter(line => isDue(line, input, at)).flatMap(line => line.to))];
}

/** Pages come every `everyMs`: one is due where another `repeat` has passed since the page before. That it is over is always told. */
function isDue({ repeatMs }: NotificationLine, { since, everyMs, over, owed }: PageInput, at: number): boolean {
  if (repeatMs === undefined || since === undefined || everyMs === undefined) return true;
  if (over === true || owed === true) return true;
  const passed = (time: number): number => Math.floor((time - since) / repeatMs);
  return at - everyMs < since || passed(at) > passed(at - everyMs);
}

/** Somebody should hear of it in any case: that nobody did is worth a line. */
export function mustBeHeard({ event, since, everyMs, over, owed }: PageInput, at: number): boolean {
  if (over === true) return false;
  if (owed === true) return true;
  switch (event) {
    case 'waiting':
    case 'held':
    case 'stuck':
    case 'lost-run':
    case 'overtime':
      return since === undefined || everyMs === undefined || at - everyMs < since;
    default:
      return false;
  }
}
