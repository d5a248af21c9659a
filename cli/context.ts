import type { ApplicationContext } from '@stricli/core';
import type { Interrupts } from './interrupts.ts';
import type { Outside } from './outside.ts';
import type { Terminal } from './terminal.ts';

/** All that a command knows of the process it runs in, so that a test can run it without one. */
export interface CliContext extends ApplicationContext {
  readonly terminal: Terminal;
  readonly env: Readonly<Partial<Record<string, string>>>;
  /** The working folder, absolute. */
  readonly cwd: string;
  /** The operating system's name for who runs this: nothing vouches for it. */
  readonly user: () => string;
  /** ms since 1970. */
  readonly now: () => number;
  /** Does something after so many ms; gives how to take it back. */
  readonly after: (ms: number, act: () => void) => () => void;
  readonly interrupts: Interrupts;
  /** Ends the process at once. */
  readonly endNow: (code: number) => void;
  readonly outside: Outside;
}
