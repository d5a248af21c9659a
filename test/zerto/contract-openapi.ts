import * as z from 'zod';
import { keyOf } from './contract-record.ts';

/** The vendor's OpenAPI description, as far as answers are compared with it. */
export interface OpenApi {
  /** `get vpgs/{}` and so on: see `keyOf`. */
  readonly endpoints: ReadonlySet<string>;
  /**
   * What of an answer does not agree with it: place and reason. Names count without their case; what only one of the two
   * knows is no disagreement, since the description leaves out identifiers. `lacks` gets what it has and the answer has not.
   */
  disagreements(endpoint: string, body: unknown, lacks: (place: string) => void): string[];
}

interface Schema {
  readonly $ref?: string | undefined;
  readonly type?: string | undefined;
  readonly format?: string | undefined;
  readonly nullable?: boolean | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly items?: Schema | undefined;
  readonly allOf?: readonly Schema[] | undefined;
}

const schemaShape: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.string().optional(),
    format: z.string().optional(),
    nullable: z.boolean().optional(),
    enum: z.array(z.unknown()).optional(),
    properties: z.record(z.string(), schemaShape).optional(),
    items: schemaShape.optional(),
    allOf: z.array(schemaShape).optional(),
  }),
);
const operationShape = z.object({
  responses: z.record(
    z.string(),
    z.object({ content: z.record(z.string(), z.object({ schema: schemaShape.optional() })).optional() }),
  ),
});
const documentShape = z.object({
  paths: z.record(z.string(), z.record(z.string(), operationShape)),
  components: z.object({ schemas: z.record(z.string(), schemaShape) }),
});

/** @param value the JSON of the description */
export function openApiOf(value: unknown): OpenApi {
  const document = documentShape.parse(value);
  const answers = new Map<string, Schema | undefined>();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { responses }] of Object.entries(operations)) {
      const endpoint = keyOf(`${method} ${path.replace(/^\/v1\//, '')}`);
      answers.set(endpoint, responses['200']?.content?.['application/json']?.schema);
    }
  }

  function resolve(schema: Schema): Schema {
    const [only] = schema.allOf ?? [];
    const name = (schema.$ref ?? only?.$ref)?.replace('#/components/schemas/', '');
    return name === undefined ? schema : (document.components.schemas[name] ?? {});
  }

  function compare(schema: Schema, value: unknown, place: string, lacks: (place: string) => void): string[] {
    const wanted = resolve(schema);
    const type = wanted.enum === undefined ? wanted.type : 'enum';
    const wrong = [`${place}: ${JSON.stringify(value).slice(0, 80)} is no ${type ?? ''}`];
    if (value === null) {
      // .NET has a null for whatever is no plain value, and the description says so only of some.
      return wanted.nullable === true || ['object', 'array', 'string', undefined].includes(type) ? [] : wrong;
    }
    switch (type) {
      case 'array':
        if (!Array.isArray(value)) return wrong;
        return value.flatMap(item => compare(wanted.items ?? {}, item, `${place}[]`, lacks));
      case 'object': {
        if (typeof value !== 'object' || Array.isArray(value)) return wrong;
        const given = new Map(Object.entries(value).map(([name, member]) => [name.toLowerCase(), member as unknown]));
        return Object.entries(wanted.properties ?? {}).flatMap(([name, member]) => {
          if (!given.has(name.toLowerCase())) lacks(`${place}.${name}`);
          const found = given.get(name.toLowerCase());
          return found === undefined ? [] : compare(member, found, `${place}.${name}`, lacks);
        });
      }
      case 'enum':
        // The number or the name; of the names the description tells nothing.
        return wanted.enum?.includes(value) === true || typeof value === 'string' ? [] : wrong;
      case 'string':
        if (typeof value !== 'string') return wrong;
        return wanted.format === 'date-time' && Number.isNaN(Date.parse(value)) ? wrong : [];
      case 'integer':
        return Number.isInteger(value) ? [] : wrong;
      case 'number':
        return typeof value === 'number' ? [] : wrong;
      case 'boolean':
        return typeof value === 'boolean' ? [] : wrong;
      default:
        return [];
    }
  }

  return {
    endpoints: new Set(answers.keys()),
    disagreements(endpoint, body, lacks) {
      const schema = answers.get(keyOf(endpoint));
      return schema === undefined ? [] : compare(schema, body, endpoint, lacks);
    },
  };
}
