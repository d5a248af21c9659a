import { modes } from '../actions/contract.ts';
import { NotBuilt } from './not-built.ts';
import { WrongUsage } from './problems.ts';

/** Flags and arguments that several commands share, as @stricli/core takes them. */

/** Of the console, and of whoever looks at what it will find. */
export const project = {
  kind: 'parsed',
  parse: plainText,
  brief: 'Where runbooks are found (default: the folder of drillbook.yaml)',
  placeholder: 'folder',
  optional: true,
} as const;

export const json = { kind: 'boolean', brief: 'Answer as JSON', default: false, withNegated: false } as const;

export const config = {
  kind: 'parsed',
  parse: plainText,
  brief: 'The drillbook.yaml to use (default: in the runbook’s folder or above it)',
  placeholder: 'file',
  optional: true,
} as const;

export const listenPort = {
  kind: 'parsed',
  parse: port,
  brief: 'Instead of the one in drillbook.yaml',
  placeholder: 'port',
  optional: true,
} as const;

export const mode = {
  ...choiceFlag('--mode', modes),
  placeholder: 'mode',
  optional: true,
} as const;

export const input = {
  kind: 'parsed',
  parse: plainText,
  brief: 'An input: k=v, a list k=a,b, JSON k:=[1,2]',
  placeholder: 'k=v',
  optional: true,
  variadic: true,
} as const;

export const inputs = {
  kind: 'parsed',
  parse: plainText,
  brief: 'Inputs from a JSON file; --input wins',
  placeholder: 'file',
  optional: true,
} as const;

export const runbookFile = { brief: 'The runbook', parse: plainText, placeholder: 'FILE' } as const;

export const runbookOrName = {
  brief: 'The runbook: its file, or its name in the library, NAME or NAME@HASH',
  parse: plainText,
  placeholder: 'FILE|NAME',
} as const;

/** Of a decision: for the report. */
export const reason = {
  kind: 'parsed',
  parse: words,
  brief: 'Why, for the report',
  placeholder: 'text',
  optional: true,
} as const;

/** Where nothing is decided without one. */
export const mustReason = {
  kind: 'parsed',
  parse: words,
  brief: 'Why, for the report',
  placeholder: 'text',
} as const;

export const glassFlag = {
  kind: 'boolean',
  brief: 'Decide alone, where the approval lets you; with --reason',
  default: false,
  withNegated: false,
} as const;

export const step = {
  brief: 'The step that asks: db, or front[payments-app]',
  parse: plainText,
  placeholder: 'STEP',
} as const;

export const runId = { brief: 'The id of a run', parse: plainText, placeholder: 'RUN' } as const;

export const notBuiltBrief = 'Not built yet';

/** Stands in the list of flags so that it is not called unknown. */
export function notBuiltFlag(flag: string) {
  return {
    kind: 'parsed',
    brief: notBuiltBrief,
    placeholder: 'value',
    optional: true,
    hidden: true,
    inferEmpty: true,
    parse: (): never => {
      throw new NotBuilt(flag);
    },
  } as const;
}

/** A flag with a fixed set of values, which a shell can complete. */
export function choiceFlag<const T extends string>(flag: string, values: readonly T[]) {
  return {
    kind: 'parsed',
    parse: choice(values),
    brief: listWords(values),
    placeholder: flag.replace(/^--/, ''),
    proposeCompletions: (partial: string): readonly string[] => values.filter(value => value.startsWith(partial)),
  } as const;
}

/** How a fixed set of values is read. */
export function choice<const T extends string>(values: readonly T[]) {
  return (text: string): T => {
    const found = values.find(value => value === text);
    if (found !== undefined) return found;
    throw new Error(`it is ${listWords(values)}`);
  };
}

/** Refuses what is meant as a flag: the parser takes `--x` for an argument. */
export function plainText(text: string): string {
  if (text === '') throw new Error('it is empty');
  if (/^-./.test(text)) throw new Error('there is no such flag');
  return text;
}

/** What the run keeps for ever, and every report shows. */
const mostCharacters = 2_000;

/** A person's own words for the report. */
export function words(text: string): string {
  if (text.trim() === '') throw new Error('it is empty');
  if (Array.from(text).length > mostCharacters) throw new Error('at most 2,000 characters are kept; this is longer');
  return plainText(text);
}

export function port(text: string): number {
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < 1 || number > 65_535) throw new Error('a port is a number from 1 to 65535');
  return number;
}

/** `90s`, `15m`, `1h30m`, as the runbooks' durations, in ms. */
export async function duration(text: string): Promise<number> {
  const { durationOf } = await import('../compiler/shape/scalars.ts');
  const ms = durationOf(text);
  if (ms === undefined)
    throw new WrongUsage(`"${text}" is no duration: durations are 90s, 15m, 1h30m, 2d; zero is none.`);
  return ms;
}

function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
