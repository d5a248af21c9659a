import type * as z from 'zod';
import type * as core from 'zod/v4/core';
import { wireOf } from './wire-value.ts';
import type { XmlElement } from './xml.ts';

/**
 * The plain value that JSON would have given, as far as `schema` asks for it: XML does not tell a list from an object, nor
 * nothing from an empty text. What the schema does not name stays text, and its lists are guessed.
 */
export function xmlValue(element: XmlElement, schema: z.ZodType | undefined): unknown {
  if (element.nil) return null;
  const shape = schema === undefined ? unknownShape : shapeOf(schema);
  switch (shape.kind) {
    case 'list':
      return element.children.map(child => xmlValue(child, shape.item));
    case 'object':
      return members(element, shape.members);
    case 'text':
      return element.children.length === 0 ? element.text : guess(element);
    case 'unknown':
      return guess(element);
  }
}

type Shape =
  | { readonly kind: 'text' | 'unknown' }
  | { readonly kind: 'list'; readonly item: z.ZodType }
  /** By name in lower case. */
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, z.ZodType> };

const unknownShape: Shape = { kind: 'unknown' };
const known = new WeakMap<z.ZodType, Shape>();

function shapeOf(schema: z.ZodType): Shape {
  const seen = known.get(schema);
  if (seen !== undefined) return seen;
  const shape = findShape(schema);
  known.set(schema, shape);
  return shape;
}

function findShape(schema: z.ZodType): Shape {
  const inner = wireOf(schema);
  if (inner !== undefined) return shapeOf(inner);
  // The cast: zod's types leave open which definition a schema has; `type` tells.
  const definition = schema._zod.def as core.$ZodTypes['_zod']['def'];
  switch (definition.type) {
    case 'array':
      return { kind: 'list', item: definition.element as z.ZodType };
    case 'object': {
      const entries = Object.entries(definition.shape).map(([name, member]) => [name.toLowerCase(), member] as const);
      return { kind: 'object', members: new Map(entries as [string, z.ZodType][]) };
    }
    case 'record':
      return { kind: 'object', members: new Map() };
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return shapeOf(definition.innerType as z.ZodType);
    case 'pipe': {
      const first = shapeOf(definition.in as z.ZodType);
      return first.kind === 'unknown' ? shapeOf(definition.out as z.ZodType) : first;
    }
    case 'union': {
      const shapes = definition.options.map(option => shapeOf(option as z.ZodType));
      return shapes.find(({ kind }) => kind === 'list' || kind === 'object') ?? { kind: 'text' };
    }
    case 'lazy':
      return shapeOf(definition.getter() as z.ZodType);
    case 'string':
    case 'number':
    case 'boolean':
    case 'enum':
    case 'literal':
      return { kind: 'text' };
    default:
      return unknownShape;
  }
}

function members(element: XmlElement, schemas: ReadonlyMap<string, z.ZodType>): Record<string, unknown> {
  const named = (child: XmlElement) => [child.name, xmlValue(child, schemas.get(child.name.toLowerCase()))] as const;
  return Object.fromEntries(element.children.map(named));
}

/** An item is called by its type: `VpgApi`, `string`; a member by its name. */
const itemName = /(Api|^(string|guid|int|long|double|boolean|dateTime|anyType))$/;

function guess(element: XmlElement): unknown {
  const { children } = element;
  const [first] = children;
  if (first === undefined) return element.text;
  const alike = children.every(({ name }) => name === first.name);
  const isList = alike && (children.length > 1 || itemName.test(first.name));
  return isList || element.name.startsWith('ArrayOf')
    ? children.map(child => xmlValue(child, undefined))
    : members(element, new Map());
}
