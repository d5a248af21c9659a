const controls = /[\0-\x08\x0b-\x1f\x7f]/g;
// C1 controls, marks that hide or turn round text (bidirectional overrides, zero width, tags), halves of a pair, and what XML forbids.
const hidden =
  /[\x80-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/**
 * Text from outside (names, messages, answers) as a reader must see it: what would move a terminal's cursor, hide or
 * reorder text is shown as a symbol (`␛`) or its number (`‹U+202E›`). Line ends and tabs stay.
 */
export function makeVisible(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(controls, pictureOf).replace(hidden, numberOf);
}

/** The same in one line: runs of white space become one blank. */
export function toOneLine(text: string): string {
  return makeVisible(text.replace(/\s+/g, ' ')).trim();
}

/** Unicode has a picture for each control at U+2400 + its code, and one for DEL. */
function pictureOf(control: string): string {
  const code = control.charCodeAt(0);
  return code === 0x7f ? '\u2421' : String.fromCharCode(0x2400 + code);
}

function numberOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}
