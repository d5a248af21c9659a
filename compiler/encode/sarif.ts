import { type Code, catalogue, type Severity } from '../catalogue.ts';
import type { Diagnostic } from '../diagnostics.ts';

/**
 * SARIF 2.1.0, as code scanning and editors read it. `version` is drillbook's. No line of a file stands in it, so neither
 * can a secret. Texts are given as they stand, braces not doubled: no known reader takes them back to single ones.
 */
export function encodeSarif(diagnostics: readonly Diagnostic[], { version }: { readonly version: string }): string {
  const codes = Object.keys(catalogue) as Code[];
  const places = new Map(codes.map((code, i) => [code, i]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'drillbook', version, rules: codes.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map(d => resultOf(d, places.get(d.code) ?? -1)),
      },
    ],
  };
  return JSON.stringify(log);
}

function ruleOf(code: Code): object {
  const { severity, message, help }: { severity: Severity; message: string; help?: string } = catalogue[code];
  return {
    id: code,
    shortDescription: { text: withoutPlaceholders(message) },
    ...(help !== undefined && { help: { text: withoutPlaceholders(help) } }),
    defaultConfiguration: { level: severity },
  };
}

/** A rule is about every case: what differs is left open. */
function withoutPlaceholders(template: string): string {
  return template.replaceAll('{suggestion}', '').replaceAll(/\{[a-z]+\}/g, '…');
}

function resultOf({ code, severity, message, file, range, help }: Diagnostic, ruleIndex: number): object {
  return {
    ruleId: code,
    ruleIndex,
    level: severity,
    message: { text: help === undefined ? message : `${message}\n${help}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: artifactOf(file),
          region: {
            startLine: range.start.line,
            startColumn: range.start.column,
            endLine: range.end.line,
            endColumn: range.end.column,
          },
        },
      },
    ],
  };
}

/** A relative path is one below the root of the sources, whatever that is for the reader. */
function artifactOf(file: string): object {
  const path = file.replaceAll('\\', '/');
  const uri = path.split('/').map(encodePart).join('/');
  if (path.startsWith('/')) return { uri: `file://${uri}` };
  if (/^[A-Za-z]:\//.test(path)) return { uri: `file:///${path.slice(0, 2)}${uri.slice('C%3A'.length)}` };
  return { uri, uriBaseId: '%SRCROOT%' };
}

/** Half of a surrogate pair has no UTF-8, and `encodeURIComponent` throws at one. */
function encodePart(part: string): string {
  return encodeURIComponent(part.replaceAll(/\p{Surrogate}/gu, '\ufffd'));
}
