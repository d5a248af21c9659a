import { resolve } from 'node:path';
import type { MayVote, Secret, Target } from '../../actions/target.ts';
import { fitsWildcard } from '../../compiler/triggers/wildcard.ts';
import type { Config } from './config.ts';

/** How a secret is read: by its name, for the worker alone. */
export type ReadSecret = (config: Config, name: string, base: string) => Promise<string>;

/** A target of `notify`; undefined for a name that is none. `base`: the folder of drillbook.yaml. */
export function targetOf(config: Config, name: string, base: string, read: ReadSecret): Target | undefined {
  const target = Object.hasOwn(config.targets, name) ? config.targets[name] : undefined;
  if (target === undefined) return undefined;
  const fallback = target.fallback === undefined ? {} : { fallback: target.fallback };
  const secret =
    (of: string): Secret =>
    () =>
      read(config, of, base);
  const trust = (tls: { readonly ca: string } | undefined) => (tls === undefined ? {} : { ca: resolve(base, tls.ca) });
  if ('file' in target) return { kind: 'file', path: resolve(base, target.file.path), ...fallback };
  if ('slack' in target) return { kind: 'slack', url: secret(target.slack.url), ...ballotsBy(config), ...fallback };
  if ('pagerduty' in target) {
    const { 'routing-key': key, url } = target.pagerduty;
    return { kind: 'pagerduty', routingKey: secret(key), ...(url === undefined ? {} : { url }), ...fallback };
  }
  if ('email' in target) {
    const { to, from, server, username = from, password, tls } = target.email;
    const key = password === undefined ? {} : { password: secret(password) };
    return { kind: 'email', to, from, server, username, ...key, ...trust(tls), ...fallback };
  }
  const { url, hmac, tls } = target.webhook;
  return { kind: 'webhook', url, ...(hmac === undefined ? {} : { hmac: secret(hmac) }), ...trust(tls), ...fallback };
}

/** By the lines of each trigger that is Slack: the console asks the same of what comes in by it. */
function ballotsBy({ triggers }: Pick<Config, 'triggers'>): {
  readonly ballots?: MayVote;
} {
  const lines = Object.values(triggers).flatMap(({ kind, may }) => (kind === 'slack' ? may : []));
  if (lines.length === 0) return {};
  return {
    ballots: ({ runbook, mode }) =>
      lines.some(
        ({ modes, runbooks }) =>
          modes.some(each => each === mode) && runbooks.some(pattern => fitsWildcard(runbook, pattern)),
      ),
  };
}
