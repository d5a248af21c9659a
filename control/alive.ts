import { rmSync, writeFileSync } from 'node:fs';

/** For a probe: one that is older than a minute is of a process that hangs. */
const aliveEveryMs = 10_000;

/**
 * Writes a file anew again and again, as a sign of life: a worker has no port. It says nothing of Temporal: a restart mends no other
 * process. Undefined: nobody looks. Gives what ends it.
 */
export function showAlive(path: string | undefined, tell: (line: string) => void, everyMs = aliveEveryMs): () => void {
  if (path === undefined || path === '') return () => undefined;
  let told = false;
  const write = (): void => {
    try {
      writeFileSync(path, `${process.pid}\n`);
    } catch (error) {
      if (!told) tell(`The sign of life (DRILLBOOK_ALIVE) cannot be written: ${String(error)}`);
      told = true;
    }
  };
  write();
  const timer = setInterval(write, everyMs);
  return () => {
    clearInterval(timer);
    rmSync(path, { force: true });
  };
}
