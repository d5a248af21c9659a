import { type Diagnostic, phrase } from '../../compiler/diagnostics.ts';
import type { Source } from '../../compiler/yaml/source.ts';

/** Keys whose value is the name of a secret. */
const secretKeys = 'password|client-secret|bearer|secret|hmac|routing-key|decision-key|key|keys';
const secretPlace = new RegExp(`(?:^|[\\s{,"'])(?:${secretKeys})["']?\\s*:\\s*([^,}#]*)`, 'g');

/**
 * What YAML refuses is told before anybody knows what a value is. Where a secret may stand in that line, the complaint is
 * that alone: its words and the line itself could have the value in them.
 */
export function withoutSecrets(diagnostics: readonly Diagnostic[], source: Source): readonly Diagnostic[] {
  if (!diagnostics.some(isYaml)) return diagnostics;
  const known = secretNames(source);
  const told = new Set(diagnostics.filter(d => d.code === 'DB8005').map(d => d.range.start.line));
  return diagnostics.flatMap(diagnostic => {
    const { line } = diagnostic.range.start;
    if (!isYaml(diagnostic)) return [diagnostic];
    if (!mayHoldSecret(source, line, known)) return [{ ...diagnostic, message: withoutToken(diagnostic.message) }];
    if (told.has(line)) return [];
    told.add(line);
    const { file, range } = diagnostic;
    return [{ code: 'DB8005' as const, ...phrase('DB8005', {}), file, range }];
  });
}

/** YAML's complaints about what follows a mistake end with the word that it met. */
const withoutToken = (message: string): string => message.replace(/( token in YAML \w+): ".*$/s, '$1');

const isYaml = ({ code }: Diagnostic): boolean => code.startsWith('DB1');

function mayHoldSecret(source: Source, line: number, known: ReadonlySet<string>): boolean {
  const text = source.line(line);
  for (const [, value = ''] of text.matchAll(secretPlace)) {
    const bare = value.trim();
    if (bare !== '' && !known.has(bare)) return true;
  }
  const [, value = ''] = /^\s+[^\s:#][^:]*:\s+(.+)$/.exec(text) ?? [];
  const fromElsewhere =
    /^(?:\{\s*["']?(?:env|files?)\b|#)/.test(value) || /^\s+["']?(?:env|files?)["']?\s*:/.test(text);
  return value !== '' && !fromElsewhere && isUnderSecrets(source, line);
}

/** As far as they can be told from lines. */
function secretNames(source: Source): ReadonlySet<string> {
  const section = /^secrets\s*:.*(?:\r?\n(?:[ \t#].*)?)*/m.exec(source.text)?.[0] ?? '';
  return new Set([...section.matchAll(/([a-z][a-z0-9-]*)["']?\s*:\s*(?:\{|\r?\n)/g)].map(([, name = '']) => name));
}

/** Whether the nearest key at the beginning of a line, here or above, is `secrets`. */
function isUnderSecrets(source: Source, line: number): boolean {
  for (let at = line; at > 0; at--) {
    const key = /^["']?([A-Za-z][\w-]*)["']?\s*:/.exec(source.line(at))?.[1];
    if (key !== undefined) return key === 'secrets';
  }
  return false;
}
