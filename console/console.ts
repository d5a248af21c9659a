import { dirname, resolve } from 'node:path';
import { openAudit, auditFile } from '../control/audit.ts';
import { codecWithKeys } from '../control/codec.ts';
import { type Config, resolveSecret } from '../control/config/config.ts';
import { listenOf } from '../control/config/schema/console.ts';
import { tellMissingSecrets } from '../control/config/needed-secrets.ts';
import { isLoopback } from '../control/config/schema/loopback.ts';
import { connect, type Control } from '../control/connection.ts';
import { RunFeeds as WatchedRuns } from '../control/run-view/feed.ts';
import { signWithText } from '../control/signing.ts';
import type { Sign } from '../control/say.ts';
import { stateFolder } from '../control/state-folder.ts';
import { createConsoleApp } from './app.ts';
import { noticed } from './audit-every.ts';
import { readTlsPair, renewCertificate } from './certificate.ts';
import { createConfigReader } from './config-reader.ts';
import { createDeeds } from './deeds.ts';
import type { ConsoleDeps } from './deps.ts';
import { namedGroups } from './identity/named-groups.ts';
import { createGate } from './identity/gate.ts';
import { whyNoIssuerCa } from './identity/issuer-fetch.ts';
import { createKeyStore } from './identity/issuer-keys.ts';
import { createOidcLogin } from './identity/oidc-login.ts';
import { createVerifier } from './identity/oidc.ts';
import { hasIdentity } from './identity/local-user.ts';
import { openEndedSessions, readSessionKey } from './identity/session-files.ts';
import { createSessions } from './identity/sessions.ts';
import { ConsoleRefused, listen, type Listening, type Place } from './listen.ts';
import { createRunFeeds } from './run-feed.ts';
import { createAttempts } from './security/attempts.ts';
import { createBoundedAudit } from './security/bounded-audit.ts';
import { createLookLimits } from './security/look-limits.ts';
import { createOlderRuns } from './older-runs.ts';
import { createRunsNow } from './runs-now.ts';
import { whyUnproved } from './unproved.ts';

/** Somebody waits for each answer: Temporal has so long, ms. */
const callWithinMs = 5_000;

export interface ConsoleOptions {
  /** Of drillbook.yaml. */
  readonly configPath: string;
  /** Runbooks are found below it; default: the folder of drillbook.yaml. */
  readonly project?: string;
  /** Instead of that of drillbook.yaml; 0: a free one. */
  readonly port?: number;
  /** Instead of that file as it stands: whatever it gives is not let in by an open door. */
  readonly readConfig?: () => Promise<Config>;
  /** Takes each line of the log; default: standard error. */
  readonly log?: (line: string) => void;
}

export interface Console extends Pick<Listening, 'url' | 'close'> {
  readonly deps: ConsoleDeps;
}

/**
 * Connects to Temporal as the environment says and serves the console. Throws ConfigRefused, SecretUnreadable, TemporalUnreachable,
 * or ConsoleRefused.
 */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const configPath = resolve(options.configPath);
  const base = dirname(configPath);
  const readConfig = options.readConfig ?? createConfigReader(configPath);
  const config = await readConfig();
  const place = await placeOf(config, base, options.port);
  refuseOpenDoor(config, place);
  const log = options.log ?? (line => process.stderr.write(`${line}\n`));
  // So that it is not first seen when a delivery comes at 3 a.m.
  await tellMissingSecrets(config, base, 'console', log);
  const untrusted = await whyNoIssuerCa(config, base);
  if (untrusted !== undefined) log(untrusted);
  const unproved = await whyUnproved(config, base);
  // Without an identity names are unverified anyway.
  if (unproved !== undefined && hasIdentity(config)) log(unproved);
  const control = await connect({ configPath, codec: await codecWithKeys(config, base), callWithinMs });
  try {
    let own = '';
    const deps = await createDeps({
      ...{ control, configPath, base, readConfig, log, project: resolve(options.project ?? base), place },
      url: () => config.console['public-url']?.replace(/\/$/, '') ?? own,
    });
    const listening = await listen(createConsoleApp(deps), place);
    own = listening.url;
    const read = async () => await readTlsPair(await readConfig(), base);
    const renewal = place.tls && renewCertificate({ first: place.tls, read, use: listening.renew, log });
    const close = async (): Promise<void> => {
      renewal?.stop();
      deps.feeds.close();
      await listening.close();
      await Promise.all(deps.lastly.map(end => end()));
      await control.close();
    };
    return { url: listening.url, close, deps };
  } catch (error) {
    await control.close();
    throw error;
  }
}

