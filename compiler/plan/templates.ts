import type { Json } from '../../actions/json.ts';
import type { Template } from '../plan.ts';

/** A map of templates; without any expression it is one literal. */
export function mapTemplate(fields: ReadonlyMap<string, Template>): Template {
  const entries = [...fields];
  if (entries.every((e): e is [string, { readonly lit: Json }] => 'lit' in e[1]))
    return { lit: Object.fromEntries(entries.map(([name, { lit }]) => [name, lit])) };
  return { map: Object.fromEntries(entries) };
}

/** One field of a map; undefined where it does not have it. */
export function fieldOf(template: Template, name: string): Template | undefined {
  if ('map' in template) return Object.hasOwn(template.map, name) ? template.map[name] : undefined;
  if (!('lit' in template) || typeof template.lit !== 'object' || template.lit === null) return undefined;
  const map = template.lit as Readonly<Record<string, Json>>;
  const value = Object.hasOwn(map, name) ? map[name] : undefined;
  return value === undefined ? undefined : { lit: value };
}

/** As a contract's functions take it: literals as they are, what an expression will give as null. */
export function rawOf(template: Template): unknown {
  if ('lit' in template) return template.lit;
  if ('list' in template) return template.list.map(rawOf);
  if (!('map' in template)) return null;
  return Object.fromEntries(Object.entries(template.map).map(([name, value]) => [name, rawOf(value)]));
}

/** Every expression of a template, as the Plan has it. */
export function celsIn(template: Template): readonly string[] {
  if ('lit' in template) return [];
  if ('cel' in template) return [template.cel];
  if ('text' in template) return template.text.flatMap(part => (typeof part === 'string' ? [] : [part.cel]));
  if ('list' in template) return template.list.flatMap(celsIn);
  return Object.values(template.map).flatMap(celsIn);
}
