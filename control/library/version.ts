import { posix } from 'node:path';
import { z } from 'zod';
import type { Json } from '../../actions/json.ts';
import { compile, type Compiled, type DeclaredInput } from '../../compiler/compile.ts';
import type { ConfigNames } from '../../compiler/check/names.ts';
import { canonical, sha256Hex } from '../../compiler/hash.ts';

/** What a runbook is made of: its file and every file that it calls. Its hash is that of its canonical JSON, which is what lies in the library. */
export interface Version {
  readonly format: 'drillbook-version/v1';
  readonly name: string;
  /** The runbook's file, one of `files`. */
  readonly main: string;
  /** Texts by path from the project's folder, with `/`. */
  readonly files: Readonly<Record<string, string>>;
}

const versionSchema = z.strictObject({
  format: z.literal('drillbook-version/v1'),
  name: z.string().min(1),
  main: z.string().min(1),
  files: z.record(z.string(), z.string()),
});

export function encodeVersion(version: Version): { readonly hash: string; readonly text: string } {
  const text = canonical({ ...version, files: { ...version.files } });
  return { hash: sha256Hex(text), text };
}

/** What was read under a hash; undefined: it is not what that hash was made of. */
export function decodeVersion(hash: string, text: string): Version | undefined {
  if (sha256Hex(text) !== hash) return undefined;
  try {
    const parsed = versionSchema.safeParse(JSON.parse(text));
    return parsed.success && Object.hasOwn(parsed.data.files, parsed.data.main) ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** As its files lay when it was published; what lies in the folder now is not looked at. */
export function compileVersion({ main, files }: Version, names: ConfigNames | undefined): Compiled {
  return compile(
    { file: main, text: files[main] ?? '' },
    {
      ...(names !== undefined && { names }),
      load: (file, from) => {
        const path = posix.normalize(posix.join(posix.dirname(from), file));
        const text = Object.hasOwn(files, path) ? files[path] : undefined;
        return text === undefined ? { why: 'it is not part of what was published' } : { file: path, text };
      },
    },
  );
}

/** Inputs as a Plan has them, as they are given at a start: there a duration is text, and a text has whole seconds. */
export function asGiven(
  inputs: Readonly<Record<string, Json>>,
  declared: readonly DeclaredInput[],
): Readonly<Record<string, Json>> {
  const durations = new Set(
    declared.filter(({ type, of }) => (type === 'list' ? of : type) === 'duration').map(({ name }) => name),
  );
  const textOf = (value: Json): Json => (typeof value === 'number' ? `${value / 1_000}s` : value);
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      if (!durations.has(name)) return [name, value];
      return [name, Array.isArray(value) ? (value as readonly Json[]).map(textOf) : textOf(value)];
    }),
  );
}
