import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Config, resolveSecret } from '../control/config/config.ts';
import { problemOf } from './problem.ts';
import { ConsoleRefused, type TlsPair } from './listen.ts';

/** The certificate and key of `console.tls` as they are now; undefined: drillbook.yaml names none. Throws ConsoleRefused, SecretUnreadable. */
export async function readTlsPair(config: Config, base: string): Promise<TlsPair | undefined> {
  const { tls } = config.console;
  if (tls === undefined) return undefined;
  const file = resolve(base, tls.certificate);
  const certificate = await readFile(file, 'utf8').catch((error: unknown) => {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new ConsoleRefused(
      `The certificate ${file} cannot be read (${code}): console.tls.certificate of drillbook.yaml names it.`,
    );
  });
  return { certificate, key: await resolveSecret(config, tls.key, base) };
}

/** Certificates are renewed weeks before they end; a pair is put there in two steps, ms. */
const everyMs = 60_000;

export interface Renewal {
  /** Looks once. */
  look(): Promise<void>;
  stop(): void;
}

/**
 * Serves a renewed certificate without a restart: what stands in the files is read every minute, whatever has put it there. A pair that
 * is none leaves the old one, and is told once. `use` throws ConsoleRefused where it is none.
 */
export function renewCertificate({
  first,
  read,
  use,
  log,
}: {
  /** What is served now. */
  readonly first: TlsPair;
  readonly read: () => Promise<TlsPair | undefined>;
  readonly use: (pair: TlsPair) => void;
  readonly log: (line: string) => void;
}): Renewal {
  let seen = first;
  let told = '';
  const tell = (why: string): void => {
    if (why !== told) log(`The console goes on with the certificate that it has: ${why}`);
    told = why;
  };
  const look = async (): Promise<void> => {
    try {
      const pair = await read();
      if (pair === undefined) return;
      // Put back as it was: what was told is over.
      if (isSame(pair, seen)) told = '';
      else {
        use(pair);
        seen = pair;
        told = '';
        log('The console serves the renewed certificate of console.tls.');
      }
    } catch (error) {
      const why = error instanceof ConsoleRefused ? error.message : problemOf(error)?.detail;
      tell(why ?? 'it cannot be found out whether there is another.');
    }
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return {
    look,
    stop: () => {
      clearInterval(timer);
    },
  };
}

const isSame = (a: TlsPair, b: TlsPair): boolean => a.certificate === b.certificate && a.key === b.key;
