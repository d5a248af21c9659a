import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type * as zerto from '../zerto/accounts.ts';
import { changeOnly, createPace, createZvm, drillOnly, readOnly } from '../zerto/client.ts';
import { SignInRefused } from '../zerto/errors.ts';
import type { Pace } from '../zerto/pace.ts';
import type { Trust } from '../zerto/tls.ts';
import type { LocalSite } from '../zerto/sites.ts';
import type { Zvm } from '../zerto/zvm.ts';
import { StepErrored, WrongSite } from './outcome.ts';
import type { Reach, SiteDirectory, SiteSettings } from './surroundings.ts';

/** A site of drillbook.yaml, with its keys as they stand there. */
export interface SiteConfig {
  readonly url: string;
  readonly 'zerto-name': string;
  readonly generation?: 'auto' | 'windows' | 'appliance' | undefined;
  readonly account: Account;
  readonly 'drill-account'?: Account | undefined;
  /** `ca`: a PEM file beside drillbook.yaml. */
  readonly tls?: { readonly ca: string } | { readonly fingerprint: string } | undefined;
  readonly peer?: string | undefined;
  readonly 'test-networks'?: readonly string[] | undefined;
  readonly 'allowed-scripts'?: readonly string[] | undefined;
  readonly 'overlapping-networks'?: boolean | undefined;
  /** ms; default 5 s. */
  readonly 'clock-skew'?: number | undefined;
  /** Default 5. */
  readonly 'requests-per-second'?: number | undefined;
  /** ms; default 30 s. */
  readonly 'request-timeout'?: number | undefined;
}

/** `password` and `client-secret` are names of secrets. */
type Account =
  | {
      readonly kind: 'windows' | 'hypervisor' | 'password';
      readonly username: string;
      readonly password: string;
    }
  | { readonly kind: 'client'; readonly 'client-id': string; readonly 'client-secret': string };

export interface SitesOptions {
  /** Gives a secret's value; asked at each sign-in, so that a changed one needs no restart. */
  readonly secret: (name: string) => Promise<string>;
  /** The folder of drillbook.yaml. */
  readonly base: string;
  /** ms since 1970. */
  readonly clock: () => number;
  /** In place of the network: a ZVM in the same process. */
  readonly fetchFor?: (site: string) => typeof fetch;
}

export interface Sites extends SiteDirectory {
  /** At the worker's end; never throws. */
  signOutAll(): Promise<void>;
}

const usualRequestsPerSecond = 5;
const usualClockSkewMs = 5_000;
const usualRequestTimeoutMs = 30_000;

/** One client, and so one session, a site, account and process. */
export function createSites(configs: Readonly<Record<string, SiteConfig>>, options: SitesOptions): Sites {
  const proven = new Map<string, Promise<Zvm>>();
  /** Clients that remember a refused secret: a new one would try it again at once, and lock the account. */
  const refused = new Map<string, Zvm>();
  const paces = new Map<string, Pace>();

  function configOf(site: string): SiteConfig {
    const config = Object.hasOwn(configs, site) ? configs[site] : undefined;
    if (config === undefined) throw new StepErrored(`drillbook.yaml names no site "${site}"`);
    return config;
  }

  /** Callers at the same time share one sign-in; a failure is not kept. */
  function prove(site: string, as: 'account' | 'drill-account'): Promise<Zvm> {
    const key = `${as} ${site}`;
    const known = proven.get(key);
    if (known !== undefined) return known;
    const config = configOf(site);
    const open = () => openClient(site, config, config[as] ?? config.account, paceOf(site), options);
    const proving = connect(key, settingsOf(config), open);
    proven.set(key, proving);
    proving.catch(() => proven.delete(key));
    return proving;
  }

  async function connect(key: string, settings: SiteSettings, open: () => Promise<Zvm>): Promise<Zvm> {
    const client = refused.get(key) ?? (await open());
    refused.delete(key);
    try {
      // Before any other call: a wrong address must not be asked, let alone told, anything.
      assertIdentity(await client.sites.local(), client.site, settings);
      return client;
    } catch (error) {
      await client.signOut();
      if (error instanceof SignInRefused) refused.set(key, client);
      throw error;
    }
  }

  /** The rate is the ZVM's, whoever asks. */
  function paceOf(site: string): Pace {
    const pace = paces.get(site) ?? createPace(configOf(site)['requests-per-second'] ?? usualRequestsPerSecond);
    paces.set(site, pace);
    return pace;
  }

  return {
    async zvm(site, reach) {
      const as = reach === 'drill' && configOf(site)['drill-account'] !== undefined ? 'drill-account' : 'account';
      return limit(await prove(site, as), reach);
    },
    settings: site => settingsOf(configOf(site)),
    async signOutAll() {
      const clients = await Promise.allSettled([...proven.values()]);
      proven.clear();
      await Promise.all(clients.flatMap(client => (client.status === 'fulfilled' ? [client.value.signOut()] : [])));
    },
  };
}

