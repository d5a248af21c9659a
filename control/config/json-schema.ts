import type { z } from 'zod';
import type { JsonMap } from '../../actions/json.ts';
import { fromZod } from '../../compiler/json-schema/from-zod.ts';
import type { JsonSchema } from '../../compiler/json-schema/parts.ts';
import { configSchema, namedSections } from './schema.ts';
import { type Mark, marks } from './schema/marks.ts';

/** The JSON Schema of drillbook.yaml. */
export function configJsonSchema(): JsonSchema {
  const { properties, ...schema } = fromZod(configSchema, { more: formOfMarked });
  const sections = Object.entries(properties as Readonly<Record<string, JsonMap>>);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    ...schema,
    properties: Object.fromEntries(
      sections.map(([name, section]) => [
        name,
        { ...section, ...(isNamed(name) && { propertyNames }), ...(name === 'sites' && { minProperties: 1 }) },
      ]),
    ),
  };
}

const isNamed = (section: string): boolean => (namedSections as readonly string[]).includes(section);

/** As `isConfigName` takes them. */
const propertyNames: JsonMap = {
  pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
  patternErrorMessage: 'Small letters, digits and "-", a letter first.',
};

/** What the form alone tells of a marked text. */
const forms: Readonly<Partial<Record<Mark['kind'], JsonMap>>> = {
  date: { pattern: '^\\d{4}-\\d{2}-\\d{2}$', patternErrorMessage: 'A date, quoted, year first: "2026-12-31".' },
  cron: { pattern: '^\\s*\\S+(\\s+\\S+){4}\\s*$' },
  'web-url': { pattern: '^https?://' },
  'runbook-pattern': { pattern: '^[A-Za-z0-9._*-]{1,100}$' },
};

function formOfMarked(schema: z.ZodType): JsonMap {
  const mark = marks.get(schema);
  return mark === undefined ? {} : (forms[mark.kind] ?? {});
}
