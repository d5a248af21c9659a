/**
 * Text from outside, fit for a terminal: what would steer it (control characters) or turn the order of what is read (marks
 * of writing direction, https://trojansource.codes) becomes U+FFFD; tabs stay. `one line`: ends of lines become spaces.
 */
export function printable(text: string, lines: 'one line' | 'as they are' = 'one line'): string {
  const cleaned = text
    .replaceAll('\r\n', '\n')
    .replaceAll(/(?![\t\n\u2028\u2029])[\p{Cc}\p{Bidi_Control}]/gu, '\ufffd');
  return lines === 'one line' ? cleaned.replaceAll(/[\n\u2028\u2029]+/g, ' ') : cleaned;
}
