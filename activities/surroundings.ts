import type { ActionCall, ActionResult } from '../actions/call.ts';
import type { Mode } from '../actions/contract.ts';
import type { ActionName, Input, Output } from '../actions/index.ts';
import type { Json } from '../actions/json.ts';
import type { Target } from '../actions/target.ts';
import type { LiveChange } from '../engine/guard-activities.ts';
import type { Zvm } from '../zerto/zvm.ts';
import type { WriteAhead } from './write-ahead-file.ts';

/** What worker.ts hands in. Names are those of drillbook.yaml; a secret is never part of it. */
export interface Surroundings {
  readonly sites: SiteDirectory;
  readonly probes: (name: string) => Probe | undefined;
  /** Whom drillbook.yaml names to be told, as it stands now. */
  readonly telling: () => Promise<Telling>;
  /** The folder of drillbook.yaml: where a `ca:` file is looked for. */
  readonly files: { readonly base: string };
  /** What is opened is written down there first. */
  readonly openings: WriteAhead;
  /**
   * Why what this guard is about to send was asked for by nobody who may ask it, for people; undefined: it was. Throws when
   * Temporal does not answer.
   */
  readonly whyNotAsked: (
    guard: { readonly workflowId: string; readonly runId: string },
    effect: { readonly call: ActionCall; readonly live?: LiveChange },
  ) => Promise<string | undefined>;
  /** Of what is pinned of drillbook.yaml, as this worker read it. */
  readonly configSha256: string;
  /** Of the whole file, which an older release has compared. */
  readonly fileSha256?: string;
  /** ms since 1970. */
  readonly clock: () => number;
  /** Whether the worker is told to end: whoever would go on waiting returns. Absent: it never is. */
  readonly ending?: () => boolean;
}

interface Telling {
  readonly targets: (name: string) => Target | undefined;
  /** Where people look at a run; absent, or undefined: there is no console that anybody knows of. */
  readonly pageOf?: (run: string) => string | undefined;
}

/** Who calls decides how far the client reaches: a drill and `plan` are given an allow-list (rule 5). */
export type Reach = Mode | 'plan';

export function reachOf(call: Pick<ActionCall, 'dry' | 'run'>): Reach {
  return call.dry === true ? 'plan' : call.run.mode;
}

export interface SiteDirectory {
  /** The site's client, signed in, its identity proved. Throws a ZvmError, WrongSite or StepErrored (unknown site). */
  zvm(site: string, reach: Reach): Promise<Zvm>;
  /** Throws StepErrored for a site that drillbook.yaml does not name. */
  settings(site: string): SiteSettings;
}

export interface SiteSettings {
  readonly url: string;
  /** SiteName of `/v1/localsite`. */
  readonly zertoName: string;
  /** The other site, by its name in drillbook.yaml. */
  readonly peer?: string;
  /** Networks, by name, in which a failover test may come up. */
  readonly testNetworks: readonly string[];
  /** Pre- and post-recovery commands that may run in a test. */
  readonly allowedScripts: readonly string[];
  readonly overlappingNetworks: boolean;
  /** By how much its clock may be off, ms. */
  readonly clockSkewMs: number;
  /** After it a request without an answer is given up, ms. */
  readonly requestTimeoutMs: number;
}

/** As drillbook.yaml names it. `proxy`: `socks5://host:port`. `here`: this worker serves the probe's task queue. */
export type Probe = { readonly proxy: string } | { readonly 'task-queue': string } | { readonly here: true };

/** What one attempt of an activity leaves for the next one (Temporal's heartbeat details). */
export interface Memory {
  /** Which attempt of this activity it is, from 1. After a reset or a person's retry it is 1 again. */
  readonly attempt: number;
  /** What the attempt before kept, if there was one. */
  readonly recalled: Json | undefined;
  keep(value: Json): void;
}

/** What an implementation is given beside its call. `signal`: stop at once. */
export type Context = Surroundings & { readonly signal: AbortSignal; readonly memory: Memory };

/** Does one action. Throws StepFailed, StepErrored or a ZvmError, never anything on purpose beside these. */
export type Implementation<A extends ActionName> = (
  call: ActionCall<Input<A>>,
  context: Context,
) => Promise<ActionResult<Output<A>>>;
