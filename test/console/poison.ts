/** The value with every text in it replaced, but for those at paths that `kept` matches. */
export function poison<T>(value: T, text: string, kept: RegExp): T {
  const replace = (inner: unknown, path: string): unknown => {
    if (typeof inner === 'string') return kept.test(path) ? inner : text;
    if (Array.isArray(inner)) return inner.map(each => replace(each, path));
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, replace(each, `${path}.${key}`)]));
  };
  return replace(value, '') as T;
}

/** Names of elements and attributes, in their order. */
export const bones = (page: string): string =>
  [...page.matchAll(/<(\/?[a-z0-9]+)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*\/?>/g)]
    .map(([, name = '', list = '']) => [name, ...list.replace(/="[^"]*"/g, '').split(/\s+/)].join(' '))
    .join('\n');

export const hostileTexts: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></main><svg onload=alert(1)>',
  '</textarea></option></select><script>alert(1)</script>',
  '<!-- ',
  '`${alert(1)}`',
  'javascript:alert(1)',
  'a\u0000b\u001b[2J\u202egnp.exe',
];
