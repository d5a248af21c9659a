import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createZvm, drillOnly, readOnly } from '../zerto/client.ts';
import type { Trust } from '../zerto/tls.ts';
import type { LocalSite, Zvm } from '../zerto/types.ts';
import { StepErrored, WrongSite } from './outcome.ts';
import type { Reach, SiteDirectory, SiteSettings } from './surroundings.ts';

/** A site of drillbook.yaml, with its keys as they stand there. */
export interface SiteConfig {
  readonly url: string;
  readonly 'zerto-name': string;
  /** `password` is the name of a secret. */
  readonly account: {
    readonly kind: 'windows' | 'hypervisor';
    readonly username: string;
    readonly password: string;
  };
  /** `ca`: a PEM file beside drillbook.yaml. */
  readonly tls?: { readonly ca: string } | { readonly fingerprint: string } | undefined;
  readonly peer?: string | undefined;
  readonly 'test-networks'?: readonly string[] | undefined;
  readonly 'allowed-scripts'?: readonly string[] | undefined;
  readonly 'overlapping-networks'?: boolean | undefined;
}

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

/** One client, and so one session, a site and process. */
export function createSites(configs: Readonly<Record<string, SiteConfig>>, options: SitesOptions): Sites {
  const proven = new Map<string, Promise<Zvm>>();

  function configOf(site: string): SiteConfig {
    const config = Object.hasOwn(configs, site) ? configs[site] : undefined;
    if (config === undefined) throw new StepErrored(`drillbook.yaml names no site "${site}"`);
    return config;
  }

  /** Callers at the same time share one sign-in; a failure is not kept. */
  function prove(site: string): Promise<Zvm> {
    const known = proven.get(site);
    if (known !== undefined) return known;
    const proving = connect(site, configOf(site), options);
    proven.set(site, proving);
    proving.catch(() => proven.delete(site));
    return proving;
  }

  return {
    async zvm(site, reach) {
      return limit(await prove(site), reach);
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

async function connect(site: string, config: SiteConfig, options: SitesOptions): Promise<Zvm> {
  const { account } = config;
  const fetch = options.fetchFor?.(site);
  const client = createZvm({
    site,
    url: config.url,
    account: { kind: account.kind, username: account.username, password: () => options.secret(account.password) },
    tls: await trustOf(site, config.tls, options.base),
    clock: options.clock,
    ...(fetch !== undefined && { fetch }),
  });
  try {
    // Before any other call: a wrong address must not be asked, let alone told, anything.
    assertIdentity(await client.localSite(), site, settingsOf(config));
    return client;
  } catch (error) {
    await client.signOut();
    throw error;
  }
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
    case 'failover':
    case 'move':
    case 'change':
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
    ...(config.peer !== undefined && { peer: config.peer }),
  };
}
