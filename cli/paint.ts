import type { Look } from '../report/words.ts';
import type { Colours } from './terminal.ts';

/** Colours a word or a mark; its meaning never depends on it. */
export function paint(colours: Colours, tone: Look['tone'], text: string): string {
  switch (tone) {
    case 'good':
      return colours.green(text);
    case 'warn':
      return colours.yellow(text);
    case 'bad':
      return colours.red(text);
    case 'info':
      return colours.cyan(text);
    case 'idle':
      return colours.dim(text);
  }
}
