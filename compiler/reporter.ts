import { suggest } from '../expressions/suggest.ts';
import type { Code, Params } from './catalogue.ts';
import { asked, type Diagnostic, phrase } from './diagnostics.ts';
import type { Range, Source } from './yaml/source.ts';

/** Searches of one file; whoever has more wrong names than that is helped by none of them. */
const maxSearches = 200;

/** Collects the diagnostics of one file. The same code at the same place counts once: modes are checked one by one. */
export class Reporter {
  readonly source: Source;
  private readonly found = new Map<string, { readonly start: number; readonly diagnostic: Diagnostic }>();
  private failed = false;
  private searches = 0;

  constructor(source: Source) {
    this.source = source;
  }

  /** `about.secret`: a secret may stand in that line. */
  report<C extends Code>(code: C, at: Range, params: Params<C>, about: Pick<Diagnostic, 'secret'> = {}): void {
    const { severity, message, help } = phrase(code, params);
    // What is missing is missing at one place, the first line.
    const key = `${code} ${at.start} ${at.end} ${code === 'DB2001' ? message : ''}`;
    if (this.found.has(key)) return;
    if (severity === 'error') this.failed = true;
    this.found.set(key, {
      start: at.start,
      diagnostic: {
        code,
        severity,
        message,
        file: this.source.file,
        range: { start: this.source.position(at.start), end: this.source.position(Math.max(at.end, at.start)) },
        ...(help !== undefined && { help }),
        ...about,
      },
    });
  }

  /** Reports, and stands for the value that could not be read. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- so that it fits every `return`
  refuse<C extends Code, T>(code: C, at: Range, params: Params<C>): T | undefined {
    this.report(code, at, params);
    return undefined;
  }

  /** The known name nearest to what was written; none when the file has asked for too many. */
  nearest(written: string, known: Iterable<string>): string | undefined {
    return ++this.searches > maxSearches ? undefined : suggest(written, known);
  }

  /** `: did you mean "x"?` for the name nearest to what was written, or nothing. */
  didYouMean(written: string, known: Iterable<string>): string {
    return asked(this.nearest(written, known));
  }

  /** How many were reported: whether something came between two looks. */
  get size(): number {
    return this.found.size;
  }

  hasErrors(): boolean {
    return this.failed;
  }

  /** In the order of the file. */
  diagnostics(): readonly Diagnostic[] {
    return [...this.found.values()].sort((a, b) => a.start - b.start).map(f => f.diagnostic);
  }
}
