import type { Known } from './known.ts';
import type { Layout } from './layout.ts';

/** One scope as it is written into a Plan. */
export interface Frame {
  readonly layout: Layout;
  readonly known: Known;
  /** Before the ids of its steps: `dr/`. */
  readonly prefix: string;
  readonly site: string;
}
