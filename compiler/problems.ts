import type { Diagnostic } from './diagnostics.ts';
import { Reporter } from './reporter.ts';
import type { Source } from './yaml/source.ts';

/** What is wrong with a Plan: inputs that do not fit, in whatever file. */
export class Problems {
  private readonly reporters = new Map<string, Reporter>();

  of(source: Source): Reporter {
    const reporter = this.reporters.get(source.file) ?? new Reporter(source);
    this.reporters.set(source.file, reporter);
    return reporter;
  }

  hasErrors(): boolean {
    return [...this.reporters.values()].some(reporter => reporter.hasErrors());
  }

  diagnostics(): readonly Diagnostic[] {
    return [...this.reporters.values()].flatMap(reporter => reporter.diagnostics());
  }
}
