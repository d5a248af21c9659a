/** Gives a secret's value as it is now: it is read each time that it is used. Throws a sentence where it cannot be had. */
export type Secret = () => Promise<string>;

/** Whether people may vote in Slack, in approvals of this runbook in this mode. */
export type MayVote = (about: { readonly runbook: string; readonly mode: string }) => boolean;

/** Where something is told. `fallback`: the target that is told when this one cannot be. Paths are absolute; `ca`: a PEM file. */
export type Target = { readonly fallback?: string } & (
  | { readonly kind: 'file'; readonly path: string }
  /** `url`: the hook's whole address is the secret. `ballots`: absent, Slack is no trigger. */
  | { readonly kind: 'slack'; readonly url: Secret; readonly ballots?: MayVote }
  /** `url`: in place of PagerDuty's own. */
  | { readonly kind: 'pagerduty'; readonly routingKey: Secret; readonly url?: string }
  /** `server`: `smtps://host[:port]` or `smtp://host[:port]`. */
  | {
      readonly kind: 'email';
      readonly to: readonly string[];
      readonly from: string;
      readonly server: string;
      readonly username: string;
      readonly password?: Secret;
      readonly ca?: string;
    }
  | { readonly kind: 'webhook'; readonly url: string; readonly hmac?: Secret; readonly ca?: string }
);
