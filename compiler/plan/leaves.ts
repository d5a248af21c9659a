import type { Draft } from '../model.ts';
import type { Template } from '../plan.ts';
import type { Shape } from '../shape/fields.ts';

/** An expression, or text with some in it, where it fills a field; and what came of it in the Plan. */
export interface Leaf {
  readonly draft: Draft & { readonly kind: 'cel' | 'text' };
  readonly template: Template;
  readonly shape: Shape;
}

/** Of a value and what it became, all parts that expressions give; conditions stay as they are and are none. */
export function leavesOf(draft: Draft, template: Template | undefined): readonly Leaf[] {
  if (template === undefined) return [];
  switch (draft.kind) {
    case 'lit':
      return [];
    case 'cel': {
      const { wants } = draft.expression;
      return wants.kind === 'field' ? [{ draft, template, shape: wants.shape }] : [];
    }
    case 'text':
      return draft.shape === undefined ? [] : [{ draft, template, shape: draft.shape }];
    case 'list':
      return draft.items.flatMap((item, i) => leavesOf(item, partOf(template, i)));
    case 'map':
      return [...draft.entries].flatMap(([key, value]) => leavesOf(value, partOf(template, key)));
  }
}

function partOf(template: Template, key: string | number): Template | undefined {
  if ('list' in template) return template.list[Number(key)];
  if ('map' in template) return Object.hasOwn(template.map, key) ? template.map[key] : undefined;
  if (!('lit' in template) || typeof template.lit !== 'object' || template.lit === null) return undefined;
  const parts: object = template.lit;
  return Object.hasOwn(parts, key) ? { lit: (parts as Readonly<Record<string, never>>)[key] as never } : undefined;
}
