import type { Mode } from './contract.ts';

/** The modes that touch production. A file of its own: workflow code may import it, and no schema comes along. */
export const liveModes = ['failover', 'move'] as const satisfies readonly Mode[];

export function isLiveMode(mode: string): mode is (typeof liveModes)[number] {
  return (liveModes as readonly string[]).includes(mode);
}
