import { z } from 'zod';

/** Told in place of what stands there: no message repeats it. */
const wanted = 'a secret is wanted here: { secret: NAME }';

const secretReference = z.strictObject(
  { secret: z.string().min(1).meta({ kind: 'secret' }).describe('Name of a secret of drillbook.yaml.') },
  wanted,
);
export type SecretReference = z.output<typeof secretReference>;

/**
 * A field that is marked *secret* (docs/language.md, rule 12): text, or `{ secret: NAME }`. The reference reaches the
 * activity as it stands; its value is read in the worker as the call is sent and is never part of a Plan or a call.
 */
export const secretText = () => textOrSecret(z.string());
export const textOrSecret = <T extends z.ZodType<string>>(text: T) =>
  z.union([text, secretReference]).meta({ secret: true });

/** A field that takes nothing but a secret: neither text nor an expression. */
export const secretOnly = () => secretReference.meta({ secret: 'only' });

/** What is called so in a form, a query or a body of JSON is no text of a runbook (rule 12). */
export const secretKeys = inAnyCase(
  'pass(?:word|wd|phrase)|(?:^|[-_])pass$|pwd$|secret|token$|api[-_]?key|private[-_]?key',
);
/** Headers that say who asks. */
export const secretHeaders = inAnyCase(
  '^(?:proxy-)?authorization$|^cookie$|token|secret|api-?key|password|private-?key',
);

/** A pattern of a JSON Schema has no flags. */
function inAnyCase(pattern: string): string {
  return pattern.replaceAll(/[a-z]/g, letter => `[${letter.toUpperCase()}${letter}]`);
}

/** Text or secrets by name; where a name matches `pattern`, nothing but a secret. */
export function namedSecrets<K extends z.ZodType<string, string>, V extends z.ZodType>(
  key: K,
  value: V,
  pattern: string,
) {
  const named = new RegExp(pattern);
  return z
    .record(key, value)
    .superRefine((map, context) => {
      for (const [name, given] of Object.entries(map))
        if (named.test(name) && !isSecretReference(given))
          context.addIssue({ code: 'custom', path: [name], message: wanted });
    })
    .meta({ secretKeys: pattern });
}

export function isSecretReference(value: unknown): value is SecretReference {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1 &&
    typeof (value as Readonly<Record<string, unknown>>)['secret'] === 'string'
  );
}
