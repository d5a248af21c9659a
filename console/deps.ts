import type { Caller } from '../control/access/caller.ts';
import type { Audit } from '../control/audit.ts';
import type { Wanted } from './audit-every.ts';
import type { Config } from '../control/config/config.ts';
import type { RunFeeds as WatchedRuns } from '../control/run-view/feed.ts';
import type { Control } from '../control/connection.ts';
import type { Deeds } from './deeds.ts';
import type { Gate } from './identity/gate.ts';
import type { OidcLogin } from './identity/oidc-login.ts';
import type { Session } from './identity/sessions.ts';
import type { RunFeeds } from './run-feed.ts';
import type { OlderRuns } from './older-runs.ts';
import type { RunsNow } from './runs-now.ts';
import type { Attempts } from './security/attempts.ts';
import type { LookLimits } from './security/look-limits.ts';

export interface Pace {
  /** The list of runs is made anew, ms. */
  readonly runsMs: number;
  /** An open stream says that it lives, and whether it may go on is asked, ms. */
  readonly aliveMs: number;
}

/** What the faces of the console are handed: pages, API and webhooks. */
export interface ConsoleDeps {
  readonly control: Control;
  /** Of drillbook.yaml, absolute. */
  readonly configPath: string;
  /** Its folder. */
  readonly base: string;
  /** Runbooks are found below this folder: that of drillbook.yaml, of `drillbook dev` the working folder. */
  readonly project: string;
  /** drillbook.yaml as it stands now: people, groups, roles and identity are read for each decision. Throws ConfigRefused. */
  readonly readConfig: () => Promise<Config>;
  /** ms since 1970. */
  readonly clock: () => number;
  /** All that people do through the console. Pages, API and webhooks change nothing but by these. */
  readonly deeds: Deeds;
  readonly audit: Audit;
  /** For lines that anybody can cause: many become one. */
  readonly boundedAudit: Audit;
  /** Takes a line for the log of the process. */
  readonly log: (line: string) => void;
  readonly gate: Gate;
  readonly oidcLogin: OidcLogin;
  readonly feeds: RunFeeds;
  /** Runs as their pages show them. */
  readonly watched: Pick<WatchedRuns, 'look' | 'follow'>;
  readonly attempts: Attempts;
  /** How often somebody may have plans made. */
  readonly looks: LookLimits;
  /** What runs there are: asked once, however many look. */
  readonly runsNow: RunsNow;
  /** Of those before: for whoever may not see all of the latest. */
  readonly olderRuns: OlderRuns;
  /** How often open pages are looked after. */
  readonly pace: Pace;
  /** What is awaited when the server has closed, before its connection to Temporal is. */
  readonly lastly: (() => Promise<void>)[];
  /** Served by TLS, by itself or by what stands before it: cookies are for TLS alone. */
  readonly secure: boolean;
  /** How people reach it, without a slash at the end: for links in what leaves the console. */
  readonly url: () => string;
  /** It listens on loopback alone: only names of this machine, and of `console.public-url`, are served. */
  readonly loopback: boolean;
}

/** What each request finds in its hono context. */
export interface ConsoleEnv {
  /** Absent in tests that ask the app without a server. */
  Bindings: { readonly incoming?: { readonly socket: { readonly remoteAddress?: string } } };
  Variables: {
    /** Always there below /api/v1 and on pages; not in /hooks, /sign-in and /assets. */
    caller: Caller;
    /** Who it is by the same cookie or token at another moment; undefined: nobody any more. */
    again: (config: Config) => Promise<Caller | undefined>;
    /** Of this answer's Content-Security-Policy: for a `<script nonce>` or `<style nonce>`. */
    nonce: string;
    /** Of whoever signed in here. */
    session: Session | undefined;
    /** For the field `csrf` of each form, or the header `x-csrf-token`. */
    csrf: string;
    /** What somebody wants, and why he is refused, where that is known before it is a deed: for the audit line. */
    wanted: Wanted | undefined;
    refusal: string | undefined;
    /** The other end of the connection, for audit lines. */
    address: string;
  };
}
