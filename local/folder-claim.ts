import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalProblem } from './local-problem.ts';

const claimed = new Set<string>();

/**
 * Makes this stack the only one in the folder: two dev servers on one database spoil it. Gives how to let go. Throws
 * a LocalProblem while another has it.
 */
export function claimFolder(dir: string): () => void {
  const file = join(dir, 'in-use-by');
  const holder = readHolder(file);
  if (holder !== undefined && (holder === process.pid ? claimed.has(file) : isAlive(holder))) {
    throw new LocalProblem(`Another drillbook (process ${holder}) runs in ${dir}: end it, or choose another folder.`);
  }
  rmSync(file, { force: true });
  writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
  claimed.add(file);
  return () => {
    claimed.delete(file);
    rmSync(file, { force: true });
  };
}

function readHolder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
