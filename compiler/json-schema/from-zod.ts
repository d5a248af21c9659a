import { z } from 'zod';
import type { Json, JsonMap } from '../../actions/json.ts';
import { fileKinds, namedKinds } from './kinds.ts';
import { hover, type JsonSchema, plainText, ref } from './parts.ts';

/** What a schema made with `expressions` refers to. */
export const sharedDefinitions: Readonly<Record<string, JsonSchema>> = {
  ...namedKinds(),
  expression: {
    description: 'An expression: `${{ … }}`. Its value keeps its type.',
    type: 'string',
    pattern: `^\\$\\{\\{${cel()}\\}\\}\\n*$`,
  },
  text: {
    description: 'Text with expressions in it: `… ${{ … }} …`.',
    type: 'string',
    pattern: '\\$\\{\\{[\\s\\S]*\\}\\}',
  },
};

/** CEL up to the closing `}}`: texts in quotes may hold anything, maps stand in maps twice. */
function cel(): string {
  const simple = `[^"'{}]|"(?:[^"\\\\]|\\\\[\\s\\S])*"|'(?:[^'\\\\]|\\\\[\\s\\S])*'`;
  return `(?:${simple}|\\}(?!\\})|\\{(?:${simple}|\\{(?:${simple})*\\})*\\})*`;
}

interface Options {
  /** Every value below may be an expression too. The schema that it becomes part of must have `sharedDefinitions`. */
  readonly expressions?: boolean;
  /** What else is known of a schema than zod can say. */
  readonly more?: (schema: z.ZodType) => JsonMap;
}

/**
 * The JSON Schema of a zod schema, of what stands in a file: kinds (`.meta({ kind })`, see actions/fields.ts) as an
 * author writes them.
 */
export function fromZod(schema: z.ZodType, options: Options = {}): JsonSchema {
  const json = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, options.more?.(zodSchema as unknown as z.ZodType));
    },
  });
  const { definitions, ...rewritten } = rewrite(json as JsonMap, options).schema;
  return definitions === undefined || options.expressions === true ? rewritten : { ...rewritten, definitions };
}

/** How a value may be given as an expression: `text`: also with text round it; `anyway`: its own schema takes it already. */
type Expressible = 'text' | 'alone' | 'anyway';

interface Rewritten {
  readonly schema: JsonSchema;
  readonly as: Expressible;
}

/** What zod says of a safe integer, which nobody needs to read. */
const bounds: readonly unknown[] = [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
const choices = ['anyOf', 'oneOf', 'allOf'] as const;
/** What says nothing to an editor. */
const dropped: readonly string[] = ['$schema', 'kind', 'secret', 'secretKeys', 'readOnly'];

/** `{ secret: NAME }`. */
const secretReference: JsonMap = {
  type: 'object',
  additionalProperties: false,
  properties: { secret: { ...hover('Name of a secret of drillbook.yaml.'), ...plainText } },
  required: ['secret'],
};

function rewrite(json: JsonMap, options: Options): Rewritten {
  // Nothing but a secret: no expression either.
  if (json['secret'] === 'only') return { schema: rewriteKeys(json, options).schema, as: 'anyway' };
  const { secretKeys } = json;
  const named = typeof secretKeys === 'string' && json['type'] === 'object';
  if (named) {
    const { schema, as } = rewriteKeys(json, options);
    return { schema: { ...schema, patternProperties: { [secretKeys]: secretReference } }, as };
  }
  const written = typeof json['kind'] === 'string' ? json['kind'] : '';
  const name = json['zero'] === true ? `${written}-from-zero` : written;
  const kind = fileKinds[name];
  if (kind === undefined) return rewriteKeys(json, options);
  const shown = kind.show !== undefined && json['default'] !== undefined ? kind.show(json['default']) : undefined;
  const schema = options.expressions === true && kind.named === true ? { anyOf: [ref(name)] } : kind.schema;
  return {
    schema: { ...textOf(json), ...(shown !== undefined && { default: shown }), ...schema },
    as: kind.as,
  };
}

function rewriteKeys(json: JsonMap, options: Options): Rewritten {
  const below = (value: Json): JsonSchema => expressible(rewrite(value as JsonMap, options), options);
  const each = (value: Json, to: (of: Json) => JsonSchema): JsonMap =>
    Object.fromEntries(Object.entries(value as JsonMap).map(([name, of]) => [name, to(of)]));
  const schema: Record<string, Json> = { ...textOf(json) };
  let as: Expressible = plain(json);
  for (const [key, value] of Object.entries(json)) {
    if (dropped.includes(key) || bounds.includes(value) || (key === 'format' && 'pattern' in json)) continue;
    if (key === 'propertyNames' && !('pattern' in (value as JsonMap))) continue;
    if (key === 'description') continue;
    if (key === 'properties') schema[key] = each(value, below);
    else if ((key === 'items' || key === 'additionalProperties') && typeof value === 'object')
      schema[key] = below(value);
    else if (key === 'definitions') schema[key] = each(value, of => rewrite(of as JsonMap, options).schema);
    else if (key === 'exactlyOneOf') schema['oneOf'] = (value as readonly string[]).map(name => ({ required: [name] }));
    else if (key === 'atMostOneOf') schema['allOf'] = notTwoOf(value as readonly (readonly string[])[]);
    else if (choices.some(c => c === key)) {
      const found = (value as readonly JsonMap[]).map(option => rewrite(option, options));
      schema[key] = found.map(o => o.schema);
      as = found.some(o => o.as === 'anyway') ? 'anyway' : found.some(o => o.as === 'text') ? 'text' : 'alone';
    } else schema[key] = value;
  }
  return { schema, as };
}

function notTwoOf(groups: readonly (readonly string[])[]): readonly JsonMap[] {
  return groups.flatMap(keys => keys.flatMap((a, i) => keys.slice(i + 1).map(b => ({ not: { required: [a, b] } }))));
}

function plain(json: JsonMap): Expressible {
  if (json['type'] === 'string' && !('enum' in json) && !('const' in json))
    return 'pattern' in json || 'maxLength' in json ? 'text' : 'anyway';
  return 'type' in json || '$ref' in json || choices.some(c => c in json) ? 'alone' : 'anyway';
}

function expressible({ schema, as }: Rewritten, { expressions }: Options): JsonSchema {
  if (expressions !== true || as === 'anyway') return schema;
  const { description, markdownDescription, default: shown, ...rest } = schema;
  const own = 'anyOf' in rest && Object.keys(rest).length === 1 ? (rest['anyOf'] as readonly Json[]) : [rest];
  return {
    ...(description !== undefined && { description }),
    ...(markdownDescription !== undefined && { markdownDescription }),
    ...(shown !== undefined && { default: shown }),
    anyOf: [...own, ref(as === 'text' ? 'text' : 'expression')],
  };
}

function textOf({ description }: JsonMap): JsonMap {
  return typeof description === 'string' ? hover(description) : {};
}
