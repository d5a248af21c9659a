/** What the CEL library says of values that do not go together, as this project says it. */
export function inOurWords(summary: string | undefined): string {
  const [, left = '', op = '', right = ''] = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary ?? '') ?? [];
  if (op !== '') return `"${op}" does not go with ${kindOf(left)} and ${kindOf(right)}`;
  return summary ?? 'it cannot be evaluated';
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a number',
  double: 'a number',
  bool: 'true or false',
  null: 'null',
  'google.protobuf.Duration': 'a duration',
};

function kindOf(written: string): string {
  const type = /^dyn<(.*)>$/.exec(written)?.[1] ?? written;
  const [, container] = /^(list|map)\b/.exec(type) ?? [];
  return container === undefined ? (kinds[type] ?? type) : `a ${container}`;
}
