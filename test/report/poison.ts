/** The journal with every text in it replaced, at every depth, keys of open maps too. */
export function poison(value: unknown, text: (old: string, path: string) => string, path = ''): unknown {
  if (typeof value === 'string') return text(value, path);
  if (Array.isArray(value)) return value.map(inner => poison(inner, text, path));
  if (typeof value !== 'object' || value === null) return value;
  const open = path.endsWith('outputs') || path.endsWith('inputs') || path.endsWith('General');
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [open ? text(key, path) : key, poison(inner, text, `${path}.${key}`)]),
  );
}

/** What must keep its word for the page to have the same parts. */
export const kept = /\.(status|verdict|state|phase|uses|action|StartTime|EndTime|checkpointTime)$/;

export const hostile = [
  '<script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style></title></details></table><svg onload=alert(1)>',
  '<!-- ',
  ']]>',
  '&lt;script&gt;',
  '${alert(1)}',
  '`onload=alert(1)`',
  'javascript:alert(1)',
  'a\u0000b\u001b[2J\u202egnp.exe',
  '\ud800',
];
