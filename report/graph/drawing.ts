import type { CardText } from './card.ts';
import type { GraphStep } from './model.ts';
import type { Cell } from './rows.ts';

/** A picture as shapes with places, px from its upper left corner; what is drawn later lies above. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Shape =
  | (Box & { readonly kind: 'band'; readonly title: string })
  | { readonly kind: 'phase'; readonly x: number; readonly y: number; readonly title: string }
  | (Box & { readonly kind: 'card' | 'wall'; readonly step: GraphStep })
  /** A card with the picture of a sub-runbook in it, which begins at `head`. */
  | (Box & { readonly kind: 'box'; readonly step: GraphStep; readonly head: number })
  | { readonly kind: 'join'; readonly x: number; readonly y: number; readonly width: number }
  | { readonly kind: 'edge'; readonly path: string; readonly arrow: boolean }
  | { readonly kind: 'closing'; readonly path: string; readonly arrow: boolean }
  /** Where a folded picture goes on. */
  | { readonly kind: 'connector'; readonly x: number; readonly y: number; readonly letter: string }
  /** The other end of a closing that stands in another column. */
  | { readonly kind: 'elsewhere'; readonly x: number; readonly y: number; readonly text: string }
  /** A step of a list. */
  | {
      readonly kind: 'row';
      readonly x: number;
      readonly y: number;
      readonly step: GraphStep;
      readonly texts: readonly CardText[];
    }
  | { readonly kind: 'group'; readonly x: number; readonly y: number; readonly shapes: readonly Shape[] };

/** Where a cell stands: `x` is its middle, `y` its upper edge. */
export interface Place extends Box {
  readonly cell: Cell;
  readonly row: number;
  /** Of its row. */
  readonly top: number;
  readonly bottom: number;
  /** How far it may reach: to its neighbours. */
  readonly roomLeft: number;
  readonly roomRight: number;
}
