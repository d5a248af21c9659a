import type { HandedOver } from './guard-types.ts';

/** An opening of which a worker's write-ahead file tells that it may be open. Times: ms since 1970. */
export interface WrittenOpening {
  /** The same for every line about it: run, step and VPG. */
  readonly id: string;
  /** The server and namespace of its run: another one knows nothing of it, and leaves it alone. */
  readonly temporal: string;
  /** Workflow id of the guard that sent it, and the token of its run; empty: not known. */
  readonly guard: string;
  readonly token: string;
  readonly site: string;
  readonly vpg: string;
  /** VpgIdentifier. */
  readonly vpgId: string;
  readonly since: number;
  readonly opening: HandedOver;
}