/** @throws WrongSite, where another ZVM answers at the address */
export function assertIdentity(
  local: LocalSite,
  site: string,
  settings: Pick<SiteSettings, 'url' | 'zertoName'>,
): void {
  if (local.name === settings.zertoName) return;
  throw new WrongSite(
    `${settings.url} is ${local.name}, drillbook.yaml says ${settings.zertoName} (${site}); no call was made: mend url or zerto-name`,
  );
}

async function openClient(
  site: string,
  config: SiteConfig,
  account: Account,
  pace: Pace,
  options: SitesOptions,
): Promise<Zvm> {
  const fetch = options.fetchFor?.(site);
  return createZvm({
    site,
    url: config.url,
    generation: config.generation ?? 'auto',
    account: credentialsOf(account, options.secret),
    requestsPerSecond: pace,
    requestTimeoutMs: config['request-timeout'] ?? usualRequestTimeoutMs,
    tls: await trustOf(site, config.tls, options.base),
    clock: options.clock,
    ...(fetch !== undefined && { fetch }),
  });
}

function credentialsOf(account: Account, secret: SitesOptions['secret']): zerto.Account {
  return account.kind === 'client'
    ? { kind: 'client', clientId: account['client-id'], clientSecret: () => secret(account['client-secret']) }
    : { kind: account.kind, username: account.username, password: () => secret(account.password) };
}

async function trustOf(site: string, tls: SiteConfig['tls'], base: string): Promise<Trust> {
  if (tls === undefined) return { kind: 'system' };
  if ('fingerprint' in tls) return { kind: 'fingerprint', sha256: tls.fingerprint };
  try {
    return { kind: 'ca', pem: await readFile(resolve(base, tls.ca), 'utf8') };
  } catch {
    throw new StepErrored(
      `the file ${tls.ca} (tls.ca of ${site}) cannot be read: it is looked for beside drillbook.yaml`,
    );
  }
}

function limit(client: Zvm, reach: Reach): Zvm {
  switch (reach) {
    case 'plan':
      return client.limitedTo(readOnly);
    case 'drill':
      return client.limitedTo(drillOnly);
    case 'change':
      return client.limitedTo(changeOnly);
    case 'failover':
    case 'move':
      return client;
  }
}

function settingsOf(config: SiteConfig): SiteSettings {
  return {
    url: config.url,
    zertoName: config['zerto-name'],
    testNetworks: config['test-networks'] ?? [],
    allowedScripts: config['allowed-scripts'] ?? [],
    overlappingNetworks: config['overlapping-networks'] ?? false,
    clockSkewMs: config['clock-skew'] ?? usualClockSkewMs,
    requestTimeoutMs: config['request-timeout'] ?? usualRequestTimeoutMs,
    ...(config.peer !== undefined && { peer: config.peer }),
  };
}
