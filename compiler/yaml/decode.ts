import { type Diagnostic, phrase } from '../diagnostics.ts';
import { Reporter } from '../reporter.ts';
import { maxBytes, sourceOf } from './source.ts';

/**
 * A file's bytes to its text, or what is wrong with them, at the line and column of the first byte that is no UTF-8. A byte
 * order mark stays: `sourceOf` takes it off.
 */
export function decode(
  file: string,
  bytes: Uint8Array,
): { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] } {
  if (bytes.length > maxBytes + 3) return refuse(file, '', 'DB1002');
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return refuse(file, '', 'DB1031');
  const { text, broken } = decodeUtf8(bytes);
  return broken ? refuse(file, text, 'DB1030') : { text };
}

/** What is told of a file that cannot be had: the file as a whole is to blame. */
export function unreadable(file: string, why: string): Diagnostic {
  const start = { line: 1, column: 1 };
  return { code: 'DB1032', ...phrase('DB1032', { why }), file, range: { start, end: start } };
}

/** `textBefore`: of what was read before the mistake. */
function refuse(
  file: string,
  textBefore: string,
  code: 'DB1002' | 'DB1030' | 'DB1031',
): { readonly diagnostics: readonly Diagnostic[] } {
  const source = sourceOf(file, textBefore);
  const reporter = new Reporter(source);
  reporter.report(code, { start: source.text.length, end: source.text.length }, {});
  return { diagnostics: reporter.diagnostics() };
}

/** Characters at once: more would be too many arguments of a call. */
const chunk = 8_192;

function decodeUtf8(bytes: Uint8Array): { readonly text: string; readonly broken: boolean } {
  let text = '';
  let codes: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = lengthOf(bytes, at);
    if (length === 0) return { text: text + String.fromCodePoint(...codes), broken: true };
    codes.push(codeAt(bytes, at, length));
    at += length;
    if (codes.length < chunk) continue;
    text += String.fromCodePoint(...codes);
    codes = [];
  }
  return { text: text + String.fromCodePoint(...codes), broken: false };
}

/** Bytes of the character that begins here; 0: none does. The ranges are those of the Unicode standard, table 3-7. */
function lengthOf(bytes: Uint8Array, at: number): number {
  const a = bytes[at] ?? 0;
  if (a < 0x80) return 1;
  const b = bytes[at + 1] ?? 0;
  if (a >= 0xc2 && a <= 0xdf) return goesOn(b) ? 2 : 0;
  // No overlong form, no half of a surrogate pair, nothing beyond U+10FFFF.
  if (a >= 0xe0 && a <= 0xef)
    return b >= (a === 0xe0 ? 0xa0 : 0x80) && b <= (a === 0xed ? 0x9f : 0xbf) && goesOn(bytes[at + 2]) ? 3 : 0;
  if (a < 0xf0 || a > 0xf4 || b < (a === 0xf0 ? 0x90 : 0x80) || b > (a === 0xf4 ? 0x8f : 0xbf)) return 0;
  return goesOn(bytes[at + 2]) && goesOn(bytes[at + 3]) ? 4 : 0;
}

const goesOn = (byte = 0): boolean => byte >= 0x80 && byte <= 0xbf;

function codeAt(bytes: Uint8Array, at: number, length: number): number {
  const first = bytes[at] ?? 0;
  let code = length === 1 ? first : first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) code = (code << 6) | ((bytes[at + i] ?? 0) & 0x3f);
  return code;
}
