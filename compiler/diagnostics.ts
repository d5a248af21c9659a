import { suggest } from '../expressions/suggest.ts';
import { catalogue, type Code, type Kind, type Params, type Severity } from './catalogue.ts';
import type { Position } from './yaml/source.ts';

export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly range: { readonly start: Position; readonly end: Position };
  /** How it can be mended, where that is not in the message. */
  readonly help?: string;
  /** A secret may stand in its line: the line is never shown. */
  readonly secret?: true;
}

/** The message and help of a code with its parameters. */
export function phrase<C extends Code>(
  code: C,
  params: Params<C>,
): { severity: Severity; message: string; help?: string } {
  const { severity, message, help }: Kind = catalogue[code];
  const values: Readonly<Record<string, string>> = params;
  const fill = (template: string): string =>
    template.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? '') : whole,
    );
  return { severity, message: fill(message), ...(help !== undefined && { help: fill(help) }) };
}

/** `: did you mean "x"?` for the known name nearest to what was written, or nothing. */
export function didYouMean(written: string, known: Iterable<string>): string {
  return asked(suggest(written, known));
}

/** `: did you mean "x"?`, or nothing. */
export function asked(name: string | undefined): string {
  return name === undefined ? '' : `: did you mean "${name}"?`;
}
