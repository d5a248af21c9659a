import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { maskSecretValues } from './config/secret-values.ts';
import { stateFolder } from './state-folder.ts';

/** What somebody did, or was refused, through the console. Nothing of it is secret. */
export interface AuditLine {
  /** Of drillbook.yaml; else the name that was given, empty where there was none. */
  readonly person: string;
  /** How he showed who he is; `nothing`: he did not. */
  readonly how: string;
  /** `start`, `vote`, `cancel`, `sign in` … */
  readonly call: string;
  readonly run?: string | undefined;
  readonly step?: string | undefined;
  readonly choice?: string | undefined;
  readonly reason?: string | undefined;
  readonly counted: boolean;
  /** What came of it, or why not. */
  readonly text: string;
  /** The other end of the connection. */
  readonly address: string;
}

/** Takes a line; it is on the disk when it settles. Never throws: what cannot be written is told. */
export type Audit = (line: AuditLine) => Promise<void>;

/** Of this drillbook.yaml. */
export const auditFile = (base: string): string => join(stateFolder(base), 'audit.jsonl');

/**
 * Appends to a file, a JSON object a line, in the order of the calls. `clock`: ms since 1970. `tell`: takes a sentence where the line
 * cannot be written; the deed is not held up by that, Temporal's history has it too.
 */
export function openAudit(file: string, clock: () => number, tell: (line: string) => void): Audit {
  let last: Promise<void> = Promise.resolve();
  return line => {
    const { person, how, call, run, step, choice, reason, counted, text, address } = line;
    const ordered = { person, how, call, run, step, choice, reason, counted, text, address };
    const written = maskSecretValues(JSON.stringify({ at: new Date(clock()).toISOString(), ...ordered }));
    last = last
      .then(() => append(file, `${written}\n`))
      .catch((error: unknown) => {
        const { code = 'unknown' } = error as NodeJS.ErrnoException;
        tell(`The audit line cannot be written to ${file} (${code}): ${written}`);
      });
    return last;
  };
}

async function append(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a', 0o600);
  try {
    await handle.appendFile(text);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
