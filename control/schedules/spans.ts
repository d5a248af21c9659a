/** From and up to, without its end; ms since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A calendar of drillbook.yaml: its spans that touch one, in no order. */
export type SpansOf = (touched: Span, timeZone: string) => readonly Span[];

/** A moment is a span without length. */
export function touches(a: Span, { from, to }: Span): boolean {
  return from === to ? a.from <= from && from < a.to : a.from < to && from < a.to;
}
