/** What this file needs of yaml's CST tokens. */
export interface FlatToken {
  readonly type: string;
  readonly offset?: number;
  readonly value?: FlatToken | undefined;
  /** Of a `{ }` or `[ ]`: empty where nothing closes it. */
  readonly end?: readonly unknown[];
  readonly items?: readonly { readonly key?: FlatToken | null; readonly value?: FlatToken }[];
}

/**
 * The offset of the first value that lies deeper than `limit`; undefined when none does. On tokens and without recursion,
 * because composing such a text exhausts the stack: V8 then dies inside of a regular expression, which nobody can catch.
 */
export function tokenDepth(root: FlatToken, limit: number): number | undefined {
  const open: { readonly token: FlatToken; readonly depth: number }[] = [{ token: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > limit) return token.offset ?? 0;
    if (token.type === 'document') {
      if (token.value !== undefined) open.push({ token: token.value, depth });
      continue;
    }
    for (const item of token.items ?? []) {
      if (item.key !== null && item.key !== undefined) open.push({ token: item.key, depth: depth + 1 });
      if (item.value !== undefined) open.push({ token: item.value, depth: depth + 1 });
    }
  }
  return undefined;
}
