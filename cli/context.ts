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
  /** Who runs this: DRILLBOOK_USER, else the operating system's name. Nothing vouches for either. */
  readonly user: () => string;
  /** Asks the person at the terminal for a line; undefined where standard input is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** All of standard input, as text. */
  readonly readInput: () => Promise<string>;
  /** ms since 1970. */
  readonly now: () => number;
  /** Does something after so many ms; gives how to take it back. */
  readonly after: (ms: number, act: () => void) => () => void;
  readonly interrupts: Interrupts;
  /** Ends the process at once. */
  readonly endNow: (code: number) => void;
  readonly outside: Outside;
}
