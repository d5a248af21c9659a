import type { Plan } from '../compiler/plan.ts';
import { findEntry } from './frames.ts';
import type { EngineState } from './state.ts';
import { isOpen } from './still-open.ts';

/** Something that a run has open, or may have. Times: ms since 1970. */
export interface OpenNow {
  readonly vpg: string;
  readonly site: string;
  /** `failover`, `move`, `failover test` … */
  readonly what: string;
  /** Only a person ends it, by a commit or a roll-back: it has no deadline. */
  readonly live: boolean;
  readonly since?: number;
  /** Of a test with a `hold`: when that is over. */
  readonly until?: number;
}

/** A VPG a line, what is live first. */
export function openNow(plan: Plan, state: EngineState): readonly OpenNow[] {
  const all = Object.values(state.openings).filter(isOpen);
  return [...all.filter(({ live }) => live === true), ...all.filter(({ live }) => live !== true)].flatMap(opening => {
    const { key, vpgs, live = false, since, holdUntil } = opening;
    const entry = findEntry(plan, state, key);
    const step = entry === undefined ? undefined : plan.steps[entry.place];
    const about = {
      site: step?.site ?? plan.site,
      what: (step?.uses ?? '').replace(/^zerto\//, '').replaceAll('-', ' '),
      live,
      ...(since === undefined ? {} : { since }),
      ...(live || holdUntil === undefined ? {} : { until: holdUntil }),
    };
    return vpgs.map(vpg => ({ vpg, ...about }));
  });
}

const mostNamed = 5;

/** `payments-db (failover at site-b)`; undefined: nothing live is open any more. */
export function nameOpenLive(plan: Plan, state: EngineState): string | undefined {
  const live = openNow(plan, state).filter(open => open.live);
  if (live.length === 0) return undefined;
  const named = live.slice(0, mostNamed).map(({ vpg, site, what }) => `${vpg} (${what} at ${site})`);
  const more = live.length > mostNamed ? ` and ${live.length - mostNamed} more` : '';
  return `${named.join(', ')}${more}`;
}
