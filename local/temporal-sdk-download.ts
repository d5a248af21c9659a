import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { hashFile } from './file-hash.ts';
import { packageRoot } from './package-root.ts';
import { runTool } from './run-tool.ts';
import { type Fetched, FetchProblem, temporalVersion } from './temporal-cache.ts';

/** A machine that cannot reach the download often hangs instead of failing, and the next way waits meanwhile. */
const longestMs = 20_000;

/**
 * Lets Temporal's own SDK download the CLI into `scratch`. The native call cannot be cancelled, so it runs in a process of its own. Throws a FetchProblem.
 */
export async function fetchWithSdk(scratch: string): Promise<Fetched> {
  const script = join(packageRoot(), 'scripts', 'sdk-download.mjs');
  await runDownload([script, scratch, `v${temporalVersion}`]);
  const names = await readdir(scratch);
  const name = names.find(candidate => /^temporal.*\d(\.exe)?$/.test(candidate));
  if (name === undefined) throw new FetchProblem("the SDK's download does not answer");
  const path = join(scratch, name);
  const { code } = await runTool(path, ['--version'], 10_000);
  if (code !== 0) throw new FetchProblem('what the SDK downloaded does not start');
  return { path, sha256: await hashFile(path) };
}

function runDownload(args: readonly string[]): Promise<void> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [...args], { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => {
      endGroup(child.pid);
    }, longestMs);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    child.once('error', end);
    child.once('exit', end);
  });
}

/** The SDK starts the server that it fetched, to try it: both go. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It ended by itself in this moment.
  }
}
