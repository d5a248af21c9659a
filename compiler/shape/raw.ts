import type { Raw } from '../../actions/rules.ts';
import type { Draft } from '../model.ts';

/** A draft as its author wrote it, durations in ms; what an expression will give reads null. */
export function rawOf(draft: Draft): unknown {
  switch (draft.kind) {
    case 'lit':
      return draft.value;
    case 'cel':
    case 'text':
      return null;
    case 'list':
      return draft.items.map(rawOf);
    case 'map':
      return Object.fromEntries([...draft.entries].map(([key, value]) => [key, rawOf(value)]));
  }
}

/** The `with` of a step; empty where it has none. */
export function rawWith(draft: Draft | undefined): Raw {
  return draft?.kind === 'map' ? (rawOf(draft) as Raw) : {};
}

/** Whether nothing in it is an expression. */
export function isLiteral(draft: Draft): boolean {
  switch (draft.kind) {
    case 'lit':
      return true;
    case 'cel':
    case 'text':
      return false;
    case 'list':
      return draft.items.every(isLiteral);
    case 'map':
      return [...draft.entries.values()].every(isLiteral);
  }
}

/** The part of a draft that a path leads to, as far as it is written down. */
export function partOf(draft: Draft, path: readonly PropertyKey[]): Draft {
  let part = draft;
  for (const step of path) {
    const next: Draft | undefined =
      part.kind === 'map' && typeof step === 'string'
        ? part.entries.get(step)
        : part.kind === 'list' && typeof step === 'number'
          ? part.items[step]
          : undefined;
    if (next === undefined) break;
    part = next;
  }
  return part;
}
