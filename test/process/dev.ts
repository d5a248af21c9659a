import { spawn } from 'node:child_process';
import { findFreePort } from '../../local/free-port.ts';
import { launcher } from '../temporal/command.ts';

export interface Dev {
  /** What it says to set in another terminal. */
  readonly environment: Readonly<Record<string, string>>;
  readonly consoleUrl: string;
  /** Ctrl-C; gives the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `drillbook dev` in a folder and waits until it serves. Throws with all that it said where it does not. */
export async function startDev(cwd: string): Promise<Dev> {
  // Of the console too: several tests have one at the same time, and the usual port would be free for the first alone.
  const [temporal, own] = [await findFreePort(), await findFreePort()];
  const dev = spawn(process.execPath, [launcher, 'dev', '--temporal-port', `${temporal}`, '--port', `${own}`], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>(resolve => dev.once('close', resolve));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    dev.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    dev.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('Ctrl-C ends everything')) resolve();
    });
    void ended.then(code => {
      reject(new Error(`dev ended with ${String(code)}: ${said}`));
    });
  });
  return {
    environment: Object.fromEntries(
      [...said.matchAll(/^ {2}export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    ),
    consoleUrl: /^Console +(\S+)$/m.exec(said)?.[1] ?? '',
    stop: () => {
      dev.kill('SIGINT');
      return ended;
    },
  };
}
