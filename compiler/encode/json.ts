import type { Diagnostic } from '../diagnostics.ts';

/** As `validate --format json` gives them. */
export function encodeJson(diagnostics: readonly Diagnostic[]): string {
  return JSON.stringify({ diagnostics: diagnostics.map(({ secret, ...told }) => told) });
}
