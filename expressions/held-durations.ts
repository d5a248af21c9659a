import type { ASTNode } from './environment.ts';
import type { ExprType } from './types.ts';

/** A list or map of durations, however deep: as a whole it is marked at once (docs/decisions/0003). */
export function holdsDurations(type: ExprType): boolean {
  return (type.kind === 'list' || type.kind === 'map') && (type.of.kind === 'duration' || holdsDurations(type.of));
}

/** Whether a value is as JSON gave it, with durations that are ms. */
export function isRaw({ op }: ASTNode): boolean {
  return op === 'id' || op === '.' || op === '[]';
}

/** Fields that are looked at: an object of more is taken to hide some. */
const maxFields = 200;

/** Whether durations and other numbers may lie side by side in it, where nothing can mark them. */
export function hidesDurations(type: ExprType): boolean {
  const open: { readonly type: ExprType; readonly within: boolean }[] = [{ type, within: false }];
  let looked = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { type: t, within } = next;
    if (t.kind === 'duration' && within) return true;
    if (t.kind === 'list' || t.kind === 'map') open.push({ type: t.of, within });
    if (t.kind !== 'object') continue;
    for (const name of t.fields.names()) {
      if (++looked > maxFields) return true;
      const field = t.fields.get(name);
      if (field !== undefined) open.push({ type: field.type, within: true });
    }
  }
  return false;
}
