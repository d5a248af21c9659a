/** How text is set in the picture; widths are estimated for the widest of the usual fonts, so that text fits in all. */
export interface Font {
  /** px. */
  readonly size: number;
  readonly mono?: true;
  readonly bold?: true;
}

/** The width of a line, px. */
export function widthOf(text: string, font: Font): number {
  let ems = 0;
  for (const character of text) ems += emsOf(character, font);
  return ems * font.size;
}

/** The text, cut to fit with an ellipsis at its end. */
export function fit(text: string, width: number, font: Font): string {
  if (widthOf(text, font) <= width) return text;
  let ems = emsOf('…', font);
  let kept = '';
  for (const character of text) {
    ems += emsOf(character, font);
    if (ems * font.size > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

function emsOf(character: string, { mono, bold }: Font): number {
  // East Asian and pictures: a full square.
  if (
    /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f000}-\u{3fffd}]/u.test(
      character,
    )
  )
    return mono === true ? 1.2 : 1;
  if (mono === true) return 0.61;
  return proportional(character) * (bold === true ? 1.1 : 1);
}

function proportional(character: string): number {
  if (/[ijl.,:;'|!·]/.test(character)) return 0.32;
  if (/[ ftr()[\]{}/"-]/.test(character)) return 0.4;
  if (/[mwMWOQGDNHU@%&→–—…]/.test(character)) return 0.82;
  return /[A-Z]/.test(character) ? 0.68 : 0.62;
}
