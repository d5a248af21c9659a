import { Ajv2020 } from 'ajv/dist/2020.js';

type Schema = Readonly<Record<string, unknown>>;

export interface Described {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly operationId: string;
            readonly responses: Readonly<
              Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
            >;
          }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** An answer as it came, of a call of this document. */
export interface Answered {
  readonly path: string;
  readonly method: string;
  readonly status: number;
  /** Its header, whole. */
  readonly type: string;
  readonly text: string;
}

/** What an answer is, that the document does not describe, a line each. Fields without a description are told, too. */
export function createAnswerCheck({ paths, components }: Described) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/);
  ajv.addSchema({ $id: 'api:', components: { schemas: closed(components.schemas) } });
  ajv.addSchema({ $id: 'open:', components });
  return ({ path, method, status, type, text }: Answered): readonly string[] => {
    const content = paths[path]?.[method]?.responses[String(status)]?.content;
    const [kind = ''] = type.split(';');
    if (content === undefined) return [`status ${status} is not described`];
    const schema = content[kind]?.schema;
    if (schema === undefined) return [`status ${status}: ${kind} is not described`];
    if (!kind.endsWith('json')) return [];
    const resolved = JSON.parse(
      JSON.stringify(closed(schema)).replaceAll('"#/components/', '"api:#/components/'),
    ) as Schema;
    const fits = ajv.compile(resolved);
    return fits(JSON.parse(text))
      ? []
      : (fits.errors ?? []).map(
          ({ instancePath, message, params }) =>
            `status ${status}: ${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
        );
  };
}

/**
 * Each object that has named properties has no others: an answer must not give what nobody has described. Parts of an `allOf` are open,
 * and what they have together is closed.
 */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('allOf' in schema) return { allOf: opened(schema.allOf), unevaluatedProperties: false };
  const parts = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, closed(part)]));
  return 'properties' in parts && !('additionalProperties' in parts)
    ? { ...parts, additionalProperties: false }
    : parts;
}

function opened(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"open:#/components/'));
}