export interface DepsOptions {
  readonly control: Control;
  readonly configPath: string;
  readonly base: string;
  readonly project: string;
  readonly readConfig: () => Promise<Config>;
  readonly log: (line: string) => void;
  readonly place: Pick<Place, 'host' | 'tls'>;
  readonly url: () => string;
  readonly clock?: () => number;
}

/** All that the faces are handed. A test may put its own in the place of some. */
export async function createDeps(options: DepsOptions): Promise<ConsoleDeps> {
  const { control, configPath, base, project, readConfig, log, place, url, clock = Date.now } = options;
  const loopback = isLoopback(place.host);
  const folder = stateFolder(base);
  const audit = noticed(openAudit(auditFile(base), clock, log));
  const watched = new WatchedRuns(control, async () => (await readConfig()).organisation, clock);
  const bounded = createBoundedAudit(audit, clock);
  const sessions = createSessions(await readSessionKey(folder), await openEndedSessions(folder, clock));
  const issuerKeys = createKeyStore(folder, clock, base);
  const verifyJwt = createVerifier(issuerKeys, clock);
  return {
    ...{ control, configPath, base, project, readConfig, clock, audit, log, url, loopback },
    secure: place.tls !== undefined || url().startsWith('https:'),
    gate: createGate({ sessions, verifyJwt, loopback, url, clock }),
    oidcLogin: createOidcLogin({ keys: issuerKeys, verify: verifyJwt, sessions, clock, url, base }),
    attempts: createAttempts(clock),
    looks: createLookLimits(clock),
    runsNow: createRunsNow(control, clock),
    olderRuns: createOlderRuns(control, clock),
    pace: { runsMs: 3_000, aliveMs: 15_000 },
    boundedAudit: noticed(bounded.audit),
    watched,
    lastly: [bounded.flush, () => watched.close()],
    feeds: createRunFeeds(control),
    deeds: createDeeds({
      ...{ control, configPath, project, readConfig, audit },
      urlOf: run => `${url()}/runs/${encodeURIComponent(run)}`,
      signer: async (read, caller): Promise<Sign | undefined> => {
        const name = read.identity['decision-key'];
        if (name === undefined || !caller.verified) return undefined;
        return signWithText(await resolveSecret(read, name, base), name, namedGroups(read, caller.groups));
      },
    }),
  };
}

async function placeOf(config: Config, base: string, port: number | undefined): Promise<Place> {
  const { listen: written } = config.console;
  const listening = listenOf(written) ?? { host: '127.0.0.1', port: 8080 };
  const own = { host: listening.host, port: port ?? listening.port };
  const tls = await readTlsPair(config, base);
  return tls === undefined ? own : { ...own, tls };
}

/** Whoever reaches the console without proving who he is would be taken for whoever runs it. */
export function refuseOpenDoor(config: Config, { host, tls }: Pick<Place, 'host' | 'tls'>): void {
  const outside = config.console['public-url'];
  const missing: string[] = [];
  const beyond = !isLoopback(host);
  const reached = beyond || (outside !== undefined && !isLoopback(new URL(outside).hostname));
  if (beyond && tls === undefined) missing.push('a certificate (console.tls)');
  if (reached && !hasIdentity(config))
    missing.push('an identity: identity.oidc, identity.tokens ("drillbook keys token PERSON") or a sealed-token');
  if (missing.length === 0) return;
  const where = beyond ? `console.listen is ${config.console.listen}` : `console.public-url is ${String(outside)}`;
  throw new ConsoleRefused(
    `The console does not listen beyond this machine without TLS and identity: ${where}, and drillbook.yaml lacks ${missing.join(' and ')}. Add that, or listen on 127.0.0.1 without a public-url.`,
  );
}
