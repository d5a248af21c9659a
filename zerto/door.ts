/** What a call carries to be let in. */
export interface Token {
  readonly headers: Readonly<Record<string, string>>;
}

/** What a sign-in gave. */
export interface Grant extends Token {
  /** ms since 1970: from then on it is renewed before a call. */
  freshUntil: number;
  /** ms that each use makes it last anew; without it use changes nothing. */
  readonly idleMs?: number;
  /** With what it can be renewed; `until`: ms since 1970. */
  refresh?: { readonly token: string; readonly until: number } | undefined;
}

/** How one generation is entered and left. */
export interface Door {
  /** `previous`: what was granted last, alive or not. */
  signIn(previous: Grant | undefined): Promise<Grant>;
  signOut(grant: Grant): Promise<void>;
}

/** Signing out waits no longer than this. */
export const endTimeoutMs = 5000;
