import { execFile } from 'node:child_process';

export interface ToolResult {
  /** 0 when all went well; undefined when the program could not be started or was ended by a signal. */
  readonly code: number | undefined;
  /** False when there is no such program. */
  readonly found: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end without a shell; never throws. After `timeoutMs` it is killed. */
export function runTool(command: string, args: readonly string[], timeoutMs: number): Promise<ToolResult> {
  return new Promise(resolve => {
    execFile(
      command,
      [...args],
      { timeout: timeoutMs, killSignal: 'SIGKILL', windowsHide: true },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
        const found = (error as NodeJS.ErrnoException | null)?.code !== 'ENOENT';
        resolve({ code, found, stdout, stderr });
      },
    ).stdin?.end();
  });
}
