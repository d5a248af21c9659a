import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const launcher = fileURLToPath(new URL('../../bin/drillbook', import.meta.url));

/** Runs `bin/drillbook` as a process of its own, as a user would. */
export function drillbook(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly started?: (pid: number, stop: () => void) => void;
    readonly said?: (text: string) => void;
  } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [launcher, ...args], {
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      options.said?.(chunk.toString());
    });
    child.once('error', reject);
    child.once('close', code => {
      resolve({ code, stdout, stderr });
    });
    if (child.pid !== undefined) options.started?.(child.pid, () => child.kill('SIGINT'));
  });
}
