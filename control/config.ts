import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Diagnostic } from '../compiler/diagnostics.ts';
import { encodeText } from '../compiler/encode.ts';
import { sha256Hex } from '../compiler/hash.ts';
import { headOf } from '../compiler/keys.ts';
import type { ConfigNames } from '../compiler/names.ts';
import { toJson } from '../compiler/nodes.ts';
import { read } from '../compiler/read.ts';
import { Reporter } from '../compiler/reporter.ts';
import { sourceOf } from '../compiler/source.ts';
import { checkReferences, reportIssues, reportSecretValues } from './config-check.ts';
import { withoutLater } from './config-nodes.ts';
import { configSchema, type ConfigSections } from './config-schema.ts';

/** drillbook.yaml as it was read. Keys as they stand in the file; secrets are names, never values. */
export interface Config extends ConfigSections {
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
  /** As it was called when it was read. */
  readonly file: string;
}

export interface ConfigRead {
  /** Absent when there is an error. */
  readonly config?: Config;
  readonly diagnostics: readonly Diagnostic[];
}

/** drillbook.yaml has mistakes; the message has them all, with places. */
export class ConfigRefused extends Error {
  override readonly name = 'ConfigRefused';
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], texts: Readonly<Record<string, string>>) {
    super(encodeText(diagnostics, texts));
    this.diagnostics = diagnostics;
  }
}

/** A secret cannot be had. Names the secret and why, never its value. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
}

/** Text to a config or diagnostics; all mistakes at once. Never throws. */
export function parseConfig(text: string, file: string): ConfigRead {
  const reporter = new Reporter(sourceOf(file, text));
  const root = read(reporter);
  const config = root === undefined ? undefined : readSections();
  return { ...(config !== undefined && !reporter.hasErrors() && { config }), diagnostics: reporter.diagnostics() };

  function readSections(): Config | undefined {
    if (root === undefined) return undefined;
    if (root.kind !== 'map')
      return reporter.refuse('DB8001', headOf(root, reporter), { message: 'drillbook.yaml must be a map' });
    const reported = new Set(reportSecretValues(root, reporter));
    const kept = withoutLater(root, reporter, reported);
    const parsed = configSchema.safeParse(kept === undefined ? {} : toJson(kept));
    if (!parsed.success) {
      reportIssues(parsed.error.issues, root, reported, reporter);
      return undefined;
    }
    checkReferences(parsed.data, root, reporter);
    return { ...parsed.data, sha256: sha256Hex(text), file };
  }
}

/** Reads and checks a drillbook.yaml. Throws only where the file cannot be read at all. */
export async function readConfig(path: string): Promise<ConfigRead> {
  return parseConfig(await readFile(path, 'utf8'), path);
}

/** The same for whoever cannot go on with mistakes: throws ConfigRefused. */
export async function loadConfig(path: string): Promise<Config> {
  const text = await readFile(path, 'utf8');
  const { config, diagnostics } = parseConfig(text, path);
  if (config === undefined) throw new ConfigRefused(diagnostics, { [path]: text });
  return config;
}

const fileName = 'drillbook.yaml';

/**
 * The drillbook.yaml that goes with a file or folder: the one asked for, else DRILLBOOK_CONFIG, else the nearest upward.
 * Undefined where there is none; a file that was asked for is given whether it exists or not.
 */
export function findConfig(from: string, explicit?: string): string | undefined {
  const asked = explicit ?? process.env['DRILLBOOK_CONFIG'];
  if (asked !== undefined && asked !== '') return resolve(asked);
  let folder = resolve(from);
  for (;;) {
    const path = join(folder, fileName);
    if (existsSync(path)) return path;
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}

/** What the compiler checks a runbook's names against. */
export function configNames(config: Config): ConfigNames;
export function configNames(config: Config | undefined): ConfigNames | undefined;
export function configNames(config: Config | undefined): ConfigNames | undefined {
  if (config === undefined) return undefined;
  return {
    file: fileName,
    sites: Object.keys(config.sites),
    people: Object.keys(config.people),
    groups: Object.keys(config.groups),
    targets: Object.keys(config.targets),
    probes: Object.keys(config.probes),
    secrets: Object.keys(config.secrets),
    overlapping: Object.entries(config.sites).flatMap(([name, site]) => (site['overlapping-networks'] ? [name] : [])),
  };
}

/** A target of `notify`; undefined for a name that is none. `base`: the folder of drillbook.yaml. */
export function targetOf(
  config: Config,
  name: string,
  base: string,
): { readonly kind: 'file'; readonly path: string } | undefined {
  const target = Object.hasOwn(config.targets, name) ? config.targets[name] : undefined;
  return target && { kind: 'file', path: resolve(base, target.file.path) };
}

/** Only the worker asks. Read each time, so that rotation needs no restart. Throws SecretUnreadable. */
export async function resolveSecret(config: Config, name: string, base: string): Promise<string> {
  const from = Object.hasOwn(config.secrets, name) ? config.secrets[name] : undefined;
  if (from === undefined) throw new SecretUnreadable(`drillbook.yaml names no secret "${name}"`);
  return 'env' in from ? fromEnvironment(name, from.env) : fromFile(name, resolve(base, from.file));
}

function fromEnvironment(name: string, variable: string): string {
  const value = process.env[variable];
  if (value === undefined || value === '')
    throw new SecretUnreadable(`the secret "${name}": the environment variable ${variable} is not set`);
  return value;
}

async function fromFile(name: string, path: string): Promise<string> {
  try {
    // Windows has no such bits; there the folder's access list protects the file.
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0)
      throw new SecretUnreadable(`the secret "${name}": others may read ${path}; take that away: chmod 600 ${path}`);
    const value = (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
    if (value === '') throw new SecretUnreadable(`the secret "${name}": ${path} is empty`);
    return value;
  } catch (error) {
    if (error instanceof SecretUnreadable) throw error;
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new SecretUnreadable(`the secret "${name}": ${path} cannot be read (${code})`);
  }
}
