import { type Code, type Diagnostic, type Params, phrase } from './diagnostics.ts';
import type { Range, Source } from './source.ts';

/** Collects the diagnostics of one file. The same code at the same place counts once: modes are checked one by one. */
export class Reporter {
  readonly source: Source;
  private readonly found = new Map<string, { readonly start: number; readonly diagnostic: Diagnostic }>();
  private failed = false;

  constructor(source: Source) {
    this.source = source;
  }

  report<C extends Code>(code: C, at: Range, params: Params<C>): void {
    const key = `${code} ${at.start} ${at.end}`;
    if (this.found.has(key)) return;
    const { severity, message, help } = phrase(code, params);
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
      },
    });
  }

  /** Reports, and stands for the value that could not be read. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- so that it fits every `return`
  refuse<C extends Code, T>(code: C, at: Range, params: Params<C>): T | undefined {
    this.report(code, at, params);
    return undefined;
  }

  hasErrors(): boolean {
    return this.failed;
  }

  /** In the order of the file. */
  diagnostics(): readonly Diagnostic[] {
    return [...this.found.values()].sort((a, b) => a.start - b.start).map(f => f.diagnostic);
  }
}
