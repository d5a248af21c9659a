import type { Diagnostic } from '../diagnostics.ts';
import { printable } from './printable.ts';

/** Workflow commands of GitHub Actions, one line each: they show as annotations beside the lines that they are about. */
export function encodeGithub(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map(encodeOne).join('\n');
}

function encodeOne({ code, severity, message, file, range: { start, end }, help }: Diagnostic): string {
  const properties = {
    file,
    line: start.line,
    col: start.column,
    endLine: end.line,
    endColumn: end.column,
    title: code,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(`${value}`)}`);
  return `::${severity} ${list.join(',')}::${escapeData(help === undefined ? message : `${message}\nhelp: ${help}`)}`;
}

/** What would end the line, stand for something else, or steer whoever reads the log in a terminal. */
function escapeData(text: string): string {
  const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return printable(escaped);
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
