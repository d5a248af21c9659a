import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { decode } from '../../compiler/yaml/decode.ts';
import type { Diagnostic } from '../../compiler/diagnostics.ts';
import { encodeText } from '../../compiler/encode/text.ts';
import { sha256Hex } from '../../compiler/hash.ts';
import { headOf } from '../../compiler/shape/keys.ts';
import type { ConfigNames } from '../../compiler/check/names.ts';
import { type Node, toJson } from '../../compiler/yaml/nodes.ts';
import { read } from '../../compiler/yaml/read.ts';
import { Reporter } from '../../compiler/reporter.ts';
import { sourceOf } from '../../compiler/yaml/source.ts';
import { ownWords } from '../../compiler/shape/zod-words.ts';
import { withoutSecrets } from './broken.ts';
import { guarded } from './guard.ts';
import { reportIssues } from './issues.ts';
import { reportLater } from './later.ts';
import { checkMarks } from './marks.ts';
import { pinnedSha256 } from './pinned.ts';
import { checkRules } from './rules.ts';
import { configSchema, type ConfigSections } from './schema.ts';
import { noteSecretValue } from './secret-values.ts';
import { isOpenToOthers } from './open-to-others.ts';
import { reportSecretValues } from './secrets.ts';

/** drillbook.yaml as it was read. Keys as they stand in the file; durations in ms; secrets are names, never values. */
export interface Config extends ConfigSections {
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string;
  /** Of what a worker reads once (pinned.ts), hexadecimal: a run is compared by it. */
  readonly pinnedSha256: string;
  /** As it was called when it was read. */
  readonly file: string;
}

export interface ConfigRead {
  /** Absent when there is an error. */
  readonly config?: Config;
  readonly diagnostics: readonly Diagnostic[];
  /** Of a file without errors, warnings for whoever looks at the file itself: what this version does not use yet (DB8030), keys for everything (DB8023). */
  readonly later: readonly Diagnostic[];
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
  const sections = root === undefined ? undefined : readSections(root, reporter);
  const { source } = reporter;
  const diagnostics = guarded(withoutSecrets(reporter.diagnostics(), source), source, root);
  if (root?.kind !== 'map' || sections === undefined || reporter.hasErrors()) return { diagnostics, later: [] };
  const later = new Reporter(source);
  reportLater(root, later);
  return {
    config: { ...sections, sha256: sha256Hex(text), pinnedSha256: pinnedSha256(sections), file },
    diagnostics,
    later: guarded(later.diagnostics(), source, root),
  };
}

function readSections(root: Node, reporter: Reporter): ConfigSections | undefined {
  if (root.kind !== 'map')
    return reporter.refuse('DB8001', headOf(root, reporter), { message: 'drillbook.yaml must be a map' });
  const done = reportSecretValues(root, reporter);
  checkMarks(root, done, reporter);
  checkRules(root, reporter);
  const parsed = configSchema.safeParse(toJson(root), { error: ownWords });
  if (parsed.success) return { ...parsed.data, sites: peersBothWays(parsed.data.sites) };
  reportIssues(parsed.error.issues, root, done, reporter);
  return undefined;
}

/** Peers are peers both ways; one of the two needs to say so. */
function peersBothWays(sites: ConfigSections['sites']): ConfigSections['sites'] {
  return mapValues(sites, (site, name) => {
    const peer = site.peer ?? Object.keys(sites).find(other => sites[other]?.peer === name);
    return { ...site, ...(peer !== undefined && { peer }) };
  });
}

/** Reads and checks a drillbook.yaml. Throws only where the file cannot be read at all. */
export async function readConfig(path: string): Promise<ConfigRead> {
  const decoded = decode(path, await readFile(path));
  return 'text' in decoded ? parseConfig(decoded.text, path) : { diagnostics: decoded.diagnostics, later: [] };
}

/** The same for whoever cannot go on with mistakes: throws ConfigRefused. */
export async function loadConfig(path: string): Promise<Config> {
  const decoded = decode(path, await readFile(path));
  if (!('text' in decoded)) throw new ConfigRefused(decoded.diagnostics, {});
  const { config, diagnostics } = parseConfig(decoded.text, path);
  if (config === undefined) throw new ConfigRefused(diagnostics, { [path]: decoded.text });
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
    members: Object.fromEntries(
      Object.entries(config.groups).flatMap(([name, group]) =>
        Array.isArray(group) ? [[name, group as readonly string[]]] : [],
      ),
    ),
    targets: Object.keys(config.targets),
    probes: Object.keys(config.probes),
    secrets: Object.keys(config.secrets),
    endpoints: mapValues(config.endpoints, ({ methods, effect }) => ({
      methods,
      ...(effect !== undefined && { effect }),
    })),
    commands: mapValues(config.commands, ({ effect, args, via }) => ({ effect, args, via })),
    calendars: Object.keys(config.calendars),
    approvalFor: config.policy['approval-for'],
    triggers: mapValues(config.triggers, ({ kind, may }) => ({ kind, may })),
    overlapping: Object.entries(config.sites).flatMap(([name, site]) => (site['overlapping-networks'] ? [name] : [])),
  };
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, to: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value, key)]));
}

/** Only the worker asks. Read each time, so that rotation needs no restart. Of several, the first. Throws SecretUnreadable. */
export async function resolveSecret(config: Config, name: string, base: string): Promise<string> {
  const [first] = sourcesOf(config, name);
  return await first(base);
}

/** All of a secret that is being rotated, the newest first: that one signs or encrypts, each verifies. */
export async function resolveSecrets(config: Config, name: string, base: string): Promise<readonly string[]> {
  return await Promise.all(sourcesOf(config, name).map(async source => await source(base)));
}

type SecretSource = (base: string) => string | Promise<string>;

function sourcesOf(config: Config, name: string): readonly [SecretSource, ...SecretSource[]] {
  const from = Object.hasOwn(config.secrets, name) ? config.secrets[name] : undefined;
  if (from === undefined) throw new SecretUnreadable(`drillbook.yaml names no secret "${name}"`);
  if ('env' in from) return [() => fromEnvironment(name, from.env)];
  const [first = '', ...rest] = 'file' in from ? [from.file] : from.files;
  const source =
    (path: string): SecretSource =>
    base =>
      fromFile(name, resolve(base, path));
  return [source(first), ...rest.map(source)];
}

function fromEnvironment(name: string, variable: string): string {
  const value = process.env[variable];
  if (value === undefined || value === '')
    throw new SecretUnreadable(`the secret "${name}": the environment variable ${variable} is not set`);
  noteSecretValue(value);
  return value;
}

async function fromFile(name: string, path: string): Promise<string> {
  try {
    if (isOpenToOthers(await stat(path)))
      throw new SecretUnreadable(`the secret "${name}": others may read ${path}; take that away: chmod 600 ${path}`);
    const value = (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
    if (value === '') throw new SecretUnreadable(`the secret "${name}": ${path} is empty`);
    noteSecretValue(value);
    return value;
  } catch (error) {
    if (error instanceof SecretUnreadable) throw error;
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new SecretUnreadable(`the secret "${name}": ${path} cannot be read (${code})`);
  }
}
