import type { Blackout } from './calendars.ts';

/** A coming time of a schedule. Times: ms since 1970. */
export interface Coming {
  /** Where the clocks leap over it: the moment at which they do. */
  readonly at: number;
  /** As the zone's clocks show it: `2027-03-28T01:30`. */
  readonly local: string;
  /** The zone's offset then: `+01:00`. */
  readonly offset: string;
  /** The clocks leap over it: it does not happen. */
  readonly gap?: true;
  /** The clocks show it twice: it happens at the second pass. */
  readonly repeated?: true;
  /** It does not start. `partly`: some of the span of a surprise is in it. */
  readonly blackout?: Blackout & { readonly partly?: true };
  /** It begins at some time up to here: a surprise, or jitter. */
  readonly until?: number;
}
